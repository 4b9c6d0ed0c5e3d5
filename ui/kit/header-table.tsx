import { type HeaderList, shownValue } from '../../core/http/headers.ts'
import { printable } from '../../core/text/text.ts'
import { Badge } from './badge.tsx'
import { shownHeader } from './screen-sharing.ts'

/** Header lines in order; names that come more than once are marked. */
export function HeaderTable({ headers, caption }: { headers: HeaderList; caption: string }) {
  if (headers.length === 0) return <p class="muted">No headers.</p>
  const counts = new Map<string, number>()
  for (const [name] of headers) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1)
  const rows = headers.map(([name, value], place) => ({
    id: `${place}`,
    name,
    value: shownHeader(name, shownValue(value)),
  }))
  return (
    <table class="pairs">
      <caption class="hidden-text">{caption}</caption>
      <thead class="hidden-text">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, value }) => {
          const times = counts.get(name.toLowerCase()) ?? 1
          return (
            <tr key={id}>
              <th scope="row">
                {printable(name)}
                {times > 1 ? <Badge title="This name occurs more than once">{times} times</Badge> : null}
              </th>
              <td>{value === '' ? <span class="muted">(empty)</span> : printable(value)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

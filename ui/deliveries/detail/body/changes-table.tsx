import { printable } from '../../../../core/text/text.ts'
import type { ChangedField, ChangedValue } from './changes.ts'

/** What changed, from what, to what. */
export function ChangesTable({ changes }: { changes: readonly ChangedField[] | null }) {
  if (!changes || changes.length === 0) return null
  return (
    <table class="changes">
      <caption>Changes</caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Old</th>
          <th scope="col">New</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row" class="mono">
              {printable(path)}
            </th>
            <td>
              <Value value={before} />
            </td>
            <td>
              <Value value={after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ value }: { value: ChangedValue | undefined }) {
  if (!value) return <span class="muted">(absent)</span>
  return (
    <>
      <span class="mono">{printable(value.source)}</span>
      {value.meaning ? <span class="muted"> {value.meaning}</span> : null}
    </>
  )
}

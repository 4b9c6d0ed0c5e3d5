import { Fragment } from 'preact'
import { clip, printable } from '../../../core/text/text.ts'
import { Problem } from '../../app/problem.tsx'
import type { DifferenceRow } from './difference.ts'

interface DifferenceTableProps {
  /** null while they are worked out, or when they cannot be. */
  rows: readonly DifferenceRow[] | null
  problem: unknown
  /** What the two columns are called. */
  before: string
  after: string
}

const kinds = { added: 'Added', removed: 'Removed', changed: 'Changed' } as const
const rowsShown = 500

/** What differs, one row each. */
export function DifferenceTable({ rows, problem, before, after }: DifferenceTableProps) {
  if (problem) return <Problem problem={problem} />
  if (rows === null) return <p class="muted after-a-moment">Comparing…</p>
  if (rows.length === 0) return <p>No differences.</p>
  return (
    <table class="changes">
      <caption>
        {rows.length === 1 ? '1 difference' : `${rows.length} differences`}
        {rows.length > rowsShown ? `, only the first ${rowsShown} are shown` : ''}
      </caption>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">{before}</th>
          <th scope="col">{after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, rowsShown).map(row => (
          <tr key={`${row.kind}${row.path}`}>
            <th scope="row" class="mono" title={printable(row.path)}>
              <ShortPath path={row.path} />
              <span class="hidden-text">, {kinds[row.kind]}</span>
            </th>
            <td class="mono">{side(row.before)}</td>
            <td class="mono">{side(row.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The path without the envelope’s part of it, broken between its names alone. */
function ShortPath({ path }: { path: string }) {
  const steps = printable(path.replace(/^event_body\./, '')).split('.')
  if (path === '') return 'everything'
  return steps.map((step, place) => (
    <Fragment key={steps.slice(0, place + 1).join('.')}>
      {place > 0 ? (
        <>
          .<wbr />
        </>
      ) : null}
      {step}
    </Fragment>
  ))
}

const side = (text: string | null) =>
  text === null ? <span class="muted">(absent)</span> : clip(printable(text), 1_000)

import './tables.css'
import { clip, printable } from '../../../core/text.ts'
import type { DifferenceRow } from '../../models/difference.ts'
import { Problem } from './problem.tsx'

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
  if (rows.length === 0) return <p>They do not differ.</p>
  return (
    <table class="changes">
      <caption>
        {rows.length === 1 ? 'One difference' : `${rows.length} differences`}
        {rows.length > rowsShown ? `, the first ${rowsShown} are shown` : ''}
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
            <th scope="row" class="mono">
              {printable(row.path) || 'all of it'}
              <span class="hidden-text">, {kinds[row.kind]}</span>
            </th>
            <td class="was mono">{side(row.before)}</td>
            <td class="is mono">{side(row.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const side = (text: string | null) =>
  text === null ? <span class="muted">(absent)</span> : clip(printable(text), 1_000)

import { useSignalEffect } from '@preact/signals'
import { withCommas } from '../../../core/text/text.ts'
import { preparing } from '../../app/listener.ts'
import { queryText } from '../../app/route.ts'
import type { Columns } from '../list/columns.ts'
import { atTop, live } from '../list/deliveries.ts'
import { RowContent } from '../list/row.tsx'
import { asRow, preparingRows, shownPreparing, takePreparing } from './preparing.ts'

export interface PreparingHeadProps {
  readonly columns: Columns
  /** Of a row, pixels. */
  readonly height: number
}

/** Above the list while it is late: the newest that came, and how many lie between them and the first row of the list. */
export function PreparingHead({ columns, height }: PreparingHeadProps) {
  useSignalEffect(() => void takePreparing(preparing.value, queryText.value))
  const now = shownPreparing.value
  const rows = live.value && atTop.value ? preparingRows.value : []
  if (now === null && rows.length === 0) return null
  return (
    <section class="preparing-head scrolls" aria-label="Being prepared" tabIndex={rows.length > 0 ? 0 : undefined}>
      {rows.map(row => (
        <div key={row.id} class="delivery-row" style={{ height: `${height}px` }}>
          <RowContent delivery={asRow(row)} marked={false} columns={columns} answer="Being prepared" />
        </div>
      ))}
      {now === null ? null : <p class="preparing-gap note">{gapText(now, rows.length)}</p>}
    </section>
  )
}

function gapText({ count, looked }: { count: number; looked: number }, drawn: number): string {
  if (queryText.value.trim() === '')
    return `${withCommas(Math.max(0, count - drawn))} ${drawn === 0 ? '' : 'more '}being prepared`
  const which = looked === 0 ? 'none of them is' : looked >= count ? null : `only the newest ${looked} are`
  return `${withCommas(count)} being prepared${which === null ? '' : `; until then ${which} searched`}`
}

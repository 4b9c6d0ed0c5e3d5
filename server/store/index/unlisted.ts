/** Deliveries of the log that wait for the index, as far as their bytes tell what they are. */
import { unread } from '../../../core/deliveries/describe.ts'
import type { PreparingDelivery } from '../../../core/deliveries/preparing.ts'
import { type Matchable, matches } from '../../../core/search/match.ts'
import type { Query } from '../../../core/search/query.ts'
import { type ArrivalRow, isoTime, readHeaders, readVerdict } from '../rows.ts'
import { isMuch, type Told, tell, undescribed } from './described.ts'
import { hookNotes } from './hook-notes.ts'

/** A delivery of the log, without what tells nothing of it. */
export type AheadRow = Pick<
  ArrivalRow,
  'id' | 'received_at' | 'bytes' | 'status' | 'hook' | 'method' | 'verdict' | 'headers' | 'rehearsed'
> & {
  readonly query: string | null
  /** null when it is large. */
  readonly body: Uint8Array | null
}

export interface AheadInput {
  /** Newest first. */
  readonly rows: readonly AheadRow[]
  readonly query: Query
}

const isRead = (row: AheadRow): row is AheadRow & { readonly body: Uint8Array } =>
  row.body !== null && !isMuch(row, row.body.length)

/** @param told of its bytes; null: its body is not looked into */
function preparing(row: AheadRow, told: Told | null): Matchable & { readonly delivery: PreparingDelivery } {
  const known = told?.description ?? unread
  const found = told?.notes ?? undescribed(row, []).notes
  const verdict = readVerdict(row.verdict)
  const { id, hook, method, bytes, status } = row
  const notes = [...found, ...hookNotes(row, known.type, null)]
  const reasons = verdict.kind === 'rejected' ? verdict.reasons : []
  const { eventId, eventType, eventTriggered, family, summary, amount, invoice, orderid, objectKey } = known
  return {
    ...{ id, method, bytes, status, verdict: verdict.kind, reasons, notes, tries: 1, receivedAt: row.received_at },
    ...{ headers: readHeaders(row.headers), description: known },
    delivery: {
      ...{ id, hook, receivedAt: isoTime(row.received_at), method, query: row.query, bytes, status },
      ...{ verdict: verdict.kind, reasons, notes, eventId, eventType, eventTriggered, family, summary, amount },
      ...{ invoice, orderid, objectKey, isDescribed: told !== null },
    },
  }
}

/** What the newest are, and which of them match a query. One that is much to look into is told of by its header, and matches no search. */
export function describeAhead({ rows, query }: AheadInput): PreparingDelivery[] {
  const all = rows.map(row => preparing(row, isRead(row) ? tell(row) : null))
  const fitting =
    query.terms.length === 0 ? all : all.filter(one => one.delivery.isDescribed && matches(one, query, all))
  return fitting.map(({ delivery }) => delivery)
}

/** The same where nobody has the time to look into any. */
export const headsAhead = ({ rows, query }: AheadInput): PreparingDelivery[] =>
  query.terms.length === 0 ? rows.map(row => preparing(row, null).delivery) : []

/** The change log as the stream reads it: what changed since a cursor, as it is now. */
import type { Change } from '../../core/messages.ts'
import { type AttemptRow, type SummaryRow, summarySelect, toAttemptSummary, toSummary } from './rows.ts'
import type { ChangesAfter } from './store.ts'
import type { Writer } from './writer.ts'

interface FeedRow {
  readonly seq: number
  readonly kind: 'delivery' | 'attempt'
  readonly id: number
}

/** @returns the reader of the change log; see Store.changesAfter */
export function createChanges({ db, cursor: newest }: Writer): (cursor: number, limit: number) => ChangesAfter {
  const following = db.prepare<[number, number], FeedRow>('SELECT * FROM feed WHERE seq > ? ORDER BY seq LIMIT ?')
  const oldest = db.prepare<[], number | null>('SELECT min(seq) FROM feed').pluck()
  const deliveries = db.prepare<[string], SummaryRow>(`${summarySelect} AND d.id IN (SELECT value FROM json_each(?))`)
  const attempts = db.prepare<[string], AttemptRow>(
    `SELECT * FROM attempt WHERE id IN (SELECT value FROM json_each(?))`,
  )

  return (cursor, limit) => {
    const firstKept = oldest.get() ?? newest() + 1
    if (cursor > newest() || cursor + 1 < firstKept) return { kind: 'reset', cursor: newest() }
    const rows = following.all(cursor, limit)
    // A key that is set again keeps its place: take it out first, so that the order is that of the newest change.
    const last = new Map<string, FeedRow>()
    for (const row of rows) {
      const key = `${row.kind} ${row.id}`
      last.delete(key)
      last.set(key, row)
    }
    const ids = (kind: FeedRow['kind']) =>
      JSON.stringify([...last.values()].filter(row => row.kind === kind).map(row => row.id))
    const deliveryById = new Map(deliveries.all(ids('delivery')).map(row => [row.id, toSummary(row)]))
    const attemptById = new Map(attempts.all(ids('attempt')).map(row => [row.id, toAttemptSummary(row)]))
    const changes: Change[] = []
    for (const { kind, id } of last.values()) {
      const delivery = deliveryById.get(id)
      const attempt = attemptById.get(id)
      if (kind === 'attempt') {
        // Without a row its delivery was dropped, which has a change of its own.
        if (attempt) changes.push({ kind, attempt })
      } else changes.push(delivery ? { kind, delivery } : { kind: 'delivery-removed', id })
    }
    const reached = rows.at(-1)?.seq ?? cursor
    return { kind: 'changes', cursor: reached, changes, more: reached < newest() }
  }
}

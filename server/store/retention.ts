/** Drops what is not to be kept any longer: removed deliveries, and the oldest beyond the limits. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Grouping } from './grouping.ts'
import type { Retention } from './store.ts'
import type { Writer } from './writer.ts'

/** Deliveries in one step: bounds how long the event loop is away. */
const stepRows = 100
/** Entries of the change log in one step. */
const feedRows = 2000
/** Entries of the change log that are kept: a viewer that was away for longer loads anew. */
const feedLength = 50_000

const dayMs = 86_400_000

/** @returns Store.purge */
export function createPurge(
  writer: Writer,
  grouping: Grouping,
  now: () => number,
): (retention: Retention) => Promise<number> {
  const { db } = writer
  const pick = (which: string) =>
    db.prepare<Record<string, number>, number>(`SELECT id FROM delivery WHERE ${which} LIMIT ${stepRows}`).pluck()
  const removed = pick('removed_at IS NOT NULL')
  const tooOld = pick('removed_at IS NULL AND pinned = 0 AND received_at < @before ORDER BY received_at')
  const oldest = db.prepare<[], { id: number; kept: number }>(
    `SELECT id, kept FROM delivery WHERE removed_at IS NULL AND pinned = 0 ORDER BY id LIMIT ${stepRows}`,
  )
  const counter = db.prepare<[string], number>(`SELECT n FROM counter WHERE facet = ? AND name = ''`).pluck()
  const drop = [
    'DELETE FROM attempt_content WHERE id IN (SELECT id FROM attempt WHERE delivery = ?)',
    'DELETE FROM attempt WHERE delivery = ?',
    'DELETE FROM delivery_key WHERE delivery = ?',
    'DELETE FROM delivery_gram WHERE rowid = ?',
    'DELETE FROM delivery_searched WHERE id = ?',
    'DELETE FROM arrival WHERE id = ?',
  ].map(text => db.prepare<[number]>(text))
  const dropDelivery = db.prepare<[number], { hook: string; event_id: string | null; superseded: number }>(
    'DELETE FROM delivery WHERE id = ? RETURNING hook, event_id, superseded',
  )
  const trimFeed = db.prepare(
    `DELETE FROM feed WHERE seq IN (SELECT seq FROM feed WHERE seq <= ? ORDER BY seq LIMIT ${feedRows})`,
  )
  const trimCounters = db.prepare('DELETE FROM counter WHERE n = 0')

  /** The oldest that go so that at most `limit` of the counter remains. */
  function beyond(limit: number | null, facet: 'total' | 'bytes', size: (row: { kept: number }) => number): number[] {
    let excess = limit === null ? 0 : (counter.get(facet) ?? 0) - limit
    const ids: number[] = []
    if (excess <= 0) return ids
    for (const row of oldest.all()) {
      if (excess <= 0) break
      ids.push(row.id)
      excess -= size(row)
    }
    return ids
  }

  function dropAll(ids: readonly number[]): void {
    for (const id of ids) {
      for (const statement of drop) statement.run(id)
      const gone = dropDelivery.get(id)
      writer.changed('delivery', id)
      // It was the one shown of its event: an older one that stays (a pinned one) is shown instead.
      if (gone?.superseded === 0 && gone.event_id !== null)
        for (const shown of grouping.refresh(gone.hook, gone.event_id)) writer.changed('delivery', shown)
    }
  }

  return async ({ count, days, bytes }) => {
    const before = days === null ? 0 : now() - days * dayMs
    const choices = [
      () => removed.all({}),
      () => (days === null ? [] : tooOld.all({ before })),
      () => beyond(count, 'total', () => 1),
      () => beyond(bytes, 'bytes', row => row.kept),
    ]
    let dropped = 0
    for (const choose of choices) {
      for (let ids = choose(); ids.length > 0 && db.open; ids = choose()) {
        const batch = ids
        writer.write(() => dropAll(batch))
        dropped += batch.length
        await nextTurn()
      }
    }
    const trim = () => writer.write(() => trimFeed.run(writer.cursor() - feedLength).changes)
    while (db.open && trim() === feedRows) await nextTurn()
    if (db.open) writer.write(() => trimCounters.run())
    return dropped
  }
}

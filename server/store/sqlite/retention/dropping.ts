/** Drops deliveries for good, with everything that belongs to them. */
import type { EventKey } from '../../edits.ts'
import type { Turn } from '../../turns.ts'
import { type Shown, showNewest } from '../index/shown.ts'
import type { Writer } from '../writer.ts'

export interface Dropping {
  /** Drops some, in this order, until the slice is over. @returns how many of them went */
  drop(ids: readonly number[], sliceMs: number): number
  /** Drops arrivals that are not indexed, of which nothing else knows. @returns how many went */
  dropUnindexed(after: number, upTo: number): number
  /** What could not be done in a slice: events with many deliveries show their newest that is left. */
  finish(): Promise<void>
  /** Trims the change log, a step of it. @returns whether there may be more */
  trim(): boolean
}

/** Entries of the change log in one step. */
const feedRows = 2000
/** Entries of the change log that are kept: a viewer that was away for longer loads anew. */
const feedLength = 50_000

interface EventOf {
  readonly hook: string
  readonly event_id: string
  readonly was_shown: number
}

/** @param dropped takes the ids of each slice, once they are gone */
export function createDropping(
  writer: Writer,
  shown: Shown,
  turn: Turn,
  dropped: (ids: readonly number[]) => void,
): Dropping {
  const { db } = writer
  const attempts = (which: string) => [
    `DELETE FROM attempt_content WHERE id IN (SELECT id FROM attempt WHERE ${which})`,
    `DELETE FROM attempt WHERE ${which}`,
  ]
  const belongings = [
    ...attempts('delivery = ?'),
    'DELETE FROM delivery_key WHERE delivery = ?',
    'DELETE FROM delivery_gram WHERE rowid = ?',
    'DELETE FROM delivery_searched WHERE id = ?',
    'DELETE FROM arrival WHERE id = ?',
  ].map(text => db.prepare<[number]>(text))
  const dropDelivery = db.prepare<[number], EventOf>(
    `DELETE FROM delivery WHERE id = ?
     RETURNING hook, event_id, superseded = 0 AND removed_at IS NULL AND event_id IS NOT NULL AS was_shown`,
  )
  const unindexed = [...attempts('delivery > ? AND delivery <= ?'), 'DELETE FROM arrival WHERE id > ? AND id <= ?'].map(
    text => db.prepare<[number, number]>(text),
  )
  const firstOfFeed = db.prepare<[], number | null>('SELECT min(seq) FROM feed').pluck()
  const trimFeed = db.prepare<[number]>(
    `DELETE FROM feed WHERE seq IN (SELECT seq FROM feed WHERE seq <= ? ORDER BY seq LIMIT ${feedRows})`,
  )
  const hasOthers = db
    .prepare<[string, string], number>('SELECT 1 FROM delivery WHERE event_id = ? AND hook = ? LIMIT 1')
    .pluck()
  let many = new Map<string, EventKey>()

  function dropOne(id: number): void {
    for (const statement of belongings) statement.run(id)
    const gone = dropDelivery.get(id)
    writer.changed('delivery', id)
    // It was the one shown of its event: an older one that stays (a pinned one) is shown instead.
    if (gone?.was_shown !== 1 || hasOthers.get(gone.event_id, gone.hook) === undefined) return
    const { changed, isWhole } = shown.refresh(gone.hook, gone.event_id)
    for (const other of changed) writer.changed('delivery', other)
    if (!isWhole) many.set(JSON.stringify([gone.hook, gone.event_id]), { hook: gone.hook, eventId: gone.event_id })
  }

  return {
    drop(ids, sliceMs) {
      const began = performance.now()
      const gone = writer.write(() => {
        let count = 0
        for (const id of ids) {
          dropOne(id)
          count += 1
          if (performance.now() - began > sliceMs) break
        }
        return count
      })
      dropped(ids.slice(0, gone))
      return gone
    },
    dropUnindexed: (after, upTo) =>
      writer.write(() => {
        let count = 0
        for (const statement of unindexed) count = statement.run(after, upTo).changes
        return count
      }),
    async finish() {
      const events = many
      many = new Map()
      await showNewest(events.values(), { writer, shown, next: turn })
    },
    trim() {
      const last = writer.cursor() - feedLength
      if ((firstOfFeed.get() ?? last + 1) > last) return false
      return writer.write(() => trimFeed.run(last).changes) === feedRows
    },
  }
}

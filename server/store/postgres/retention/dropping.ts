/** Drops deliveries for good, with everything that belongs to them. */
import type { Queries } from '../connection.ts'
import { eventsOf, lockGrouping, refreshShown } from '../index/shown.ts'
import { dayOf } from '../log/days.ts'
import type { Writer } from '../writer.ts'

/** Deliveries in one transaction. */
export const sliceRows = 500

export interface Dropping {
  /**
   * Drops some, in one transaction.
   * @param wholeDays of these days the log's tables go later as a whole: their rows are left
   * @returns how many of them were there
   */
  drop(ids: readonly number[], wholeDays: ReadonlySet<number>): Promise<number>
  /** Drops the oldest arrivals that wait to be indexed, of which nothing else knows. @returns how many went */
  dropWaiting(most: number): Promise<number>
}

interface Gone {
  readonly id: number
  readonly received_at: number
  readonly hook: string
  readonly event_id: string | null
  readonly was_shown: boolean
}

async function dropAttempts(tx: Queries, deliveries: number[]): Promise<void> {
  await tx`
    WITH gone AS (DELETE FROM attempt WHERE delivery = ANY(${deliveries}::bigint[]) RETURNING id)
    DELETE FROM attempt_content c USING gone g WHERE c.id = g.id`
}

async function dropArrivals(tx: Queries, rows: readonly Pick<Gone, 'id' | 'received_at'>[]): Promise<void> {
  if (rows.length === 0) return
  // By both, so that the tables of other days are not looked at.
  await tx`
    DELETE FROM arrival WHERE id = ANY(${rows.map(({ id }) => id)}::bigint[])
      AND received_at = ANY(${rows.map(({ received_at: at }) => at)}::bigint[])`
}

export function createDropping(writer: Writer): Dropping {
  return {
    drop: (ids, wholeDays) =>
      writer.alone(async (tx, changed) => {
        await lockGrouping(tx)
        const gone = await tx<Gone[]>`
          DELETE FROM delivery WHERE id = ANY(${[...ids]}::bigint[]) AND (pinned = 0 OR removed_at IS NOT NULL)
          RETURNING id, received_at, hook, event_id, superseded = 0 AND removed_at IS NULL AS was_shown`
        await dropAttempts(
          tx,
          gone.map(({ id }) => id),
        )
        await dropArrivals(
          tx,
          gone.filter(({ received_at: at }) => !wholeDays.has(dayOf(at))),
        )
        for (const { id } of gone) changed('delivery', id, 'dropped')
        // It was the one shown of its event: an older one that stays (a pinned one) is shown instead.
        const shown = eventsOf(gone.filter(({ was_shown: wasShown }) => wasShown))
        for (const id of await refreshShown(tx, shown)) changed('delivery', id)
        return gone.length
      }),
    dropWaiting: most =>
      writer.alone(async tx => {
        const gone = await tx<Pick<Gone, 'id' | 'received_at'>[]>`
          DELETE FROM unindexed WHERE id IN (
            SELECT id FROM unindexed ORDER BY id LIMIT ${Math.min(most, sliceRows)} FOR UPDATE SKIP LOCKED)
          RETURNING id, received_at`
        await dropAttempts(
          tx,
          gone.map(({ id }) => id),
        )
        await dropArrivals(tx, gone)
        return gone.length
      }),
  }
}

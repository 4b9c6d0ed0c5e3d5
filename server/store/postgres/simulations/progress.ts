/** Counts what became of a simulation's events, and tells when nothing of it is left to do. */
import type { Queries } from '../connection.ts'
import type { Changed } from '../writer.ts'

export interface Counts {
  readonly delivered?: number
  readonly failed?: number
  readonly cancelled?: number
}

/** Ends a simulation of which nothing is left to do. */
export async function finish(tx: Queries, changed: Changed, simulation: number): Promise<void> {
  const [row] = await tx`
    UPDATE simulation SET state = 'done', secrets = NULL
    WHERE id = ${simulation} AND state = 'running' AND events = delivered + failed + cancelled RETURNING id`
  if (row) changed('simulation', simulation, 'done')
}

/** @param perSimulation what became of so many events of each */
export async function count(tx: Queries, changed: Changed, perSimulation: ReadonlyMap<number, Counts>): Promise<void> {
  for (const [simulation, { delivered = 0, failed = 0, cancelled = 0 }] of perSimulation) {
    await tx`
      UPDATE simulation SET delivered = delivered + ${delivered}, failed = failed + ${failed},
        cancelled = cancelled + ${cancelled} WHERE id = ${simulation}`
    await finish(tx, changed, simulation)
  }
}

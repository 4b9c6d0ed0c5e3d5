/** Which deliveries go next when not all can stay. */
import type { Queries } from '../connection.ts'
import { sliceRows } from './dropping.ts'

/** Some that go next; none when there are no more. */
export type Candidates = (most: number) => Promise<number[]>

const bounded = (most: number) => Math.min(most, sliceRows)
const idsOf = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id)

/** Those that were taken away, the first ones first. */
export const removedOnes = (sql: Queries): Candidates => {
  return async most =>
    idsOf(
      await sql<{ id: number }[]>`
      SELECT id FROM delivery WHERE removed_at IS NOT NULL ORDER BY removed_at LIMIT ${bounded(most)}`,
    )
}

/** The oldest that are neither pinned nor taken away. */
export function oldestOnes(sql: Queries): Candidates {
  /** Before this one all stay: they are passed once, however many they are. */
  let first = 0
  return async most => {
    const rows = await sql<{ id: number }[]>`
      SELECT id FROM delivery WHERE id >= ${first} AND pinned = 0 AND removed_at IS NULL ORDER BY id LIMIT ${bounded(most)}`
    first = rows[0]?.id ?? first
    return idsOf(rows)
  }
}

/** Those that came before a time, and are neither pinned nor taken away. */
export function onesBefore(sql: Queries, time: number): Candidates {
  let first = Number.MIN_SAFE_INTEGER
  return async most => {
    const rows = await sql<{ id: number; at: number }[]>`
      SELECT id, received_at AS at FROM delivery
      WHERE removed_at IS NULL AND pinned = 0 AND received_at >= ${first} AND received_at < ${time}
      ORDER BY received_at, verdict, id LIMIT ${bounded(most)}`
    first = rows[0]?.at ?? first
    return idsOf(rows)
  }
}

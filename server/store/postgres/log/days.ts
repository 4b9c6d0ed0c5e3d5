/** The days of the log: each has a table of its own, so that retention drops it whole. */
import type { Queries, Sql } from '../connection.ts'
import { postgresCode } from '../problem.ts'

const dayMs = 86_400_000

/** The day of a time (milliseconds since 1970), UTC, as a number of days. */
export const dayOf = (ms: number): number => Math.floor(ms / dayMs)

/** `arrival_20261201` */
export const tableOfDay = (day: number): string =>
  `arrival_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`

/** Makes the table of everything before a day, and that day's; once. */
export async function makeFirstDays(sql: Queries, day: number): Promise<void> {
  await sql.unsafe(`CREATE TABLE arrival_before PARTITION OF arrival FOR VALUES FROM (MINVALUE) TO (${day * dayMs})`)
  await sql.unsafe(partition(day))
}

/** By two steps: made as a part at once, it would have to wait for everyone who reads the log. */
const partition = (day: number) => `CREATE TABLE ${tableOfDay(day)} (LIKE arrival INCLUDING DEFAULTS INCLUDING INDEXES);
  ALTER TABLE arrival ATTACH PARTITION ${tableOfDay(day)} FOR VALUES FROM (${day * dayMs}) TO (${(day + 1) * dayMs})`

/** What a table of days is held up by: what runs too long, another process that makes it, or arrivals of that day elsewhere. */
const expected = new Set(['55P03', '42P07', '23505', '23514', '40P01'])

/**
 * Makes the tables of a day and the one after it, where they are missing. What comes meanwhile, or where that fails, is kept
 * in `arrival_other`.
 */
export async function makeDays(sql: Sql, day: number): Promise<void> {
  for (const one of [day, day + 1]) {
    const [found] = await sql`SELECT 1 FROM pg_class WHERE oid = to_regclass(${`hookscope.${tableOfDay(one)}`})`
    if (found) continue
    try {
      await sql.begin(async tx => {
        // Whoever waits for a table has all that come behind it wait as well.
        await tx`SET LOCAL lock_timeout = '200ms'`
        await tx.unsafe(partition(one))
      })
    } catch (error) {
      if (!expected.has(postgresCode(error) ?? '')) throw error
    }
  }
}

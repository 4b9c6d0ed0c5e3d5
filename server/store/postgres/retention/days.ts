/** Days of the log of which nothing is kept any more: their tables go whole. */
import { dayMs } from '../../../../core/text/duration.ts'
import type { Queries, Sql } from '../connection.ts'
import { dayOf, tableOfDay } from '../log/days.ts'
import { postgresCode } from '../problem.ts'

/** Who waits for a table has all that come behind it wait as well. */
const lockMs = 200

const nameOfDay = /^arrival_(\d{4})(\d\d)(\d\d)$/

/** The days that have tables, the first one first; up to and without one. */
export async function daysBefore(sql: Queries, day: number): Promise<number[]> {
  const tables = await sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'hookscope.arrival'::regclass`
  return tables
    .flatMap(({ name }) => {
      const [, year, month, date] = nameOfDay.exec(name) ?? []
      return year === undefined ? [] : [dayOf(Date.UTC(Number(year), Number(month) - 1, Number(date)))]
    })
    .filter(one => one < day)
    .sort((one, other) => one - other)
}

/** Those of these days of which nothing stays: none of their deliveries is pinned. */
export async function wholeDays(sql: Queries, days: readonly number[]): Promise<ReadonlySet<number>> {
  const pinned = await sql<{ at: number }[]>`SELECT received_at AS at FROM delivery WHERE pinned = 1`
  const staying = new Set(pinned.map(({ at }) => dayOf(at)))
  return new Set(days.filter(day => !staying.has(day)))
}

/** What is kept of a day, or not indexed yet. */
const isKept = async (tx: Queries, day: number) => {
  const [from, to] = [day * dayMs, (day + 1) * dayMs]
  const found = await tx`SELECT FROM delivery WHERE received_at >= ${from} AND received_at < ${to}
    UNION ALL SELECT FROM unindexed WHERE received_at >= ${from} AND received_at < ${to} LIMIT 1`
  return found.length > 0
}

/** Drops the tables of those of these days of which nothing is kept. One that somebody uses goes the next time. */
export async function dropDays(sql: Sql, days: Iterable<number>): Promise<void> {
  for (const day of days)
    try {
      // Nobody is held up where there is nothing to do.
      if (await isKept(sql, day)) continue
      await sql.begin(async tx => {
        await tx.unsafe(`SET LOCAL lock_timeout = ${lockMs}`)
        const table = `hookscope.${tableOfDay(day)}`
        // What came of that day until now is seen below, and nothing more comes.
        await tx.unsafe(`LOCK TABLE ONLY hookscope.arrival, ${table} IN ACCESS EXCLUSIVE MODE`)
        if (!(await isKept(tx, day))) await tx.unsafe(`DROP TABLE ${table}`)
      })
    } catch (error) {
      if (!isInTheWay(error)) throw error
    }
}

/** Locked too long; dropped by another process; deadlock. */
const isInTheWay = (error: unknown) => ['55P03', '42P01', '40P01'].includes(postgresCode(error) ?? '')

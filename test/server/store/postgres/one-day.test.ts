/** What is about deliveries of one day looks at that day's table alone, however many days are kept. */
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dayMs } from '../../../../core/text/duration.ts'
import { connect } from '../../../../server/store/postgres/connection.ts'
import { dayOf, makeDays, tableOfDay } from '../../../../server/store/postgres/log/days.ts'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import type { Store } from '../../../../server/store/store.ts'
import { arrival, asItCame, saleEvent } from '../../../helpers/deliveries.ts'
import { type PostgresDatabase, type PostgresDatabases, sharedPostgres } from '../../../helpers/postgres.ts'

const today = dayOf(Date.now())
const target = 'http://localhost:3000/'
let server: PostgresDatabases
let database: PostgresDatabase
let log: postgres.Sql

beforeAll(async () => {
  server = await sharedPostgres()
  database = await server.create()
  log = postgres(database.url, { max: 1, onnotice: () => {} })
  // It was first started some days ago.
  await (await openPostgres({ url: database.url, now: () => (today - 9) * dayMs })).close()
  const sql = connect({ url: database.url, name: 'days', max: 1 })
  for (let day = today - 8; day <= today; day += 1) await makeDays(sql, day)
  await sql.end()
})
afterAll(async () => {
  await log.end()
  await database.drop()
  await server.close()
})

/** How often each table of a day was looked at; what a process has done is counted once it is gone. */
async function scans(): Promise<ReadonlyMap<string, number>> {
  const connected = () => log`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
  await expect.poll(async () => (await connected()).length, { timeout: 10_000 }).toBe(0)
  const rows = await log<{ name: string; count: string }[]>`
    SELECT relname AS name, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS count FROM pg_stat_user_tables
    WHERE relname LIKE 'arrival%'`
  return new Map(rows.map(({ name, count }) => [name, Number(count)]))
}

/** The tables that are looked at beyond those that opening and closing looks at. */
async function lookedAt(work: (store: Store) => Promise<void>): Promise<readonly string[]> {
  const opening = async (between: (store: Store) => Promise<void>) => {
    const before = await scans()
    const store = await openPostgres({ url: database.url })
    try {
      await between(store)
    } finally {
      await store.close()
    }
    const after = await scans()
    return new Map([...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)]))
  }
  const idle = await opening(async () => {})
  const busy = await opening(work)
  return [...busy].flatMap(([name, count]) => (count > (idle.get(name) ?? 0) ? [name] : [])).sort()
}

const event = (id: string, day: number) =>
  arrival({ receivedAt: day * dayMs + 3_600_000, body: saleEvent({ id: id.padStart(64, '0') }) })

it('to index a retry, to begin, to end and to read an attempt, and to ask for the newest', async () => {
  const first = await openPostgres({ url: database.url })
  for (let day = today - 8; day <= today; day += 1) await first.deliveries.append(event(`of ${day}`, day))
  await first.deliveries.settled()
  await first.close()
  const looked = await lookedAt(async ({ deliveries, attempts }) => {
    const came = event('now', today)
    const id = await deliveries.append(came)
    const begin = () =>
      attempts.start({
        delivery: id,
        source: 'forward',
        target,
        startedAt: Date.now(),
        request: asItCame(came, target),
      })
    await begin()
    expect(await deliveries.append(came)).toBeGreaterThan(id)
    await deliveries.settled()
    const attempt = await begin()
    await attempts.end(attempt, {
      ...{
        outcome: 'answered',
        answer: { status: 204, headers: [], body: new Uint8Array(), bodyBytes: 0 },
        error: null,
      },
      timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 },
    })
    expect(Buffer.from((await attempts.get(attempt))?.request.body ?? []).equals(Buffer.from(came.body))).toBe(true)
    expect(await attempts.ofDelivery(id)).toHaveLength(2)
    expect((await deliveries.get(id))?.tries).toBeDefined()
    expect(await deliveries.newestAt()).toBe(came.receivedAt)
    expect(await deliveries.newest()).toBeGreaterThan(id)
  })
  expect(looked).toEqual([tableOfDay(today)])
})

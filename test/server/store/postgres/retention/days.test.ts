/** Days of the log go as a whole; and of several processes one keeps the log within its limits. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { connect, type Sql } from '../../../../../server/store/postgres/connection.ts'
import { openPostgres } from '../../../../../server/store/postgres/postgres.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { type PostgresDatabase, type PostgresDatabases, sharedPostgres } from '../../../../helpers/postgres.ts'

const day = 86_400_000
const none = { count: null, days: null, bytes: null }
let server: PostgresDatabases
let database: PostgresDatabase
let client: Sql
let time: number
let stores: Store[]
beforeAll(async () => {
  server = await sharedPostgres()
})
afterAll(async () => {
  await server.close()
})
beforeEach(async () => {
  time = Date.UTC(2026, 10, 1, 12)
  stores = []
  database = await server.create()
  client = connect({ url: database.url, name: 'test', max: 1 })
})
afterEach(async () => {
  await Promise.all(stores.map(store => store.close()))
  await client.end()
  await database.drop()
})

async function open(): Promise<Store> {
  const store = await openPostgres({ url: database.url, now: () => time })
  stores.push(store)
  return store
}

async function append(store: Store, count: number): Promise<number[]> {
  const ids = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      store.deliveries.append(arrival({ receivedAt: time, body: saleEvent({ id: `${time} ${at}` }) })),
    ),
  )
  await store.deliveries.settled()
  return ids
}

const tables = async () =>
  (
    await client<
      { name: string }[]
    >`SELECT relname AS name FROM pg_class WHERE relname ~ '^arrival_\\d+$' AND relkind = 'r'`
  )
    .map(({ name }) => name)
    .sort()
const rows = async () => (await client<{ n: number }[]>`SELECT count(*) AS n FROM hookscope.arrival`)[0]?.n

it('the table of a day of which nothing stays is dropped; where something is pinned, the rest of it', async () => {
  const first = await open()
  const [pinned = 0] = await append(first, 3)
  await first.edits.setPinned([pinned], true)
  await first.close()
  time += day
  const second = await open()
  await append(second, 4)
  expect(await tables()).toEqual(['arrival_20261101', 'arrival_20261102', 'arrival_20261103'])
  time += 40 * day
  expect(await second.retention.purge({ ...none, days: 30 })).toBe(6)
  expect(await tables()).toEqual(['arrival_20261101'])
  expect(await rows()).toBe(1)
  expect((await second.deliveries.get(pinned))?.body).toBeDefined()
  // What comes for a day without a table is kept all the same.
  const [late = 0] = await append(second, 1)
  expect((await second.deliveries.get(late))?.id).toBe(late)
})

it('a day that waits to be indexed, or somebody reads, stays for the next time', async () => {
  const store = await open()
  await append(store, 2)
  time += 40 * day
  const held = await client.reserve()
  await held.unsafe('BEGIN')
  await held.unsafe('SELECT count(*) FROM hookscope.arrival')
  expect(await store.retention.purge({ ...none, days: 30 })).toBe(2)
  await held.unsafe('COMMIT')
  held.release()
  expect(await tables()).toContain('arrival_20261101')
  expect(await store.retention.purge({ ...none, days: 30 })).toBe(0)
  expect(await tables()).not.toContain('arrival_20261101')
})

it('two processes keep the log within a limit together, and both know of it', async () => {
  const [one, other] = [await open(), await open()]
  const gone: number[][] = [[], []]
  for (const [at, store] of [one, other].entries()) {
    store.deliveries.onDropped(ids => gone[at]?.push(...ids))
    await store.retention.keepWithin({ ...none, count: 100 }, () => {})
  }
  const ids = [...(await append(one, 150)), ...(await append(other, 150))]
  await vi.waitFor(async () => expect((await one.deliveries.facets()).total).toBeLessThanOrEqual(110), 20_000)
  const kept = await one.deliveries.list({ query: { terms: [] }, before: null, limit: 500, grouped: false })
  expect(kept.deliveries.map(({ id }) => id)).toEqual(ids.sort((a, b) => b - a).slice(0, kept.deliveries.length))
  // Of those that went before they were in the list nobody is told.
  const unseen = one.retention.passedOver() + other.retention.passedOver()
  await vi.waitFor(() => {
    for (const told of gone) expect(new Set(told).size).toBe(ids.length - kept.deliveries.length - unseen)
  }, 20_000)
  for (const told of gone) expect(told).toHaveLength(new Set(told).size)
})

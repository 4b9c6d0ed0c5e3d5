/** Searches on a real server: hostile texts, a statement that nobody waits for any more, a server without pg_trgm. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Condition, Query } from '../../../../../core/search/query.ts'
import { connect, type Sql } from '../../../../../server/store/postgres/connection.ts'
import { openPostgres } from '../../../../../server/store/postgres/postgres.ts'
import { createSearchReads } from '../../../../../server/store/postgres/read/reads.ts'
import { sql } from '../../../../../server/store/postgres/read/sql.ts'
import type { Store } from '../../../../../server/store/store.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { type PostgresDatabase, type PostgresDatabases, sharedPostgres } from '../../../../helpers/postgres.ts'

let server: PostgresDatabases
let database: PostgresDatabase
let client: Sql
beforeAll(async () => {
  server = await sharedPostgres()
})
afterAll(async () => {
  await server.close()
})
beforeEach(async () => {
  database = await server.create()
  client = connect({ url: database.url, name: 'test', max: 2 })
})
afterEach(async () => {
  await client.end()
  await database.drop()
})

const queryOf = (condition: Condition): Query => ({
  terms: [{ negated: false, anyOf: [condition], span: { start: 0, end: 0 } }],
})
const idsOf = async (store: Store, condition: Condition) => {
  const page = { query: queryOf(condition), before: null, limit: 100, grouped: false }
  return (await store.deliveries.list(page)).deliveries.map(({ id }) => id)
}
const textOf = (text: string): Condition => ({ field: 'text', text, phrase: true })

const hostile = [
  `'; DROP TABLE hookscope.delivery; --`,
  `' OR '1'='1`,
  `$1 OR TRUE`,
  `$$; SELECT pg_sleep(60) $$`,
  `100%`,
  `a_b`,
  `\\' OR TRUE --`,
  `E'\\x41'`,
  `{1,2,"x"}`,
  `?::int`,
  `*/ OR /*`,
  `İstanbul`,
  `\u202edlrow`,
]

describe('a text that looks like SQL', () => {
  let store: Store
  let ids: number[]
  beforeEach(async () => {
    store = await openPostgres({ url: database.url })
    ids = await Promise.all(
      [...hostile, 'aXb', '100 of them'].map((text, at) =>
        store.deliveries.append(
          arrival({ body: saleEvent({ id: `${text} event`, key: `${text} key ${at}`, invoice: text }) }),
        ),
      ),
    )
    await store.deliveries.settled()
  })
  afterEach(() => store.close())

  it('is found where it stands, and nothing else is found or done', async () => {
    for (const [at, text] of hostile.entries()) {
      expect([text, await idsOf(store, textOf(text))]).toEqual([text, [ids[at]]])
      expect([text, await idsOf(store, { field: 'event', prefix: text })]).toEqual([text, [ids[at]]])
      expect([text, await idsOf(store, { field: 'key', prefix: text })]).toEqual([text, [ids[at]]])
      for (const condition of [
        { field: 'type', pattern: text },
        { field: 'ref', prefix: text },
        { field: 'hook', hook: text },
        { field: 'method', method: text },
        { field: 'header', text },
      ] as const)
        expect(await idsOf(store, condition)).toEqual([])
    }
    expect((await store.deliveries.facets()).total).toBe(ids.length)
  })

  it('may hold what PostgreSQL’s text cannot', async () => {
    const body = saleEvent({ id: 'e\0v', key: 'k\0y', invoice: 'nul\0here \ud800 half' })
    const id = await store.deliveries.append(arrival({ body }))
    await store.deliveries.settled()
    for (const condition of [
      { field: 'event', prefix: 'e\0v' },
      { field: 'key', prefix: 'k\0y' },
      textOf('nul\0here'),
      textOf('NUL here'),
      textOf('\ud800 half'),
    ] as const)
      expect([condition, await idsOf(store, condition)]).toEqual([condition, [id]])
  })
})

describe('a statement that nobody waits for any more', () => {
  const running = async () =>
    (
      await client`SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(61)%' AND pid <> pg_backend_pid()`
    ).length

  it('is cancelled on the server, and rejects with the signal’s reason', async () => {
    const stop = new AbortController()
    const asked = createSearchReads(client, stop.signal).all(sql`SELECT pg_sleep(61)`)
    const ended = expect(asked).rejects.toThrow('typed on')
    await vi.waitFor(async () => expect(await running()).toBe(1))
    stop.abort(new Error('typed on'))
    await ended
    await vi.waitFor(async () => expect(await running()).toBe(0))
    await expect(createSearchReads(client, stop.signal).all(sql`SELECT 1`)).rejects.toThrow('typed on')
  })
})

describe('a server that does not give us pg_trgm', () => {
  it('is searched all the same, and is said to be slower, once', async () => {
    await client.unsafe(`CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE 'extension "pg_trgm" is not available' USING ERRCODE = 'feature_not_supported'; END $$;
      CREATE EVENT TRIGGER refusal ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION refuse()`)
    const said: string[] = []
    const store = await openPostgres({ url: database.url, log: line => said.push(line) })
    try {
      const bodies = ['INV-7', 'Plain-9'].map((invoice, at) => saleEvent({ id: `event ${at}`, invoice }))
      const [one] = await Promise.all(bodies.map(body => store.deliveries.append(arrival({ body }))))
      await store.deliveries.settled()
      expect(await idsOf(store, textOf('inv-7'))).toEqual([one])
      expect(await store.deliveries.count(queryOf(textOf('approved')), 10)).toEqual({ count: 2 })
    } finally {
      await store.close()
    }
    expect(said).toEqual([expect.stringContaining('pg_trgm')])
    // As soon as it is there, it is used.
    await client.unsafe('DROP EVENT TRIGGER refusal')
    const again = await openPostgres({ url: database.url, log: line => said.push(line) })
    try {
      expect(await idsOf(again, textOf('plain-9'))).toHaveLength(1)
    } finally {
      await again.close()
    }
    expect(said).toHaveLength(1)
    const [index] = await client`SELECT indexname FROM pg_indexes WHERE indexname = 'delivery_text_grams_by_id'`
    expect(index).toBeDefined()
  })
})

it('a text that many older deliveries show, and none of the newest, is found newest first, all of it', async () => {
  const store = await openPostgres({ url: database.url })
  try {
    // Some lie close together, some apart, and before the newest there are none for long.
    const dense = Array.from({ length: 3000 }, (_, at) => (at + 1) * 29)
    const sparse = Array.from({ length: 20 }, (_, at) => 100_000 + at * 1000)
    const newest = Array.from({ length: 600 }, (_, at) => 200_000 + at)
    const add = (ids: readonly number[], summary: string) => client`
      WITH one AS (SELECT unnest(${ids as number[]}::bigint[]) AS id),
      listed AS (INSERT INTO delivery (id, received_at, bytes, kept, hook, method, verdict, verdict_detail, notes, repeat, summary, tries)
        SELECT id, id, 0, 0, 'main', 'POST', 'unchecked', '{"kind":"unchecked"}', '[]', 0, ${summary}, 1 FROM one)
      INSERT INTO delivery_text (id, plain, text) SELECT id, 1, ${`${summary}\n`} FROM one`
    await add([...dense, ...sparse], 'a needle')
    await add(newest, 'some hay')
    const expected = [...sparse.reverse(), ...dense.reverse()]
    const query = queryOf(textOf('needle'))
    const found: number[] = []
    await store.deliveries.matching(query, ids => void found.push(...ids))
    expect(found).toEqual(expected)
    const page = async (before: number | null) => {
      const { deliveries, next } = await store.deliveries.list({ query, before, limit: 30, grouped: true })
      return { ids: deliveries.map(({ id }) => id), next }
    }
    expect(await page(null)).toEqual({ ids: expected.slice(0, 30), next: expected[29] })
    expect(await page(50_000)).toMatchObject({ ids: expected.filter(id => id < 50_000).slice(0, 30) })
    expect(await store.deliveries.count(query, 10_000)).toEqual({ count: expected.length })
    const { total } = await store.deliveries.facets({ query, cap: 10_000 })
    expect(total).toBe(expected.length)
  } finally {
    await store.close()
  }
})

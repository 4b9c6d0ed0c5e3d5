/**
 * The list, its filters and its search over very many deliveries in PostgreSQL, beside their limits. HOOKSCOPE_BENCH_POSTGRES is
 * the URL of a database that is kept between runs; it is filled where it is empty. Without it a server is started.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { states } from '../core/search/query.ts'
import { parseQuery } from '../core/search/search.ts'
import { connect, type Sql } from '../server/store/postgres/connection.ts'
import { openPostgres } from '../server/store/postgres/postgres.ts'
import type { Store } from '../server/store/store.ts'
import { type PostgresServer, startPostgres } from '../test/helpers/postgres.ts'
import { keepManyInPostgres } from './postgres-kept.ts'
import { serverMs } from './processor.ts'

const rows = Number(process.env['HOOKSCOPE_BENCH_ROWS'] ?? 100_000)
const runs = 15
const withinMs = 150
let server: PostgresServer | undefined
let store: Store
let sql: Sql

beforeAll(async () => {
  const kept = process.env['HOOKSCOPE_BENCH_POSTGRES']
  if (kept === undefined) server = await startPostgres()
  const url = kept ?? (await server?.create())?.url ?? ''
  await keepManyInPostgres(url, rows, line => console.log(line))
  store = await openPostgres({ url })
  sql = connect({ url, name: 'bench', max: 1 })
}, 3_600_000)
afterAll(async () => {
  await sql.end()
  await store.close()
  await server?.close()
})

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** The first run; of those after it the median and the quickest, and the processor time of one; milliseconds. */
async function several(work: () => Promise<unknown>) {
  const first = await timed(work)
  const before = { here: process.cpuUsage(), server: await serverMs(sql) }
  const later: number[] = []
  for (let turn = 0; turn < runs; turn += 1) later.push(await timed(work))
  later.sort((one, two) => one - two)
  const { user, system } = process.cpuUsage(before.here)
  const processor = { here: (user + system) / 1000 / runs, server: ((await serverMs(sql)) - before.server) / runs }
  return { first, processor, warm: later[runs >> 1] ?? 0, best: later[0] ?? 0 }
}

const queryOf = (text: string) => parseQuery(text).query
const page = (text: string) => ({ query: queryOf(text), before: null, limit: 100, grouped: true })

/** A search, and how long its page may take, milliseconds. */
const limited: readonly (readonly [search: string, limit: number])[] = [
  ['', 15],
  ...states.map(state => [`is:${state}`, 30] as const),
  ...['INV-77712', '12.50', 'approved', 'kafo', 'declined', 'qz7', 'INV-5', '"out of stock"', 'transaction.sale'].map(
    text => [text, 100] as const,
  ),
]

it.each(limited)('a page of “%s” (limit %i ms)', async (text, limit) => {
  const { first, warm, best, processor } = await several(() => store.deliveries.list(page(text)))
  const { deliveries } = await store.deliveries.list(page(text))
  console.log(
    `${text || 'the newest'}: ${deliveries.length} rows in ${warm.toFixed(1)} ms (at best ${best.toFixed(1)}, the first time ${first.toFixed(1)}), limit ${limit} ms = ${(warm / limit).toFixed(2)} of it; processor ${processor.here.toFixed(1)} here + ${processor.server.toFixed(1)} ms`,
  )
  expect(warm).toBeGreaterThan(0)
})

it.each(['a', '1111', 'ключ', 'header:twice', '-is:rejected', 'type:ach.* bytes:>500', 'amount:>9000', 'key:a'])(
  'a page, a count and the totals of “%s”, for which there is no limit',
  async text => {
    const list = await several(() => store.deliveries.list(page(text)))
    const count = await several(() => store.deliveries.count(queryOf(text), 100_000, { withinMs }))
    const facets = await several(() => store.deliveries.facets({ query: queryOf(text), cap: 100_000, withinMs }))
    const strip = { query: queryOf(text), buckets: 120, from: null, to: null, even: true }
    const chart = await several(() => store.deliveries.timeline({ ...strip, withinMs }))
    const { count: counted, estimated = 'exactly' } = await store.deliveries.count(queryOf(text), 100_000, { withinMs })
    const said = [list, count, facets, chart].map(({ warm }) => warm.toFixed(0))
    console.log(
      `${text}: list ${said[0]} ms · count ${estimated} ${counted} ${said[1]} ms · totals ${said[2]} ms · strip ${said[3]} ms`,
    )
    expect(counted).toBeGreaterThanOrEqual(0)
  },
)

it('the totals and the strip of everything', async () => {
  const facets = await several(() => store.deliveries.facets())
  const query = queryOf('')
  const strip = await several(() =>
    store.deliveries.timeline({ query, buckets: 120, from: null, to: null, even: true }),
  )
  console.log(`everything: totals ${facets.warm.toFixed(1)} ms · strip ${strip.warm.toFixed(1)} ms`)
  expect(facets.warm).toBeGreaterThan(0)
})

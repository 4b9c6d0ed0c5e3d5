/** The store beside its limits, in one run: group commit, index, search, and appends while the inspector reads. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Condition, Query } from '../core/search/query.ts'
import { exportDeliveries } from '../server/api/export.ts'
import { deliveryParts } from '../server/api/views.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import type { Store } from '../server/store/store.ts'
import { arrival, saleEvent } from '../test/helpers/deliveries.ts'

const rows = Number(process.env['HOOKSCOPE_BENCH_ROWS'] ?? 100_000)
let folder: string
let store: Store
let path: string
/** The cursor before anything came. */
let start: number

const query = (...conditions: Condition[]): Query => ({
  terms: conditions.map(condition => ({ negated: false, anyOf: [condition], span: { start: 0, end: 0 } })),
})
const sale = (index: number, key = `key${(index * 7919) % 1_000_003}`) =>
  arrival({
    receivedAt: Date.UTC(2026, 0, 1) + index * 1000,
    body: saleEvent({
      id: index.toString(16).padStart(64, '0'),
      key,
      amount: `${(index % 900) + 0.5}`,
      invoice: index % 10_000 === 0 ? 'INV rare word' : `INV-${index}`,
    }),
  })

async function timed<Result>(work: () => Promise<Result> | Result): Promise<{ ms: number; result: Result }> {
  const started = performance.now()
  const result = await work()
  return { ms: performance.now() - started, result }
}

const percentile = (values: number[], part: number) =>
  values.sort((one, two) => one - two)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-bench-'))
  path = join(folder, 'hookscope.db')
  store = openSqlite({ path })
  start = store.changes.cursor()
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

it('appends: group commit beside one commit each, and beside the limit', async () => {
  const count = 20_000
  const arrivals = Array.from({ length: count }, (_, index) => sale(index))
  const bare = new Database(join(folder, 'bare.db'))
  bare.pragma('journal_mode = WAL')
  bare.pragma('synchronous = FULL')
  bare.exec('CREATE TABLE log (id INTEGER PRIMARY KEY, at INTEGER, headers TEXT, body BLOB)')
  const insert = bare.prepare('INSERT INTO log (at, headers, body) VALUES (?, ?, ?)')
  const add = (one: ReturnType<typeof sale>) => insert.run(one.receivedAt, JSON.stringify(one.headers), one.body)
  const limit = await timed(() => bare.transaction(() => arrivals.forEach(add))())
  const each = await timed(() => arrivals.slice(0, 2000).forEach(add))
  bare.close()

  const own = openSqlite({ path: join(folder, 'append.db'), indexSliceMs: 4 })
  // 20 at a time, each answered before its successor comes, like the gateway's 20 connections.
  const group = await timed(async () => {
    let next = 0
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        for (let one = arrivals[next++]; one; one = arrivals[next++]) await own.deliveries.append(one)
      }),
    )
  })
  const index = await timed(() => own.deliveries.settled())
  await own.close()
  const perSecond = (ms: number, n = count) => Math.round((n / ms) * 1000)
  const group20 = perSecond(group.ms)
  console.log(
    `appends/s  limit (one transaction) ${perSecond(limit.ms)} · one commit each ${perSecond(each.ms, 2000)} · group commit, 20 at a time, index behind it ${group20}` +
      ` = ${(group20 / perSecond(each.ms, 2000)).toFixed(1)}x one commit each, ${(group20 / perSecond(limit.ms)).toFixed(2)} of the limit` +
      ` · index caught up ${Math.round(index.ms)} ms later`,
  )
  expect(group20).toBeGreaterThan(0)
})

it(`reads over ${rows} deliveries beside a plain SELECT`, async () => {
  const fill = await timed(async () => {
    for (let first = 0; first < rows; first += 2000)
      await Promise.all(
        Array.from({ length: Math.min(2000, rows - first) }, (_, index) =>
          store.deliveries.append(sale(first + index)),
        ),
      )
    await store.deliveries.settled()
  })
  console.log(`filled and indexed ${rows} in ${Math.round(fill.ms)} ms (${Math.round((rows / fill.ms) * 1000)}/s)`)
  await store.deliveries.count(query(), 1)
  const bare = new Database(path, { readonly: true })
  const plain = await timed(() => bare.prepare('SELECT id, summary FROM delivery ORDER BY id DESC LIMIT 100').all())
  const whole = await timed(() => bare.prepare(`SELECT count(*) FROM delivery WHERE summary LIKE '%nothing%'`).get())
  bare.close()
  console.log(`plain SELECT: newest 100 ${plain.ms.toFixed(1)} ms · scan of all ${whole.ms.toFixed(1)} ms`)
  const page = { before: null, limit: 100, grouped: true }
  const asked: [string, Query][] = [
    ['newest', query()],
    ['type:transaction.*', query({ field: 'type', pattern: 'transaction.*' })],
    ['text: rare', query({ field: 'text', text: 'rare word', phrase: true })],
    ['text: a part of one word', query({ field: 'text', text: 'ey7919', phrase: false })],
    ['text: three letters of all', query({ field: 'text', text: 'ppr', phrase: false })],
    ['text: two letters of none', query({ field: 'text', text: 'qz', phrase: false })],
    ['text: common', query({ field: 'text', text: 'approved', phrase: false })],
    ['key: one', query({ field: 'key', prefix: 'key7919' })],
    ['amount: none (whole scan)', query({ field: 'amount', comparison: '>', amount: 100_000 })],
    ['note: none (whole scan)', query({ field: 'note', note: 'loop' })],
    ['key + amount', query({ field: 'key', prefix: 'key' }, { field: 'amount', comparison: '>', amount: 100_000 })],
  ]
  for (const [name, one] of asked) {
    const { ms, result } = await timed(() => store.deliveries.list({ ...page, query: one }))
    console.log(`list ${name}: ${ms.toFixed(1)} ms, ${result.deliveries.length} rows`)
  }
  const counted = await timed(() =>
    store.deliveries.count(query({ field: 'text', text: 'approved', phrase: false }), 1_000_000),
  )
  const strip = await timed(() => store.deliveries.timeline({ query: query(), buckets: 200, from: null, to: null }))
  const filtered = await timed(() =>
    store.deliveries.timeline({
      query: query({ field: 'is', state: 'unchecked' }),
      buckets: 200,
      from: null,
      to: null,
    }),
  )
  const facets = await timed(() => store.deliveries.facets())
  console.log(
    `count ${counted.result} ${counted.ms.toFixed(1)} ms · timeline ${strip.ms.toFixed(1)} ms, filtered ${filtered.ms.toFixed(1)} ms · facets ${facets.ms.toFixed(1)} ms`,
  )
})

it('appends while the inspector reads', async () => {
  const journey = await Promise.all(
    Array.from({ length: 200 }, (_, index) => store.deliveries.append(sale(index, 'busy'))),
  )
  await store.deliveries.settled()
  let turn = 0
  /** What the routes of the inspector do, again and again. */
  const reads: [name: string, read: (signal: AbortSignal) => Promise<unknown>][] = [
    [
      'a search over everything',
      signal => store.deliveries.count(query({ field: 'note', note: 'loop' }), 1, { signal }),
    ],
    [
      'an export',
      async signal => {
        const { body } = await exportDeliveries(store, 'ndjson', query())
        for await (const _ of body ?? []) if (signal.aborted) break
      },
    ],
    ['a journey of 200', async () => JSON.stringify(await store.deliveries.related(journey[0] ?? 0))],
    [
      'details',
      async () => {
        turn += 1
        const id = (turn % rows) + 1
        const [delivery, attempts] = await Promise.all([store.deliveries.get(id), store.attempts.ofDelivery(id)])
        return JSON.stringify([delivery && deliveryParts(delivery, null, false), attempts])
      },
    ],
    ['changes since the start', async () => JSON.stringify(await store.changes.after(start, 500))],
  ]
  /** Each append waits for the one before. */
  const measure = async (read?: (signal: AbortSignal) => Promise<unknown>) => {
    const stop = new AbortController()
    let count = 0
    const reading = (async () => {
      for (; read && !stop.signal.aborted; count++) await read(stop.signal).catch(() => {})
    })()
    const times: number[] = []
    const { ms } = await timed(async () => {
      for (let index = 0; index < 2000; index++)
        times.push((await timed(() => store.deliveries.append(sale(rows + index)))).ms)
    })
    stop.abort()
    await reading
    await store.deliveries.settled()
    return { median: percentile(times, 0.5), p99: percentile(times, 0.99), perSecond: (count / ms) * 1000 }
  }
  await measure()
  const quiet = await measure()
  const text = ({ median, p99 }: typeof quiet) => `median ${median.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`
  console.log(`append: ${text(quiet)}`)
  for (const [name, read] of reads) {
    const busy = await measure(read)
    const times = (busy.p99 / quiet.p99).toFixed(1)
    console.log(`append beside ${name} (${busy.perSecond.toFixed(1)}/s): ${text(busy)} = ${times}x quiet at p99`)
  }
})

it('retention while deliveries come', async () => {
  const times: number[] = []
  let purging = true
  const purge = timed(() => store.retention.purge({ count: Math.floor(rows * 0.9), days: null, bytes: null })).finally(
    () => {
      purging = false
    },
  )
  while (purging) times.push((await timed(() => store.deliveries.append(sale(rows * 2 + times.length)))).ms)
  const { ms, result } = await purge
  console.log(
    `dropped ${result} in ${Math.round(ms)} ms · append p99 meanwhile ${percentile(times, 0.99).toFixed(2)} ms`,
  )
})

/**
 * Pages, counts and the strip over very many deliveries, beside their limits, and a page of the list while the strip is counted
 * beside the same page alone. HOOKSCOPE_BENCH_DB names a database that is kept between runs; it is made where it is not there.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseQuery } from '../core/search/search.ts'
import { openSqlite } from '../server/store/sqlite/sqlite.ts'
import type { Store } from '../server/store/store.ts'
import { keepMany } from './kept.ts'

const rows = Number(process.env['HOOKSCOPE_BENCH_ROWS'] ?? 100_000)
const runs = 5
const withinMs = 150
let folder: string
let path: string
let store: Store

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-bench-'))
  path = process.env['HOOKSCOPE_BENCH_DB'] ?? join(folder, 'many.db')
  keepMany(path, rows, line => console.log(line))
  store = openSqlite({ path })
}, 3_600_000)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Took {
  readonly ms: number
  readonly cpuMs: number
}

/** Wall time, and time on the processors: other programs, however many, do not count in that. */
async function timed<Result>(work: () => Promise<Result>): Promise<Took & { readonly result: Result }> {
  const [from, cpu] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { ms: performance.now() - from, cpuMs: (user + system) / 1000, result }
}

const median = (values: readonly number[]) => values.toSorted((one, two) => one - two)[values.length >> 1] ?? 0
const said = ({ ms, cpuMs }: Took) => `${ms.toFixed(0)} ms (${cpuMs.toFixed(0)} of processor)`

/** The first run, and the median of those after it. */
async function several<Result>(work: () => Promise<Result>) {
  const first = await timed(work)
  const later: Took[] = []
  for (let turn = 0; turn < runs; turn += 1) later.push(await timed(work))
  const warm = { ms: median(later.map(({ ms }) => ms)), cpuMs: median(later.map(({ cpuMs }) => cpuMs)) }
  return { first, warm, result: first.result }
}

const queryOf = (text: string) => parseQuery(text).query
const page = (text: string) => ({ query: queryOf(text), before: null, limit: 100, grouped: true })
const strip = (text: string) => ({ query: queryOf(text), buckets: 120, from: null, to: null, even: true })

const searches = ['a', 'INV-5', 'kafo', '1111', '11', 'qz', 'header:twice', '-is:rejected', 'type:ach.* bytes:>500']

it.each(searches)('%s', async text => {
  const { deliveries } = store
  const list = await several(() => deliveries.list(page(text)))
  const count = await several(() => deliveries.count(queryOf(text), 100_000, { withinMs }))
  const facets = await several(() => deliveries.facets({ query: queryOf(text), cap: 100_000, withinMs }))
  const chart = await several(() => deliveries.timeline({ ...strip(text), withinMs }))
  const { count: counted, estimated = 'exactly' } = count.result
  console.log(
    `${text}: list of ${list.result.deliveries.length} ${said(list.first)}, then ${said(list.warm)} · ` +
      `count ${estimated} ${counted} ${said(count.first)}, then ${said(count.warm)} · totals ${said(facets.warm)} · ` +
      `strip, ${chart.result.estimated ?? 'exact'}, ${said(chart.first)}, then ${said(chart.warm)}`,
  )
  expect(counted).toBeGreaterThanOrEqual(0)
})

it('a page of the list while the strip is counted', async () => {
  const pages = ['', '1111', 'is:failed']
  const medianOf = async (text: string) => {
    const times: Took[] = []
    for (let turn = 0; turn < 15; turn += 1) times.push(await timed(() => store.deliveries.list(page(text))))
    return median(times.map(({ ms }) => ms))
  }
  for (const text of pages) await medianOf(text)
  const alone: number[] = []
  for (const text of pages) alone.push(await medianOf(text))
  const stop = new AbortController()
  const counting = (async () => {
    while (!stop.signal.aborted)
      await store.deliveries.timeline({ ...strip('a'), signal: stop.signal }).catch(() => undefined)
  })()
  const beside: number[] = []
  for (const text of pages) beside.push(await medianOf(text))
  stop.abort()
  await counting
  for (const [at, text] of pages.entries()) {
    const [one = 0, other = 0] = [alone[at], beside[at]]
    console.log(
      `list of ${text || 'the newest'}: ${one.toFixed(1)} ms alone, ${other.toFixed(1)} ms while the strip of all with an “a” is counted = ${(other / one).toFixed(2)} times`,
    )
  }
  expect(beside).toHaveLength(pages.length)
})

it('bytes on disk per byte received', () => {
  const db = new Database(path, { readonly: true })
  const received = db.prepare<[], number>('SELECT sum(bytes) FROM arrival').pluck().get() ?? 0
  db.close()
  console.log(
    `disk: ${(statSync(path).size / received).toFixed(2)} bytes for each byte of a body, all indexes included`,
  )
  expect(received).toBeGreaterThan(0)
})

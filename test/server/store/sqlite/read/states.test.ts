/** Among many deliveries those in a state are found by its index, and the strip and the counts say what a plain count says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseQuery } from '../../../../../core/search/search.ts'
import { countDeliveries, findMatching, listDeliveries } from '../../../../../server/store/search/list.ts'
import { readTimeline } from '../../../../../server/store/search/timeline.ts'
import { readFacetsOf } from '../../../../../server/store/search/totals.ts'
import { createCountAdded } from '../../../../../server/store/sqlite/index/count-added.ts'
import { createFinder } from '../../../../../server/store/sqlite/read/finder.ts'
import {
  openReader,
  type Reader,
  type Reads,
  type SearchReads,
} from '../../../../../server/store/sqlite/read/reader.ts'
import { migrate } from '../../../../../server/store/sqlite/schema/migrations.ts'

const rows = 30_000
let folder: string
let db: Database.Database
let reader: Reader
/** How each statement that was asked finds its rows of `delivery`. */
let plans: string[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookscope-'))
  const path = join(folder, 'many.db')
  db = new Database(path)
  db.pragma('journal_mode = WAL')
  migrate(db)
  // Two of five are in each state that is looked for: more than are looked up one by one. Removed ones are in none.
  db.exec(`INSERT INTO delivery (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, event_type,
      type, family, summary, amount, tries, last_outcome, last_status, pinned, removed_at)
    WITH RECURSIVE count(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM count WHERE i < ${rows})
    SELECT i, i * 1000, 1, 1, 200, iif(i % 5 IN (0, 1), 'unrouted', 'main'), 'POST', iif(i % 5 IN (1, 2), 'rejected', 'verified'),
      iif(i % 5 IN (1, 2), '{"kind":"rejected","reasons":["signature-wrong"]}', '{"kind":"verified"}'),
      iif(i % 5 IN (2, 3), iif(i % 2, '["test"]', '["event-not-subscribed"]'), '[]'), i % 5 IN (3, 4), iif(i % 5 IN (0, 2), 'no.such', 'ach.settled'),
      iif(i % 5 IN (0, 2), NULL, 'ach.settled'), NULL, '', i, 1, iif(i % 5 IN (1, 3), iif(i % 2, 'answered', 'refused'), NULL),
      iif(i % 5 IN (1, 3) AND i % 2, 500, NULL), i % 5 IN (2, 4), iif(i % 100 = 0, 1, NULL) FROM count;
    DELETE FROM renewal`)
  createCountAdded(db)(0, rows)
  reader = openReader(path)
})
afterAll(async () => {
  await reader.close()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Asks as the store does, and notes the plans. */
const finder = () => createFinder(search())
function search(): SearchReads {
  const asked = reader.search()
  const all: Reads['all'] = (text, values, named) => {
    const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
    plans.push(...plan.all(...values, ...(named ? [named] : [])).map(({ detail }) => detail))
    return asked.all(text, values, named)
  }
  return { ...asked, all }
}

/** A search, and what it means of the table above, in SQL. */
const states: readonly (readonly [search: string, sql: string])[] = [
  ['is:rejected', `verdict = 'rejected'`],
  ['verdict:rejected', `verdict = 'rejected'`],
  ['reason:signature-wrong', `verdict = 'rejected'`],
  ['is:failed', `last_outcome IN ('answered', 'refused')`],
  ['status:5xx', `last_status = 500`],
  ['status:refused', `last_outcome = 'refused'`],
  ['is:unknown', 'type IS NULL'],
  ['type:no.such', 'type IS NULL'],
  ['type:NO.*', 'type IS NULL'],
  ['is:pinned', 'pinned = 1'],
  ['is:retry', 'repeat = 1'],
  ['is:duplicate', 'repeat = 1'],
  ['is:unrouted', `hook = 'unrouted'`],
  ['is:noted', `notes <> '[]'`],
  ['is:test', `notes = '["test"]'`],
  ['is:unsubscribed', `notes = '["event-not-subscribed"]'`],
  ['note:test', `notes = '["test"]'`],
  ['is:rejected,failed', `(verdict = 'rejected' OR last_outcome IN ('answered', 'refused'))`],
  ['is:rejected -is:failed', `verdict = 'rejected' AND last_outcome IS NULL`],
  ['bytes:<9 is:pinned', 'pinned = 1'],
  ['amount:>29990', 'amount > 29990'],
  ['amount:29980..29990', 'amount BETWEEN 29980 AND 29990'],
]
/** What an index cannot find: all are looked at, each once. */
const others: readonly (readonly [search: string, sql: string])[] = [
  ['bytes:<9', 'TRUE'],
  ['-is:rejected', `verdict <> 'rejected'`],
  ['is:verified', `verdict = 'verified'`],
  ['is:rejected,verified', 'TRUE'],
  ['', 'TRUE'],
]
const all = [...states, ...others]
const idsWhere = (sql: string) =>
  db.prepare<[], number>(`SELECT id FROM delivery WHERE removed_at IS NULL AND ${sql} ORDER BY id DESC`).pluck().all()

/** Neither all of the table nor all of the time: a window is as dear as what it holds. */
const dear =
  /^SCAN (?:d|delivery)\b(?!.*INDEX)|^SEARCH (?:d|delivery) USING (?:COVERING )?INDEX delivery_received \(received_at>\? AND received_at<\?\)/

/** A window of all deliveries, one after the other. */
const window = /\(rowid>\? AND rowid<\?\)/

/** What a delivery is taken for that was not looked at: some thousand of them are. */
describe('an estimate', () => {
  const withinMs = 0
  it.each([...others.filter(([text]) => text !== ''), ['amount:>15000', 'amount > 15000']] as const)(
    'of %s is near',
    async (text, sql) => {
      const { query } = parseQuery(text)
      const expected = idsWhere(sql).length
      const { count, estimated } = await countDeliveries(finder(), query, rows, { withinMs })
      // The counters know some of these.
      expect(estimated ?? 'about').toBe('about')
      expect(Math.abs(count - expected)).toBeLessThan(expected / 10)
      const facets = await readFacetsOf(finder(), { query, cap: rows, withinMs })
      expect(facets).toMatchObject({ estimated: 'about', capped: false })
      expect(Math.abs(facets.total - expected)).toBeLessThan(expected / 10)
      const strip = { query, buckets: 60, from: 1, to: rows * 1000 + 1, withinMs }
      const { buckets, estimated: isEstimate } = await readTimeline(finder(), strip)
      expect(isEstimate).toBe('about')
      const sums = buckets.map(({ verified, unchecked, rejected }) => verified + unchecked + rejected)
      expect(Math.abs(sums.reduce((sum, n) => sum + n, 0) - expected)).toBeLessThan(expected / 10)
    },
  )

  it('of what is hardly ever found is what was counted so far, and says so', async () => {
    const { query } = parseQuery('bytes:>9')
    expect(await countDeliveries(finder(), query, rows, { withinMs })).toEqual({ count: 0, estimated: 'at least' })
    const facets = await readFacetsOf(finder(), { query, cap: rows, withinMs })
    expect(facets).toMatchObject({ total: 0, capped: true, estimated: 'at least' })
  })

  it('is none where so few are left that all are looked at', async () => {
    const { query } = parseQuery('bytes:<9 id:1-2000 is:verified')
    const expected = idsWhere(`verdict = 'verified' AND id <= 2000`).length
    expect(await countDeliveries(finder(), query, rows, { withinMs })).toEqual({ count: expected })
    const facets = await readFacetsOf(finder(), { query, cap: rows, withinMs })
    expect(facets).toMatchObject({ total: expected, capped: false })
    expect(facets).not.toHaveProperty('estimated')
    expect(await countDeliveries(finder(), parseQuery('bytes:>9 id:7').query, rows, { withinMs })).toEqual({ count: 0 })
  })

  it('is none where there is the time to count all', async () => {
    const { query } = parseQuery('bytes:<9 is:verified')
    const expected = idsWhere(`verdict = 'verified'`).length
    expect(await countDeliveries(finder(), query, rows, { withinMs: 60_000 })).toEqual({ count: expected })
  })
})

describe.each(all)('%s', (text, sql) => {
  const { query } = parseQuery(text)

  it('has the deliveries that a plain search has, page by page, counted and in the strip', async () => {
    plans = []
    const expected = idsWhere(sql)
    expect(expected.length).toBeGreaterThan(0)
    const found: number[] = []
    await findMatching(finder(), query, ids => void found.push(...ids))
    expect(found).toEqual(expected)
    expect(await countDeliveries(finder(), query, rows)).toEqual({ count: expected.length })
    expect(await countDeliveries(finder(), query, 7)).toEqual({ count: 7 })
    const page = { query, limit: 100, grouped: false }
    const first = await listDeliveries(finder(), { ...page, before: null })
    expect(first.deliveries.map(({ id }) => id)).toEqual(expected.slice(0, 100))
    const middle = expected[Math.floor(expected.length / 2)] ?? 0
    const later = await listDeliveries(finder(), { ...page, before: middle })
    expect(later.deliveries.map(({ id }) => id)).toEqual(expected.filter(id => id < middle).slice(0, 100))
    for (const [from, to] of [
      [null, null],
      [1_000_000, 20_000_000],
    ] as const) {
      const { buckets } = await readTimeline(finder(), { query, buckets: 60, from, to })
      const inside = expected.filter(id => from === null || (id * 1000 >= from && id * 1000 < to))
      const sum = (of: (bucket: (typeof buckets)[number]) => number) =>
        buckets.reduce((total, bucket) => total + of(bucket), 0)
      expect(sum(({ verified, unchecked, rejected }) => verified + unchecked + rejected)).toBe(inside.length)
      const failed = new Set(idsWhere(`last_outcome IN ('answered', 'refused')`))
      expect(sum(bucket => bucket.failed.verified + bucket.failed.rejected)).toBe(
        inside.filter(id => failed.has(id)).length,
      )
    }
    if (text !== '') expect(plans.filter(plan => dear.test(plan))).toEqual([])
    expect(plans.some(plan => window.test(plan))).toBe(!states.some(([one]) => one === text))
  })
})

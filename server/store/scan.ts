/** Walks the deliveries that a query matches, newest first, in windows of ids that are each a short read. */
import type { DeliverySummary } from '../../core/delivery.ts'
import type { Query } from '../../core/query.ts'
import { compileLookups, compileQuery } from './query.ts'
import type { Reader } from './reader.ts'
import { type SummaryRow, summarySelect, toSummary } from './rows.ts'
import type { Sql, SqlValue } from './sql.ts'
import type { ListPage, ListRequest } from './store.ts'

/** Ids in the first window, and in the largest: small at first, so that a page of the newest is quick. */
const firstWindow = 512
const largestWindow = 16_384
/** Up to so many ids a condition is looked up at once instead of being searched for window by window. */
const lookupLimit = 4096

/** A statement's middle: `FROM delivery d … AND` and so on, with the ids it is about. */
export interface Window {
  readonly where: Sql
  readonly named: Readonly<Record<string, SqlValue>>
}

/**
 * The ids of one term that an index finds at once, when they are few: then nothing else needs to be looked at.
 * @returns null when no term is like that
 */
async function lookup(reader: Reader, { terms }: Query): Promise<readonly number[] | null> {
  let fewest: readonly number[] | null = null
  for (const { negated, anyOf } of terms) {
    const lookups = anyOf.map(compileLookups)
    if (negated || lookups.includes(null)) continue
    const ids = new Set<number>()
    for (const found of lookups.flatMap(several => several ?? [])) {
      if (ids.size > lookupLimit) break
      const rows = await reader.all<{ id: number }>(found.text, found.values, { most: lookupLimit + 1 })
      for (const { id } of rows) ids.add(id)
    }
    if (ids.size <= lookupLimit && ids.size < (fewest?.length ?? Number.POSITIVE_INFINITY)) fewest = [...ids]
  }
  return fewest
}

interface Bounds {
  readonly from: number
  readonly to: number
  /** The newest delivery that the text index lacks; null when it has all. */
  readonly unfilled: number | null
}

/** The smallest and the largest id that the query's `id:` terms and `before` leave. */
async function bounds(reader: Reader, { terms }: Query, before: number | null): Promise<Bounds> {
  const [kept] = await reader.all<{ first: number | null; last: number | null; unfilled: number | null }>(
    `SELECT (SELECT min(id) FROM delivery) AS first, (SELECT max(id) FROM delivery) AS last,
      (SELECT below - 1 FROM renewal) AS unfilled`,
    [],
  )
  let from = kept?.first ?? 1
  let to = Math.min(kept?.last ?? 0, (before ?? Number.POSITIVE_INFINITY) - 1)
  for (const { negated, anyOf } of terms) {
    const ranges = anyOf.flatMap(condition => (condition.field === 'id' ? [condition] : []))
    if (negated || ranges.length < anyOf.length) continue
    from = Math.max(from, Math.min(...ranges.map(range => range.from)))
    to = Math.min(to, Math.max(...ranges.map(range => range.to)))
  }
  return { from, to, unfilled: kept?.unfilled ?? null }
}

/**
 * Asks window after window until `visit` has enough.
 * @returns the newest delivery that the text index lacks; null when it has all
 * @throws the signal's reason
 */
export async function scan(
  reader: Reader,
  query: Query,
  options: { readonly before?: number | null; readonly extra?: Sql; readonly signal?: AbortSignal | undefined },
  visit: (window: Window) => Promise<'more' | 'enough'>,
): Promise<number | null> {
  const { before = null, extra = { text: '', values: [] }, signal } = options
  signal?.throwIfAborted()
  const { from, to, unfilled } = await bounds(reader, query, before)
  const compiled = compileQuery(query, unfilled)
  const values = [...compiled.values, ...extra.values]
  const text = `d.removed_at IS NULL${compiled.text}${extra.text}`
  const ids = unfilled === null ? await lookup(reader, query) : null
  signal?.throwIfAborted()
  if (ids) {
    if (ids.length === 0 || from > to) return unfilled
    const where = {
      text: `d.id IN (SELECT value FROM json_each(@ids)) AND d.id BETWEEN @from AND @to AND ${text}`,
      values,
    }
    await visit({ where, named: { ids: JSON.stringify(ids), from, to } })
    return unfilled
  }
  let width = firstWindow
  for (let end = to; end >= from; ) {
    const start = Math.max(from, end - width + 1)
    const where = { text: `d.id BETWEEN @from AND @to AND ${text}`, values }
    if ((await visit({ where, named: { from: start, to: end } })) === 'enough') return unfilled
    signal?.throwIfAborted()
    end = start - 1
    width = Math.min(width * 4, largestWindow)
  }
  return unfilled
}

/** One page of the list; see Store.list. */
export async function listDeliveries(reader: Reader, request: ListRequest): Promise<ListPage> {
  const { query, before, limit, grouped, signal } = request
  const extra = { text: grouped ? ' AND d.superseded = 0' : '', values: [] }
  const ids: number[] = []
  const unfilled = await scan(reader, query, { before, extra, signal }, async ({ where, named }) => {
    // Forward inside the window, as disks read ahead; the newest are at its end.
    const found = await reader.all<{ id: number }>(
      `SELECT d.id FROM delivery d WHERE ${where.text} ORDER BY d.id`,
      where.values,
      named,
    )
    for (const { id } of found.reverse()) ids.push(id)
    return ids.length > limit ? 'enough' : 'more'
  })
  const page = ids.slice(0, limit)
  const rows = await reader.all<SummaryRow>(
    `${summarySelect} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id DESC`,
    [JSON.stringify(page)],
  )
  const deliveries: DeliverySummary[] = rows.map(toSummary)
  const next = ids.length > limit ? (page.at(-1) ?? null) : null
  const asksForText = query.terms.some(({ anyOf }) => anyOf.some(({ field }) => field === 'text'))
  return { deliveries, next, ...(unfilled !== null && asksForText && { partialUpTo: unfilled }) }
}

/** How many deliveries match, counted up to a cap; see Store.count. */
export async function countDeliveries(
  reader: Reader,
  query: Query,
  cap: number,
  signal?: AbortSignal,
): Promise<number> {
  let count = 0
  await scan(reader, query, { signal }, async ({ where, named }) => {
    const [row] = await reader.all<{ n: number }>(
      `SELECT count(*) AS n FROM delivery d WHERE ${where.text}`,
      where.values,
      named,
    )
    count += row?.n ?? 0
    return count >= cap ? 'enough' : 'more'
  })
  return Math.min(count, cap)
}

/** Walks the deliveries that a query matches, newest first, in windows of ids that are each a short read. */
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import { type Matched, matchedAt } from '../../../../core/search/matched.ts'
import type { Query } from '../../../../core/search/query.ts'
import { foldNeedle } from '../../../../core/search/search-text.ts'
import type { Counted, CountOptions, ListPage, ListRequest, MaybePartial } from '../../deliveries.ts'
import { placesOf, type TextWalk, walkText } from '../index/text-index.ts'
import { type SummaryRow, summarySelect, toSummary } from '../rows.ts'
import { draw, type IdRange, roughly } from './draw.ts'
import { compileLookups, compileQuery } from './query.ts'
import type { Reads, SearchReads } from './reader.ts'
import type { Sql, SqlValue } from './sql.ts'
import { stateWalk } from './states.ts'
import { counterOf } from './tallies.ts'

/** Ids in the first window, and in the largest: small at first, so that a page of the newest is quick. */
const firstWindow = 512
const largestWindow = 16_384
const smallestWindow = 16
/**
 * How long a window should take, milliseconds: shorter ones grow, longer ones shrink. While one is read, the write-ahead log
 * cannot be emptied, and nobody else is answered.
 */
const windowMs = 50
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
async function lookup(reader: Reads, { terms }: Query): Promise<readonly number[] | null> {
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

/** The walk over what holds a text that a query asks for; null where none meets all of it. */
async function textWalk(reader: Reads, { terms }: Query): Promise<TextWalk | null> {
  for (const { negated, anyOf } of terms) {
    const [condition] = anyOf
    if (negated || anyOf.length > 1 || condition.field !== 'text' || condition.also !== undefined) continue
    const walk = walkText(condition.text)
    if (walk === null) continue
    const { text, values } = walk.elsewhere
    if ((await reader.all(text, values)).length === 0) return walk
  }
  return null
}

interface Bounds extends IdRange {
  /** The newest delivery that the text index lacks; null when it has all. */
  readonly unfilled: number | null
}

/** The smallest and the largest id that the query's `id:` terms and `before` leave. */
async function bounds(reader: Reads, { terms }: Query, before: number | null): Promise<Bounds> {
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

export interface ScanOptions {
  /** Only smaller ids; null for all. */
  readonly before?: number | null
  readonly extra?: Sql
  readonly signal?: AbortSignal | undefined
  /** Until when it is looked, by the clock of `performance.now()`; default: until the end. */
  readonly by?: number | undefined
}

export interface Scanned {
  /** The newest delivery that the text index lacks; null when it has all. */
  readonly unfilled: number | null
  /** What there was no time for; null when there was for all, or for enough. */
  readonly left: IdRange | null
}

/** What a window was worth: enough, not enough, or so many more like it would probably be enough. */
type Visited = 'enough' | 'more' | number

/**
 * Asks window after window until `visit` has enough.
 * @throws the signal's reason
 */
export async function scan(
  reader: SearchReads,
  query: Query,
  options: ScanOptions,
  visit: (window: Window) => Promise<Visited>,
): Promise<Scanned> {
  const { before = null, extra = { text: '', values: [] }, signal, by = Number.POSITIVE_INFINITY } = options
  signal?.throwIfAborted()
  const { from, to, unfilled } = await bounds(reader, query, before)
  const whole: Scanned = { unfilled, left: null }
  const states = stateWalk(query)
  const texts = states === null && unfilled === null ? await textWalk(reader, query) : null
  const walk = states ?? texts
  // What the walk met need not be asked of the index again.
  const compiled = compileQuery(query, unfilled, texts === null || texts.isSure ? 'index' : 'text')
  const values = [...compiled.values, ...extra.values]
  const text = `d.removed_at IS NULL${compiled.text}${extra.text}`
  // A walk that meets nothing else is as short; of several terms another one may have fewer.
  const ids = unfilled === null && (walk === null || query.terms.length > 1) ? await lookup(reader, query) : null
  signal?.throwIfAborted()
  if (ids) {
    if (ids.length === 0 || from > to) return whole
    const where = {
      text: `d.id IN (SELECT value FROM json_each(@ids)) AND d.id BETWEEN @from AND @to AND ${text}`,
      values,
    }
    await visit({ where, named: { ids: JSON.stringify(ids), from, to } })
    return whole
  }
  const within = walk === null ? 'd.id BETWEEN @from AND @to' : `d.id IN (${walk.ids})`
  const where = { text: `${within} AND ${text}`, values: [...(walk?.values ?? []), ...values] }
  /** Where a window begins that ends with `end`; null where nothing is left. A walk counts only the deliveries that it meets. */
  async function startOf(end: number): Promise<number | null> {
    if (walk === null) return Math.max(from, end - width + 1)
    const [found] = await reader.all<{ start: number | null }>(walk.start, walk.values, { from, to: end, most: width })
    return found?.start ?? null
  }
  // Each window of a text costs a look into all of the index before it.
  const narrowest = texts === null ? smallestWindow : firstWindow
  let width = firstWindow
  for (let end = to; end >= from; ) {
    if (performance.now() > by) return { unfilled, left: { from, to: end } }
    const start = await startOf(end)
    if (start === null) return whole
    const asked = width
    const before = reader.usedMs()
    const visited = await visit({ where, named: { from: start, to: end } })
    if (visited === 'enough') return whole
    signal?.throwIfAborted()
    end = start - 1
    const took = reader.usedMs() - before
    if (took > windowMs) width = Math.max(narrowest, Math.floor(width / 2))
    else if (took < windowMs / 4) width = Math.min(width * 4, largestWindow)
    if (typeof visited === 'number') width = Math.max(narrowest, Math.min(width, Math.ceil(asked * visited)))
  }
  return whole
}

/** How far what was found by text may be incomplete. @param unfilled what `scan` returned */
export function partial({ terms }: Query, unfilled: number | null): Pick<MaybePartial, 'partialUpTo'> {
  const asksForText = terms.some(({ anyOf }) => anyOf.some(({ field }) => field === 'text'))
  return unfilled !== null && asksForText ? { partialUpTo: unfilled } : {}
}

/** By how much a last window is wider than what will probably do. */
const spareShare = 1.25

/** One page of the list; see DeliveryStore.list. */
export async function listDeliveries(reader: SearchReads, request: ListRequest): Promise<ListPage> {
  const { query, before, limit, grouped, signal } = request
  const extra = { text: grouped ? ' AND d.superseded = 0' : '', values: [] }
  const ids: number[] = []
  const { unfilled } = await scan(reader, query, { before, extra, signal }, async ({ where, named }) => {
    // Forward inside the window, as disks read ahead; the newest are at its end.
    const found = await reader.all<{ id: number }>(
      `SELECT d.id FROM delivery d WHERE ${where.text} ORDER BY d.id`,
      where.values,
      named,
    )
    for (const { id } of found.reverse()) ids.push(id)
    if (ids.length > limit) return 'enough'
    return found.length === 0 ? 'more' : ((limit + 1 - ids.length) / found.length) * spareShare
  })
  const page = ids.slice(0, limit)
  const rows = await reader.all<SummaryRow>(
    `${summarySelect} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id DESC`,
    [JSON.stringify(page)],
  )
  const matched = await matchedIn(reader, query, page, unfilled)
  const deliveries = rows.map((row): DeliverySummary => {
    const match = matched.get(row.id)
    return match === undefined ? toSummary(row) : { ...toSummary(row), matched: match }
  })
  const next = ids.length > limit ? (page.at(-1) ?? null) : null
  return { deliveries, next, ...partial(query, unfilled) }
}

/** More are not looked for: a row shows one. */
const mostTexts = 4

/** The texts that a search wants to be shown. */
const wantedTexts = ({ terms }: Query): readonly string[] =>
  terms
    .flatMap(({ negated, anyOf }) => (negated ? [] : anyOf))
    .flatMap(condition => (condition.field === 'text' ? [condition.text] : []))
    .slice(0, mostTexts)

/** Where the bodies of a page hold what was searched for and their rows do not show it; of several texts the first. */
async function matchedIn(
  reader: SearchReads,
  query: Query,
  ids: readonly number[],
  unfilled: number | null,
): Promise<ReadonlyMap<number, Matched>> {
  const found = new Map<number, Matched>()
  for (const text of wantedTexts(query)) {
    const { text: select, values } = placesOf(text, ids, unfilled)
    const rows = await reader.all<{ id: number; around: string; place: number }>(select, values)
    for (const { id, around, place } of rows)
      if (!found.has(id)) found.set(id, matchedAt(around, place - 1, [...foldNeedle(text)].length))
  }
  return found
}

/** The ids of all that match, newest first, some thousand at a time; see DeliveryStore.matching. */
export async function findMatching(
  reader: SearchReads,
  query: Query,
  visit: (ids: readonly number[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  await scan(reader, query, { signal }, async ({ where, named }) => {
    // As one text: thousands of rows would hold this thread up while they are taken over.
    const [found] = await reader.all<{ ids: string }>(
      `SELECT json_group_array(id) AS ids FROM (SELECT d.id FROM delivery d WHERE ${where.text} ORDER BY d.id DESC)`,
      where.values,
      named,
    )
    const ids: number[] = JSON.parse(found?.ids ?? '[]')
    visit(ids)
    return 'more'
  })
}

/** How many deliveries match, counted up to a cap, or estimated; see DeliveryStore.count. */
export async function countDeliveries(
  reader: SearchReads,
  query: Query,
  cap: number,
  { signal, withinMs }: CountOptions = {},
): Promise<Counted> {
  const counter = counterOf(query)
  if (counter !== null) {
    const [row] = await reader.all<{ n: number }>(counter.text, counter.values)
    return { count: Math.min(row?.n ?? 0, cap) }
  }
  let count = 0
  const counted = async (where: Sql, named: Window['named']) => {
    const [row] = await reader.all<{ n: number }>(
      `SELECT count(*) AS n FROM delivery d WHERE ${where.text}`,
      where.values,
      named,
    )
    return row?.n ?? 0
  }
  const { unfilled, left } = await scan(reader, query, { signal, by: byOf(withinMs) }, async ({ where, named }) => {
    count += await counted(where, named)
    return count >= cap ? 'enough' : 'more'
  })
  const estimate = partial(query, unfilled)
  if (left === null) return { count: Math.min(count, cap), ...estimate }
  let more = 0
  const drawn = await draw(query, { left, unfilled }, async (where, named) => {
    const n = await counted(where, named)
    more += n
    return n
  })
  const all = count + more * drawn.each
  if (drawn.estimated === undefined) return { count: Math.min(all, cap), ...estimate }
  return {
    count: drawn.estimated === 'about' ? roughly(all) : Math.min(all, cap),
    estimated: drawn.estimated,
    ...estimate,
  }
}

/** Until when it is looked where an estimate will do. */
export const byOf = (withinMs: number | undefined): number | undefined =>
  withinMs === undefined ? undefined : performance.now() + withinMs

/** Pages, counts and all ids of what a query matches, newest first. */
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { type Matched, matchedAt } from '../../../core/search/matched.ts'
import type { Query } from '../../../core/search/query.ts'
import { foldNeedle } from '../../../core/search/search-text.ts'
import type { Counted, CountOptions, ListPage, ListRequest, MaybePartial } from '../deliveries.ts'
import { draw, roughly } from './draw.ts'
import type { Finder } from './finder.ts'
import { counterOf } from './tallies.ts'

/** How far what was found by text may be incomplete. @param unfilled what `scan` returned */
export function partial({ terms }: Query, unfilled: number | null): Pick<MaybePartial, 'partialUpTo'> {
  const asksForText = terms.some(({ anyOf }) => anyOf.some(({ field }) => field === 'text'))
  return unfilled !== null && asksForText ? { partialUpTo: unfilled } : {}
}

/** By how much a last window is wider than what will probably do. */
const spareShare = 1.25

/** One page of the list; see DeliveryStore.list. */
export async function listDeliveries<Part>(finder: Finder<Part>, request: ListRequest): Promise<ListPage> {
  const { query, before, limit, grouped, signal } = request
  const ids: number[] = []
  const { unfilled } = await finder.scan(query, { before, grouped, signal }, async part => {
    const found = await finder.ids(part)
    for (const id of found) ids.push(id)
    if (ids.length > limit) return 'enough'
    return found.length === 0 ? 'more' : ((limit + 1 - ids.length) / found.length) * spareShare
  })
  const page = ids.slice(0, limit)
  const rows = await finder.summaries(page)
  const matched = await matchedIn(finder, query, page, unfilled)
  const deliveries = rows.map((row): DeliverySummary => {
    const match = matched.get(row.id)
    return match === undefined ? row : { ...row, matched: match }
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
async function matchedIn<Part>(
  finder: Finder<Part>,
  query: Query,
  ids: readonly number[],
  unfilled: number | null,
): Promise<ReadonlyMap<number, Matched>> {
  const found = new Map<number, Matched>()
  for (const text of wantedTexts(query))
    for (const { id, around, place } of await finder.places(text, ids, unfilled))
      if (!found.has(id)) found.set(id, matchedAt(around, place - 1, [...foldNeedle(text)].length))
  return found
}

/** The ids of all that match, newest first, some thousand at a time; see DeliveryStore.matching. */
export async function findMatching<Part>(
  finder: Finder<Part>,
  query: Query,
  visit: (ids: readonly number[]) => void,
  signal?: AbortSignal,
): Promise<void> {
  await finder.scan(query, { signal }, async part => {
    visit(await finder.ids(part))
    return 'more'
  })
}

/** How many deliveries match, counted up to a cap, or estimated; see DeliveryStore.count. */
export async function countDeliveries<Part>(
  finder: Finder<Part>,
  query: Query,
  cap: number,
  { signal, withinMs }: CountOptions = {},
): Promise<Counted> {
  const counter = counterOf(query)
  if (counter !== null) return { count: Math.min(await finder.counter(counter.facet, counter.name), cap) }
  let count = 0
  const { unfilled, left } = await finder.scan(query, { signal, by: byOf(withinMs) }, async part => {
    count += await finder.count(part)
    return count >= cap ? 'enough' : 'more'
  })
  const estimate = partial(query, unfilled)
  if (left === null) return { count: Math.min(count, cap), ...estimate }
  let more = 0
  const drawn = await draw(left, async ids => {
    const n = await finder.count(finder.among(query, ids, unfilled))
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

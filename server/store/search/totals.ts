/** What the filter chips and the menus show: counts, not deliveries. */
import { findEvent } from '../../../core/events/catalogue.ts'
import type { Facets, FacetsRequest } from '../deliveries.ts'
import { draw, roughly } from './draw.ts'
import type { CounterRow, Finder, IdRange, KindRow } from './finder.ts'
import { byOf, partial } from './list.ts'

/** Most event types and hooks that are listed: strangers can post as many types as they like. */
const longestList = 200

/** Reads the maintained counters; see DeliveryStore.facets. */
export async function readFacets<Part>(finder: Finder<Part>): Promise<Facets> {
  return toFacets(await finder.counters(longestList), false)
}

/** Counts what a search finds, newest first, until there are more than `cap` of them, or estimates it; see DeliveryStore.facets. */
export async function readFacetsOf<Part>(
  finder: Finder<Part>,
  { query, cap, signal, withinMs }: FacetsRequest,
): Promise<Facets> {
  const counters = new Map<string, CounterRow>()
  const add = (facet: string, name: string | null, n: number) => {
    if (name === null || n === 0) return
    const key = `${facet} ${name}`
    counters.set(key, { facet, name, n: (counters.get(key)?.n ?? 0) + n })
  }
  /** @param each how many deliveries one stands for */
  const addKinds = (kinds: readonly KindRow[], each: number) => {
    for (const { verdict, repeat, unknown, failed, pinned, type, hook, n, bytes } of kinds) {
      add('total', '', n * each)
      add('bytes', '', bytes * each)
      add('verdict', verdict, n * each)
      add('duplicates', '', repeat * n * each)
      add('unknown', '', unknown * n * each)
      add('failed', '', failed * n * each)
      add('pinned', '', pinned * n * each)
      add('type', type, n * each)
      add('hook', hook, n * each)
    }
  }
  const total = () => counters.get('total ')?.n ?? 0
  const { unfilled, left } = await finder.scan(query, { signal, by: byOf(withinMs) }, async part => {
    addKinds(await finder.kinds(part), 1)
    return total() > cap ? 'enough' : 'more'
  })
  const estimated = left === null ? undefined : await estimate(left)
  const isCapped = estimated === undefined ? total() > cap : estimated === 'at least'
  const rows = [...counters.values()].map(row => (estimated === 'about' ? { ...row, n: roughly(row.n) } : row))
  const byCount = rows.sort((one, other) => other.n - one.n || (one.name < other.name ? -1 : 1))
  return {
    ...toFacets(byCount, isCapped),
    ...(estimated && { estimated }),
    ...partial(query, unfilled),
  }

  /** Adds what was not looked at. */
  async function estimate(rest: IdRange) {
    const kinds: KindRow[] = []
    const drawn = await draw(rest, async ids => {
      const read = await finder.kinds(finder.among(query, ids, unfilled))
      kinds.push(...read)
      return read.reduce((sum, { n }) => sum + n, 0)
    })
    addKinds(kinds, drawn.each)
    return drawn.estimated
  }
}

/** @param rows those of a list with the largest count first */
function toFacets(rows: readonly CounterRow[], capped: boolean): Facets {
  const one = (facet: string, name = '') => rows.find(row => row.facet === facet && row.name === name)?.n ?? 0
  const all = (facet: string) => rows.filter(row => row.facet === facet).slice(0, longestList)
  return {
    total: one('total'),
    capped,
    bytes: one('bytes'),
    verdicts: {
      verified: one('verdict', 'verified'),
      unchecked: one('verdict', 'unchecked'),
      rejected: one('verdict', 'rejected'),
    },
    duplicates: one('duplicates'),
    unknown: one('unknown'),
    failed: one('failed'),
    pinned: one('pinned'),
    types: all('type').map(({ name, n }) => ({ type: name, family: findEvent(name)?.family ?? null, count: n })),
    hooks: all('hook').map(({ name, n }) => ({ hook: name, count: n })),
  }
}

/** Everything that is read of deliveries. */
import type { BodyReader } from '../../../bodies/reader.ts'
import type { CountOptions, DeliveryStore, ListPage, ListRequest } from '../../deliveries.ts'
import { countDeliveries, findMatching, listDeliveries } from '../../search/list.ts'
import { readTimeline } from '../../search/timeline.ts'
import { readFacets, readFacetsOf } from '../../search/totals.ts'
import type { Queries } from '../connection.ts'
import type { Grams } from '../schema/grams.ts'
import { createFinder } from './finder.ts'
import { createHeadOfLog } from './head-of-log.ts'
import { createLookups, type Lookups } from './lookups.ts'
import { createOfHook } from './of-hook.ts'
import { createReads, createSearchReads } from './reads.ts'

export interface DeliveryReadsOptions {
  /** Connections for short reads, and others for searches, so that none of these waits behind one that takes long. */
  readonly reads: Queries
  readonly searches: Queries
  /** What the index of texts finds them by. */
  readonly grams: Grams
  /** The thread that looks into bodies. */
  readonly bodies: Pick<BodyReader, 'read'>
  now(): number
}

export type DeliveryReads = Lookups &
  Pick<DeliveryStore, 'list' | 'timeline' | 'facets' | 'count' | 'matching' | 'preparing' | 'ofHook' | 'countOfHook'>

export function createDeliveryReads({
  reads: pool,
  searches,
  grams,
  bodies,
  now,
}: DeliveryReadsOptions): DeliveryReads {
  const reads = createReads(pool)
  const preparing = createHeadOfLog({ reads, bodies, now })
  const finder = ({ signal }: CountOptions = {}) => createFinder(createSearchReads(searches, signal), grams)

  /** With its head from the log. That is read first: one that is indexed meanwhile is in both, and then it is listed. */
  async function listed(request: ListRequest): Promise<ListPage> {
    const { query, before, limit, whole = false } = request
    const ahead = before === null && !whole ? await preparing({ query }) : null
    const page = await listDeliveries(finder(request), request)
    if (ahead === null) return page
    const ids = new Set(page.deliveries.map(({ id }) => id))
    const newest = ahead.newest.filter(({ id }) => !ids.has(id)).slice(0, limit)
    return { ...page, preparing: { ...ahead, newest } }
  }

  return {
    ...createLookups(reads),
    ...createOfHook(reads),
    preparing,
    list: listed,
    timeline: request => readTimeline(finder(request), request),
    facets: async search => (search === undefined ? readFacets(finder()) : readFacetsOf(finder(search), search)),
    count: (query, cap, options = {}) => countDeliveries(finder(options), query, cap, options),
    matching: (query, visit, signal) => findMatching(finder({ signal }), query, visit, signal),
  }
}

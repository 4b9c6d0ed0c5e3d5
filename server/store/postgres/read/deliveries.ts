/** Everything that is read of deliveries. */
import type { CountOptions, DeliveryStore } from '../../deliveries.ts'
import { countDeliveries, findMatching, listDeliveries } from '../../search/list.ts'
import { readTimeline } from '../../search/timeline.ts'
import { readFacets, readFacetsOf } from '../../search/totals.ts'
import type { Queries } from '../connection.ts'
import type { Grams } from '../schema/grams.ts'
import { createFinder } from './finder.ts'
import { createLookups, type Lookups } from './lookups.ts'
import { createOfHook } from './of-hook.ts'
import { createReads, createSearchReads } from './reads.ts'

export interface DeliveryReadsOptions {
  /** Connections for short reads, and others for searches, so that none of these waits behind one that takes long. */
  readonly reads: Queries
  readonly searches: Queries
  /** What the index of texts finds them by. */
  readonly grams: Grams
}

export type DeliveryReads = Lookups &
  Pick<DeliveryStore, 'list' | 'timeline' | 'facets' | 'count' | 'matching' | 'ofHook' | 'countOfHook'>

export function createDeliveryReads({ reads, searches, grams }: DeliveryReadsOptions): DeliveryReads {
  const finder = ({ signal }: CountOptions = {}) => createFinder(createSearchReads(searches, signal), grams)
  return {
    ...createLookups(createReads(reads)),
    ...createOfHook(createReads(reads)),
    list: request => listDeliveries(finder(request), request),
    timeline: request => readTimeline(finder(request), request),
    facets: async search => (search === undefined ? readFacets(finder()) : readFacetsOf(finder(search), search)),
    count: (query, cap, options = {}) => countDeliveries(finder(options), query, cap, options),
    matching: (query, visit, signal) => findMatching(finder({ signal }), query, visit, signal),
  }
}

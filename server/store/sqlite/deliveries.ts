/** Deliveries from the log to the list: kept first, found once they are indexed. */
import type { CountOptions, DeliveryStore } from '../deliveries.ts'
import { countDeliveries, findMatching, listDeliveries } from '../search/list.ts'
import { readTimeline } from '../search/timeline.ts'
import { readFacets, readFacetsOf } from '../search/totals.ts'
import { createWholeness } from './index/wholeness.ts'
import type { Machine } from './machine.ts'
import { createFinder } from './read/finder.ts'
import { createLookups } from './read/lookups.ts'
import { createOfHook } from './read/of-hook.ts'
import { createGivingWay } from './turns.ts'

export function createDeliveries(machine: Machine): DeliveryStore {
  const { log, indexer, scanner, counter, renewal, dropped, reached } = machine
  const lookups = createLookups(machine.reader)
  const ofHook = createOfHook(scanner)
  const whole = createWholeness(indexer)
  const count = machine.db.prepare<[string], number>("SELECT n FROM counter WHERE facet = 'hook' AND name = ?").pluck()
  const newestAt = machine.db.prepare<[], number>('SELECT received_at FROM arrival ORDER BY id DESC LIMIT 1').pluck()
  const counting = (how?: CountOptions) => createFinder(counter.search(how))
  return {
    append: log.append,
    giveWay: createGivingWay(() => log.busy),
    backlog: indexer.backlog,
    async settled() {
      await log.drained()
      await indexer.drained()
    },
    async newest() {
      await log.drained()
      return log.newest()
    },
    newestAt: () =>
      whole.only(async () => {
        await log.drained()
        return newestAt.get() ?? null
      }),
    onIndexed: indexer.onIndexed,
    onDropped: dropped.add,
    list(request) {
      const read = () => listDeliveries(createFinder(scanner.search(request)), request)
      return request.whole ? whole.only(read) : whole.marked(read)
    },
    timeline: request => whole.marked(() => readTimeline(counting(request), request)),
    facets: search =>
      whole.marked(() => (search === undefined ? readFacets(counting()) : readFacetsOf(counting(search), search))),
    count: (query, cap, options = {}) => whole.marked(() => countDeliveries(counting(options), query, cap, options)),
    matching: (query, visit, signal) => whole.only(() => findMatching(counting({ signal }), query, visit, signal)),
    get: id => reached([id], () => lookups.get(id)),
    getMany: ids => reached(ids, () => lookups.getMany(ids)),
    summaries: ids => reached(ids, () => lookups.summaries(ids)),
    related: id => reached([id], () => whole.only(() => lookups.related(id))),
    renewingBelow: renewal.below,
    ofEvent: (...event) => whole.only(() => lookups.ofEvent(...event)),
    ofHook: (hook, after, upTo) => reached([upTo], () => ofHook(hook, after, upTo)),
    countOfHook: hook => count.get(hook) ?? 0,
  }
}

/** Deliveries from the log to the list: kept first, found once they are indexed. */
import type { DeliveryStore } from '../deliveries.ts'
import { createWholeness } from './index/wholeness.ts'
import type { Machine } from './machine.ts'
import { createLookups } from './read/lookups.ts'
import { createOfHook } from './read/of-hook.ts'
import { countDeliveries, findMatching, listDeliveries } from './read/scan.ts'
import { readFacets, readFacetsOf, readTimeline } from './read/totals.ts'

export function createDeliveries(machine: Machine): DeliveryStore {
  const { log, indexer, scanner, renewal, dropped, reached } = machine
  const lookups = createLookups(machine.reader)
  const ofHook = createOfHook(scanner)
  const whole = createWholeness(indexer)
  const count = machine.db.prepare<[string], number>("SELECT n FROM counter WHERE facet = 'hook' AND name = ?").pluck()
  const newestAt = machine.db.prepare<[], number>('SELECT received_at FROM arrival ORDER BY id DESC LIMIT 1').pluck()
  return {
    append: log.append,
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
      const read = () => listDeliveries(scanner.search(request.signal), request)
      return request.whole ? whole.only(read) : whole.marked(read)
    },
    timeline: request => whole.marked(() => readTimeline(scanner.search(request.signal), request)),
    facets: search =>
      whole.marked(() =>
        search === undefined
          ? readFacets(scanner)
          : readFacetsOf(scanner.search(search.signal), search.query, search.cap, search.signal),
      ),
    count: (query, cap, signal) => whole.marked(() => countDeliveries(scanner.search(signal), query, cap, signal)),
    matching: (query, visit, signal) => whole.only(() => findMatching(scanner.search(signal), query, visit, signal)),
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

/** Deliveries from the log to the list: kept first, found once they are indexed. */
import type { CountOptions, DeliveryStore, ListPage, ListRequest } from '../deliveries.ts'
import { originText } from '../rows.ts'
import { countDeliveries, findMatching, listDeliveries } from '../search/list.ts'
import { readTimeline } from '../search/timeline.ts'
import { readFacets, readFacetsOf } from '../search/totals.ts'
import { createGivingWay, createPacing } from '../turns.ts'
import { createWholeness } from './index/wholeness.ts'
import type { Machine } from './machine.ts'
import { createFinder } from './read/finder.ts'
import { createHeadOfLog } from './read/head-of-log.ts'
import { createLookups } from './read/lookups.ts'
import { createOfHook } from './read/of-hook.ts'

export function createDeliveries(machine: Machine): DeliveryStore {
  const { log, indexer, scanner, counter, renewal, dropped, reached } = machine
  const lookups = createLookups(machine.reader)
  const ofHook = createOfHook(scanner)
  const whole = createWholeness(indexer)
  const preparing = createHeadOfLog(machine)

  const read = (request: ListRequest) => listDeliveries(createFinder(scanner.search(request)), request)

  /** With its head from the log. That is read first: one that is indexed meanwhile is in both, and then it is listed. */
  async function listed(request: ListRequest): Promise<ListPage> {
    const { query, before, limit } = request
    const ahead = before === null ? await preparing({ query }) : null
    const page = await whole.marked(() => read(request))
    if (ahead === null) return page
    const ids = new Set(page.deliveries.map(({ id }) => id))
    const newest = ahead.newest.filter(({ id }) => !ids.has(id)).slice(0, limit)
    return { ...page, preparing: { ...ahead, newest } }
  }

  const count = machine.db.prepare<[string], number>("SELECT n FROM counter WHERE facet = 'hook' AND name = ?").pluck()
  const newestAt = machine.db.prepare<[], number>('SELECT received_at FROM arrival ORDER BY id DESC LIMIT 1').pluck()
  const ofOrigin = machine.db
    .prepare<[string, number], number>(
      'SELECT id FROM arrival WHERE origin = ? AND received_at = ? ORDER BY id DESC LIMIT 1',
    )
    .pluck()
  const paced = createPacing(() => log.coming)
  const counting = (how?: CountOptions) => createFinder(counter.search(how))
  return {
    append: log.append,
    giveWay: createGivingWay(() => log.coming),
    backlog: indexer.backlog,
    preparing,
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
    list: request => (request.whole ? whole.only(() => read(request)) : listed(request)),
    timeline: request => whole.marked(() => readTimeline(counting(request), request)),
    facets: search =>
      whole.marked(() => (search === undefined ? readFacets(counting()) : readFacetsOf(counting(search), search))),
    count: (query, cap, options = {}) => whole.marked(() => countDeliveries(counting(options), query, cap, options)),
    matching: (query, visit, signal) => whole.only(() => findMatching(counting({ signal }), query, visit, signal)),
    ofOrigin: async (origin, receivedAt) => ofOrigin.get(originText(origin), Math.round(receivedAt)) ?? null,
    get: id => reached([id], () => lookups.get(id)),
    getMany: ids => reached(ids, () => lookups.getMany(ids)),
    summaries: ids => reached(ids, () => lookups.summaries(ids)),
    related: id => paced(() => reached([id], () => whole.only(() => lookups.related(id)))),
    renewingBelow: renewal.below,
    ofEvent: (...event) => whole.only(() => lookups.ofEvent(...event)),
    ofHook: (hook, after, upTo) => reached([upTo], () => ofHook(hook, after, upTo)),
    countOfHook: async hook => count.get(hook) ?? 0,
  }
}

/** The private door's HTTP API. Who may call it is decided before (guard.ts). */
import { Hono } from 'hono'
import type { Delivery, DeliverySummary } from '../../core/delivery.ts'
import type { Query } from '../../core/query.ts'
import { localClock, parseQuery, zoneClock } from '../../core/search.ts'
import type { Store } from '../store/store.ts'
import { checkRoutes } from './check-routes.ts'
import { didYouMean } from './did-you-mean.ts'
import { exportDeliveries } from './export.ts'
import { hookRoutes } from './hook-routes.ts'
import { ApiProblem, answerError, unknownId } from './problem.ts'
import { reportsOf } from './reports.ts'
import { mostReplayed, schemas, valid } from './schemas.ts'
import { sampleRoutes, simulationRoutes } from './simulation-routes.ts'
import type { AttemptView, Controls, DeliveryView } from './types.ts'
import { attemptView, deliveryParts, maskedPreview } from './views.ts'

const countCap = 100_000
const defaultPage = 100
const defaultBuckets = 60

export interface ApiOptions {
  readonly store: Store
  readonly controls: Controls
  /** Where surprises are told; they answer 500 without their text. */
  log(line: string): void
}

/** Every route of the API, typed for hono/client. */
export function createApi({ store, controls, log }: ApiOptions) {
  /** @throws ApiProblem 404 */
  const deliveryOf = async (text: string): Promise<Delivery> => {
    const delivery = await store.get(idOf(text, 'delivery'))
    if (!delivery) throw unknownId('delivery')
    return delivery
  }
  /** @throws ApiProblem 404 */
  const summaryOf = async (text: string): Promise<DeliverySummary> => {
    const [summary] = await store.summaries([idOf(text, 'delivery')])
    if (!summary) throw unknownId('delivery')
    return summary
  }

  const attemptsOf = async (id: number, reveal: boolean): Promise<AttemptView[]> =>
    (await store.attempts(id)).map(attempt => attemptView(attempt, reveal))

  const view = async (delivery: Delivery, reveal: boolean): Promise<DeliveryView> => {
    const attempts = await attemptsOf(delivery.id, reveal)
    return {
      ...deliveryParts(delivery, reveal),
      diagnosis: await controls.diagnoses.of(delivery),
      didYouMean: didYouMean(delivery, controls.hooks.hooks(), store.removedHooks()),
      ...reportsOf(delivery, controls),
      verdictHistory: await store.verdictHistory(delivery.id),
      attempts,
      waitsFor: controls.waitsFor(delivery.id),
      notForwarded: attempts.length === 0 ? controls.whyNotForwarded(delivery) : null,
    }
  }

  const app = new Hono()
    .basePath('/api')
    .get('/status', c => c.json(controls.status()))
    .route('/hooks', hookRoutes(controls))
    .route('/simulations', simulationRoutes(controls))
    .route('/samples', sampleRoutes(controls))
    .route('/checks', checkRoutes(controls))
    .get('/deliveries', valid('query', schemas.list), async c => {
      const { q, zone, before = null, limit = defaultPage, grouped = false } = c.req.valid('query')
      const request = { query: queryOf(q, zone), before, limit, grouped, signal: c.req.raw.signal }
      return c.json(await store.list(request))
    })
    .get('/deliveries/count', valid('query', schemas.search), async c => {
      const { q, zone } = c.req.valid('query')
      const count = await store.count(queryOf(q, zone), countCap, c.req.raw.signal)
      return c.json({ count, capped: count >= countCap })
    })
    .get('/deliveries/export', valid('query', schemas.export), c => {
      const { q, ids, format, zone } = c.req.valid('query')
      return exportDeliveries(store, format, ids ?? queryOf(q, zone), zone, controls.whyNotForwarded)
    })
    .post('/deliveries/pin', valid('json', schemas.pin), c => {
      const { ids, pinned } = c.req.valid('json')
      store.setPinned(ids, pinned)
      return c.json({ ids })
    })
    .post('/deliveries/remove', valid('json', schemas.remove), async c => {
      const asked = c.req.valid('json')
      const ids = 'ids' in asked ? asked.ids : await idsOf(store, queryOf(asked.q, asked.zone))
      return c.json({ ids: store.remove(ids) })
    })
    .post('/deliveries/restore', valid('json', schemas.restore), c => {
      const { ids } = c.req.valid('json')
      store.restore(ids)
      return c.json({ ids })
    })
    .get('/deliveries/:id', valid('query', schemas.reveal), async c =>
      c.json(await view(await deliveryOf(c.req.param('id')), c.req.valid('query').reveal ?? false)),
    )
    .get('/deliveries/:id/body', async c => {
      const delivery = await deliveryOf(c.req.param('id'))
      return c.body(Uint8Array.from(delivery.body), 200, {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': `attachment; filename="delivery-${delivery.id}.bin"`,
      })
    })
    .get('/deliveries/:id/attempts', valid('query', schemas.reveal), async c => {
      const { id } = await summaryOf(c.req.param('id'))
      return c.json({ attempts: await attemptsOf(id, c.req.valid('query').reveal ?? false) })
    })
    .get('/deliveries/:id/tries', async c => {
      const own = await summaryOf(c.req.param('id'))
      return c.json({ deliveries: own.eventId === null ? [own] : await store.deliveriesOfEvent(own.hook, own.eventId) })
    })
    .get('/deliveries/:id/journey', async c => {
      const { id } = await summaryOf(c.req.param('id'))
      return c.json({ deliveries: await store.journey(id), renewingBelow: store.renewingBelow() })
    })
    .post('/deliveries/:id/replay', valid('json', schemas.replay), async c => {
      const { id } = await summaryOf(c.req.param('id'))
      return c.json({ attempt: attemptView(await controls.replay(id, c.req.valid('json')), false) })
    })
    .post('/deliveries/:id/replay/preview', valid('query', schemas.reveal), valid('json', schemas.replay), async c => {
      const { id } = await summaryOf(c.req.param('id'))
      const preview = await controls.preview(id, c.req.valid('json'))
      return c.json(c.req.valid('query').reveal ? preview : maskedPreview(preview))
    })
    .post('/replays', valid('json', schemas.replayJob), async c => {
      const asked = c.req.valid('json')
      if ('ids' in asked) return c.json({ job: await controls.startReplayJob(asked) }, 202)
      const { q, zone, ...how } = asked
      const ids = await idsOf(store, queryOf(q, zone), mostReplayed)
      if (ids.length > mostReplayed) throw tooManyToReplay()
      return c.json({ job: await controls.startReplayJob({ ...how, ids }) }, 202)
    })
    .delete('/replays/:id', c => {
      if (!controls.cancelReplayJob(c.req.param('id'))) throw unknownId('replay')
      return c.json({ cancelled: true })
    })
    .put('/forward', valid('json', schemas.forward), c => {
      const { target, paused } = c.req.valid('json')
      if (target !== undefined) controls.setForwardTargets(target === null ? [] : [target].flat())
      if (paused !== undefined) controls.pauseForwarding(paused)
      return c.json(controls.status())
    })
    .get('/facets', async c => c.json(await store.facets()))
    .get('/timeline', valid('query', schemas.timeline), async c => {
      const { q, zone, buckets = defaultBuckets, from = null, to = null } = c.req.valid('query')
      return c.json(await store.timeline({ query: queryOf(q, zone), buckets, from, to, signal: c.req.raw.signal }))
    })
    .post('/test-event', valid('json', schemas.testEvent), async c => {
      const { hook } = c.req.valid('json')
      hookOf(controls, hook)
      return c.json(await controls.sendTestEvent(hook))
    })
    .get('/attempts/:id', valid('query', schemas.reveal), async c => {
      const attempt = await store.attempt(idOf(c.req.param('id'), 'attempt'))
      if (!attempt) throw unknownId('attempt')
      return c.json({ attempt: attemptView(attempt, c.req.valid('query').reveal ?? false) })
    })

  app.onError((error, c) => answerError(error, c, log))
  return app
}

/** What hono/client needs to know. */
export type InspectorApi = ReturnType<typeof createApi>

function idOf(text: string, kind: 'delivery' | 'attempt'): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw unknownId(kind)
  return Number(text)
}

function hookOf(controls: Controls, id: string) {
  const hook = controls.status().hooks.find(hook => hook.id === id)
  if (!hook) throw unknownId('hook')
  return hook
}

/** @param zone the time zone of who asks; undefined for the server's */
function queryOf(q: string, zone: string | undefined): Query {
  const parsed = parseQuery(q, zone === undefined ? localClock() : zoneClock(zone))
  if (parsed.ok) return parsed.query
  const { message, hint, span } = parsed.problem
  throw new ApiProblem(400, 'query', message, hint, span)
}

function tooManyToReplay(): ApiProblem {
  return new ApiProblem(
    422,
    'too-many',
    `More than ${mostReplayed.toLocaleString('en')} deliveries match.`,
    'Narrow the search, by time for instance, and replay one part after the other.',
  )
}

/** All ids that a query finds, newest first; a page more than `most` at the most. */
async function idsOf(store: Store, query: Query, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const ids: number[] = []
  for (let before: number | null = null; ; ) {
    const page = await store.list({ query, before, limit: 500, grouped: false })
    for (const { id } of page.deliveries) ids.push(id)
    if (page.next === null || ids.length > most) return ids
    before = page.next
  }
}

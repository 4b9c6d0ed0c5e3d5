/** The HTTP API. Who may call it is decided before (guard.ts). */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { mostReplayed } from '../../core/api/limits.ts'
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { checkOf, type Delivery, type DeliverySummary } from '../../core/deliveries/delivery.ts'
import { fitsNow } from '../../core/deliveries/verification.ts'
import { localZone } from '../../core/search/local-zone.ts'
import type { Query } from '../../core/search/query.ts'
import { localClock, parseQuery, zoneClock } from '../../core/search/search.ts'
import { withCommas } from '../../core/text/text.ts'
import { causesOf } from '../diagnose/causes.ts'
import { errorLine } from '../lib/errors.ts'
import type { ListPage } from '../store/deliveries.ts'
import type { Store } from '../store/store.ts'
import type { Workspace } from '../workspace.ts'
import { didYouMean } from './did-you-mean.ts'
import { exportDeliveries } from './export.ts'
import { ApiProblem, answerError, unknownId } from './problem.ts'
import { reportsOf } from './reports.ts'
import { checkRoutes } from './routes/checks.ts'
import { editRoutes } from './routes/edits.ts'
import { hookRoutes } from './routes/hooks.ts'
import { importRoutes } from './routes/imports.ts'
import { schemas, valid } from './routes/schemas.ts'
import { sampleRoutes, simulationRoutes } from './routes/simulations.ts'
import type { AttemptView, DeliveryDetail, DeliveryView } from './types.ts'
import { attemptView, decodedOf, deliveryParts, maskedPreview } from './views.ts'

const countCap = 100_000
const defaultPage = 100
const defaultBuckets = 60

export interface ApiOptions {
  readonly workspace: Workspace
  /** Where surprises are told; they answer 500 without their text. */
  log(line: string): void
}

/** Every route of the API, typed for hono/client. */
export function createApi({ workspace, log }: ApiOptions) {
  const { store, hooks, replayer, listening } = workspace
  /** @throws ApiProblem 404 */
  const deliveryOf = async (text: string): Promise<Delivery> => {
    const delivery = await store.deliveries.get(idOf(text, 'delivery'))
    if (!delivery) throw unknownId('delivery')
    return delivery
  }
  /** @throws ApiProblem 404 */
  const summaryOf = async (text: string): Promise<DeliverySummary> => {
    const [summary] = await store.deliveries.summaries([idOf(text, 'delivery')])
    if (!summary) throw unknownId('delivery')
    return summary
  }

  const attemptsOf = async (id: number, reveal: boolean): Promise<AttemptView[]> =>
    (await store.attempts.ofDelivery(id)).map(attempt => attemptView(attempt, reveal))

  /** @param attempts as they are to be shown */
  const view = async <Shown extends AttemptSummary>(
    delivery: Delivery,
    attempts: readonly Shown[],
    reveal: boolean,
  ) => {
    return {
      ...deliveryParts(delivery, await decodedOf(store.bodies, delivery), reveal),
      diagnosis: await workspace.diagnoses.of(delivery),
      didYouMean: didYouMean(delivery, hooks.hooks(), hooks.removed()),
      ...reportsOf(delivery, hooks.hooks()),
      verdictHistory: await store.edits.verdictHistory(delivery.id),
      attempts,
      waitsFor: listening.waitsFor(delivery.id),
      notForwarded: delivery.lastAttempt === null ? listening.whyNotForwarded(delivery) : null,
    }
  }

  const app = new Hono<{ Bindings: HttpBindings }>()
    .basePath('/api')
    .get('/status', c => c.json(workspace.status()))
    .get('/doctor', async c => {
      const { examine } = await import('../doctor/doctor.ts')
      return c.json(await examine(workspace, { environment: process.env, now: Date.now }))
    })
    .route('/hooks', hookRoutes(workspace))
    .route('/simulations', simulationRoutes(workspace))
    .route('/samples', sampleRoutes(workspace))
    .route('/checks', checkRoutes(workspace))
    .route('/edits', editRoutes(workspace, queryOf))
    .route('/imports', importRoutes(workspace))
    .get('/deliveries', valid('query', schemas.list), async c => {
      const { q, zone, ids, before = null, limit = defaultPage, grouped = false } = c.req.valid('query')
      const request = { query: queryOf(q, zone), before, limit, grouped, signal: c.req.raw.signal }
      const page: ListPage =
        ids === undefined
          ? await store.deliveries.list(request)
          : { deliveries: await store.deliveries.summaries(ids), next: null }
      return c.json(page)
    })
    .get('/deliveries/count', valid('query', schemas.counted), async c => {
      const { q, zone, within: withinMs } = c.req.valid('query')
      const options = { signal: c.req.raw.signal, withinMs }
      // One more, since exactly as many are not more.
      const found = await store.deliveries.count(queryOf(q, zone), countCap + 1, options)
      if (found.estimated !== undefined) return c.json({ ...found, capped: found.estimated === 'at least' })
      return c.json({ ...found, count: Math.min(found.count, countCap), capped: found.count > countCap })
    })
    .get('/deliveries/causes', valid('query', schemas.causes), async c => {
      const { ids } = c.req.valid('query')
      const fits = (delivery: Delivery) => {
        const reports = reportsOf(delivery, hooks.hooks())
        return delivery.reasons.some(reason => checkOf(reason) === 'signature' && fitsNow(reason, reports) !== null)
      }
      return c.json(await causesOf(await store.deliveries.getMany(ids), workspace.diagnoses, fits))
    })
    .get('/deliveries/export', valid('query', schemas.export), c => {
      const { q, ids, format, zone, anonymize } = c.req.valid('query')
      if (anonymize === true && format === 'csv') throw noAnonymousCsv()
      return exportDeliveries(store, format, ids ?? queryOf(q, zone), {
        zone,
        anonymize,
        labelOf: id => hooks.hooks().find(hook => hook.id === id)?.label ?? null,
        whyNotForwarded: listening.whyNotForwarded,
        diagnose: workspace.diagnoses.of,
        broken(error) {
          log(`An export was cut off: ${errorLine(error)}.`)
          // Within a command there is no connection to break.
          const { outgoing } = (c.env as HttpBindings | undefined) ?? {}
          if (outgoing === undefined) throw error
          outgoing.destroy()
        },
      })
    })
    .post('/deliveries/pin', valid('json', schemas.pin), async c => {
      const { ids, pinned } = c.req.valid('json')
      await store.edits.setPinned(ids, pinned)
      return c.json({ ids })
    })
    .post('/deliveries/remove', valid('json', schemas.remove), async c => {
      const asked = c.req.valid('json')
      const ids = 'ids' in asked ? asked.ids : await allOf(store, queryOf(asked.q, asked.zone))
      return c.json({ ids: await store.edits.remove(ids) })
    })
    .post('/deliveries/restore', valid('json', schemas.restore), async c => {
      const { ids } = c.req.valid('json')
      await store.edits.restore(ids)
      return c.json({ ids })
    })
    .get('/deliveries/:id', valid('query', schemas.delivery), async c => {
      const { reveal = false, attempts = 'whole' } = c.req.valid('query')
      const delivery = await deliveryOf(c.req.param('id'))
      const answer: DeliveryDetail | DeliveryView =
        attempts === 'summary'
          ? await view(delivery, await store.attempts.summariesOf(delivery.id), reveal)
          : await view(delivery, await attemptsOf(delivery.id, reveal), reveal)
      return c.json(answer)
    })
    .get('/deliveries/:id/body', valid('query', schemas.body), async c => {
      const delivery = await deliveryOf(c.req.param('id'))
      const decoded = c.req.valid('query').decoded ? await decodedOf(store.bodies, delivery) : null
      return c.body(Uint8Array.from(decoded ?? delivery.body), 200, {
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
      return c.json({
        deliveries: own.eventId === null ? [own] : await store.deliveries.ofEvent(own.hook, own.eventId),
      })
    })
    .get('/deliveries/:id/journey', async c => {
      const { id } = await summaryOf(c.req.param('id'))
      return c.json({ deliveries: await store.deliveries.related(id), renewingBelow: store.deliveries.renewingBelow() })
    })
    .post('/deliveries/:id/replay', valid('json', schemas.replay), async c => {
      const { id } = await summaryOf(c.req.param('id'))
      return c.json({
        attempt: attemptView(
          await replayer.replay(id, c.req.valid('json'), workspace.isListening ? undefined : c.req.raw.signal),
          false,
        ),
      })
    })
    .post('/deliveries/:id/replay/preview', valid('query', schemas.reveal), valid('json', schemas.replay), async c => {
      const { id } = await summaryOf(c.req.param('id'))
      const preview = await replayer.preview(id, c.req.valid('json'))
      return c.json(c.req.valid('query').reveal ? preview : maskedPreview(preview))
    })
    .post('/replays', valid('json', schemas.replayJob), async c => {
      const asked = c.req.valid('json')
      if ('ids' in asked) return c.json({ job: await replayer.startJob(asked) }, 202)
      const { q, zone, ...how } = asked
      const ids = await idsOf(store, queryOf(q, zone), mostReplayed)
      if (ids.length > mostReplayed) throw tooManyToReplay()
      return c.json({ job: await replayer.startJob({ ...how, ids }) }, 202)
    })
    .delete('/replays/:id', c => {
      if (!replayer.cancelJob(c.req.param('id'))) throw unknownId('replay')
      return c.json({ cancelled: true })
    })
    .post('/leftovers/:id/send', valid('json', schemas.nothing), async c => {
      const job = await listening.sendLeftover(c.req.param('id'))
      if (job === undefined) throw unknownId('leftover')
      return c.json({ job }, 202)
    })
    .delete('/leftovers/:id', async c => {
      if (!(await listening.dismissLeftover(c.req.param('id')))) throw unknownId('leftover')
      return c.json({ dismissed: true })
    })
    .put('/forward', valid('json', schemas.forward), async c => {
      const { target, paused, letGo = false } = c.req.valid('json')
      if (target !== undefined) await listening.setForwardTargets(target === null ? [] : [target].flat(), letGo)
      if (paused !== undefined) await listening.pauseForwarding(paused)
      return c.json(workspace.status())
    })
    .get('/tunnel', async c => c.json(await listening.tunnelWays()))
    .put('/tunnel', valid('json', schemas.tunnel), async c => {
      await listening.useTunnel(c.req.valid('json').way)
      return c.json(workspace.status())
    })
    .get('/facets', valid('query', schemas.counted), async c => {
      const { q, zone, within: withinMs } = c.req.valid('query')
      const search = { query: queryOf(q, zone), cap: countCap, signal: c.req.raw.signal, withinMs }
      return c.json(await store.deliveries.facets(q.trim() === '' ? undefined : search))
    })
    .get('/timeline', valid('query', schemas.timeline), async c => {
      const {
        q,
        zone,
        buckets = defaultBuckets,
        from = null,
        to = null,
        even = false,
        within: withinMs,
      } = c.req.valid('query')
      const { signal } = c.req.raw
      const query = queryOf(q, zone)
      const request = { query, buckets, from, to, even, zone: zone ?? localZone(), signal, withinMs }
      return c.json(await store.deliveries.timeline(request))
    })
    .post('/test-event', valid('json', schemas.testEvent), async c => {
      const { hook } = c.req.valid('json')
      hookOf(workspace, hook)
      return c.json(await workspace.sendTestEvent(hook))
    })
    .get('/attempts/:id', valid('query', schemas.reveal), async c => {
      const attempt = await store.attempts.get(idOf(c.req.param('id'), 'attempt'))
      if (!attempt) throw unknownId('attempt')
      return c.json({ attempt: attemptView(attempt, c.req.valid('query').reveal ?? false) })
    })

  app.onError((error, c) => answerError(error, c, log))
  return app
}

/** What hono/client needs to know. */
export type Api = ReturnType<typeof createApi>

function idOf(text: string, kind: 'delivery' | 'attempt'): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw unknownId(kind)
  return Number(text)
}

function hookOf({ hooks }: Pick<Workspace, 'hooks'>, id: string) {
  const hook = hooks.hooks().find(hook => hook.id === id)
  if (!hook) throw unknownId('hook')
  return hook
}

/** @param zone the time zone of who asks; undefined for the server's */
function queryOf(q: string, zone: string | undefined): Query {
  const parsed = parseQuery(q, zone === undefined ? localClock() : zoneClock(zone))
  if (parsed.ok) return parsed.query
  const { message, hint, span } = parsed.problem
  throw new ApiProblem(400, 'query', message, hint, { span })
}

function tooManyToReplay(): ApiProblem {
  return new ApiProblem(
    422,
    'too-many',
    `More than ${withCommas(mostReplayed)} deliveries match.`,
    'Narrow the search, for example by time, and replay one part after the other.',
  )
}

const noAnonymousCsv = () =>
  new ApiProblem(400, 'csv-anonymized', 'A CSV cannot be anonymized.', 'Choose ndjson, har, html or hookscope.')

/** All ids that a query finds, newest first. */
async function allOf(store: Store, query: Query): Promise<number[]> {
  const all: number[] = []
  await store.deliveries.matching(query, ids => {
    for (const id of ids) all.push(id)
  })
  return all
}

/** Ids that a query finds, newest first; a page more than `most` at the most. */
async function idsOf(store: Store, query: Query, most: number): Promise<number[]> {
  const ids: number[] = []
  for (let before: number | null = null; ; ) {
    const page = await store.deliveries.list({ query, before, limit: 500, grouped: false, whole: true })
    for (const { id } of page.deliveries) ids.push(id)
    if (page.next === null || ids.length > most) return ids
    before = page.next
  }
}

/** Replays: a kept delivery goes out again, as it came or changed, to a target a person chose. */
import { randomUUID } from 'node:crypto'
import pLimit from 'p-limit'
import type { ReplayJob } from '../../core/api/messages.ts'
import type { Attempt, AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/deliveries/replay.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import { headerValue } from '../../core/http/headers.ts'
import { isGood, reasonOf } from '../../core/http/outcome.ts'
import { routedOf, routesByHand } from '../../core/routes/route.ts'
import { bodyView } from '../bodies/body-view.ts'
import { noSuchDelivery, UserError } from '../lib/errors.ts'
import { within } from '../lib/time-limit.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { edited, noKeyFor, signatureFor } from './edited.ts'
import type { LeftNews } from './leftovers.ts'
import { openNotifier } from './notifier.ts'
import { outgoing } from './outgoing.ts'
import { beginAttempt, closeMs, connections, finishAttempt, openInFlight } from './recorded.ts'
import { inOrder, openReplayJobs, type Replayed } from './replay-jobs.ts'
import { openReplayMemory } from './replay-memory.ts'
import type { SendOptions } from './send.ts'
import { type ForwardTarget, parseTarget, type SendingRules, sendOptionsOf } from './target.ts'

export interface ReplayerOptions {
  readonly store: Store
  hooks(): readonly Hook[]
  /** Where deliveries are forwarded: a replay goes by the route of its target, and to the first that fits when it names none. */
  routes(): readonly ForwardTarget[]
  /** Whether a URL leads back to this hookscope's receiver; default: none does. */
  isOwnUrl?(url: URL): boolean
  /** Time-outs and limits of each send. */
  readonly send?: Omit<SendOptions, 'signal'>
}

export interface Replayer {
  /**
   * Sends a delivery and waits for the end of the attempt.
   * @param signal ends the send early; the attempt is then a `reset`
   * @throws UserError for an unknown delivery, a bad target, or a change that cannot be sent
   */
  replay(id: number, request: ReplayRequest, signal?: AbortSignal): Promise<Attempt>
  /** What `replay` would send. @throws UserError as `replay` does */
  preview(id: number, request: ReplayRequest): Promise<ReplayPreview>
  /** Starts to replay several deliveries; those no longer there are left out. @throws UserError when nothing can be sent */
  startJob(request: ReplayJobRequest, options?: JobOptions): Promise<ReplayJob>
  /** @returns whether there was such a running job */
  cancelJob(id: string): boolean
  /** Running jobs and the last 20 finished ones, oldest first. */
  jobs(): readonly ReplayJob[]
  /** Called when a job has come further. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** How many answers are awaited. */
  readonly inFlight: number
  /** Of which deliveries, ascending. */
  awaited(): readonly number[]
  /** What replays of several did not come to before an earlier hookscope ended. */
  left(): Promise<readonly LeftNews[]>
  /** The same of those that this one ended before. */
  cutShort(): Promise<readonly LeftNews[]>
  /** Cancels jobs and lets what is in flight end, for `ms` milliseconds, by default as long as its time-outs allow. */
  close(ms?: number): Promise<void>
}

export interface JobOptions {
  /** What it does not come to is noted elsewhere, and offered from there at the next start. Default: false. */
  readonly isNoted?: boolean
  /** Called when nothing more of it is sent. */
  ended?(): void
}

const ending = () => new UserError('hookscope is ending, so no replay was started.', 'Start hookscope again.')

/** Why a replay of a job was not taken, with its status, which a line of the app does not say. */
export function problemOf(attempt: AttemptSummary): string | null {
  const message = reasonOf(attempt)?.message ?? null
  if (attempt.status === null || isGood(attempt)) return message
  return message === null ? `Answered ${attempt.status}.` : `${attempt.status}: ${message}`
}

export async function openReplayer({ store, hooks, routes, isOwnUrl, send }: ReplayerOptions): Promise<Replayer> {
  const notifier = openNotifier()
  const inFlight = openInFlight()
  const limit = pLimit(connections)
  const jobs = openReplayJobs(notifier.changed)
  const memory = await openReplayMemory(store)
  let closed = false

  /** @param delivery null: several, which go to one target */
  function targetOf(text: string | undefined, delivery: Delivery | null): URL {
    const fitting = delivery === null ? routes() : routesByHand(routedOf(delivery), { routes: routes() })
    const target = text === undefined ? fitting[0]?.url : parseTarget(text)
    if (!target)
      throw new UserError(
        'There is no target to replay to.',
        'Give the URL of your app, or start hookscope with --forward URL.',
      )
    if (isOwnUrl?.(target))
      throw new UserError(
        `Replaying to ${target.href} would send the delivery back to hookscope.`,
        'Give the URL of your own app, such as http://localhost:3000/webhooks.',
      )
    return target
  }

  async function kept(id: number): Promise<Delivery> {
    const delivery = await store.deliveries.get(id)
    if (delivery) return delivery
    throw noSuchDelivery(id)
  }

  const hookOf = (delivery: { readonly hook: string }) => hooks().find(({ id }) => id === delivery.hook)

  /** How the route to a target sends; header lines that a person wrote are sent as written. */
  function howTo({ href }: URL, delivery: Delivery, { changes }: ReplayRequest): SendingRules {
    const route = routesByHand(routedOf(delivery), { routes: routes() }).find(({ url }) => url.href === href)
    if (route === undefined) return {}
    const { headers: _, basic: __, ...rest } = route
    return changes?.headers === undefined ? route : rest
  }

  async function built(id: number, request: ReplayRequest) {
    const delivery = await kept(id)
    const target = targetOf(request.target, delivery)
    const how = howTo(target, delivery, request)
    return {
      delivery,
      target,
      how,
      sent: outgoing(edited(delivery, hookOf(delivery), request), id, target, 'replay', how),
    }
  }

  async function replay(id: number, request: ReplayRequest, signal?: AbortSignal): Promise<Attempt> {
    const { sent, target, how } = await built(id, request)
    const number = await limit(async () => {
      const attempt = await beginAttempt(store, id, 'replay', target, sent)
      const sending = within({ signals: [inFlight.signal, ...(signal ? [signal] : [])] }, stop =>
        finishAttempt(store, attempt, sent, { ...send, ...sendOptionsOf(how), signal: stop }),
      )
      await inFlight.track(sending, id)
      return attempt
    })
    const attempt = await store.attempts.get(number)
    if (!attempt) throw new UserError(`Delivery ${id} was dropped during the replay.`, 'Its attempts were dropped too.')
    return attempt
  }

  /** One of a job: what the person can fix counts as failed and does not stop the others. */
  async function replayed(id: number, request: ReplayRequest): Promise<Replayed> {
    try {
      const attempt = await replay(id, request)
      return { isGood: isGood(attempt), problem: problemOf(attempt) }
    } catch (error) {
      if (error instanceof UserError || error instanceof StoreUnavailable)
        return { isGood: false, problem: error.message }
      throw error
    }
  }

  return {
    replay: (id, request, signal) => inFlight.track(replay(id, request, signal)),
    async preview(id, request) {
      const { delivery, sent } = await built(id, request)
      return {
        request: { ...sent, body: bodyView(sent.body) },
        signatures: {
          original: headerValue(delivery.headers, signatureHeader) ?? null,
          resigned: signatureFor(hookOf(delivery), sent.body),
        },
      }
    },
    async startJob({ ids, target, order, rate, resign, includeRejected = resign !== true }, options = {}) {
      const to = targetOf(target, null)
      if (rate !== null && !(rate > 0))
        throw new UserError(`A rate of ${rate} deliveries a second sends nothing.`, 'Give a number above 0.')
      const found = await store.deliveries.summaries(ids)
      const deliveries = includeRejected ? found : found.filter(({ verdict }) => verdict !== 'rejected')
      if (closed) throw ending()
      if (deliveries.length === 0 && found.length > 0)
        throw new UserError(
          'All of these deliveries were rejected, so none was sent.',
          'Choose to send rejected ones too.',
        )
      if (deliveries.length === 0)
        throw new UserError('None of these deliveries exists any more.', 'Reload the list and choose again.')
      const keyless = resign ? deliveries.find(delivery => hookOf(delivery)?.signing.kind !== 'hmac') : undefined
      if (keyless) throw noKeyFor(keyless, hookOf(keyless))
      const id = randomUUID()
      // Before the first of them goes out.
      await memory.began(
        id,
        {
          target: to.href,
          ids: deliveries.map(({ id }) => id),
          manner: { order, rate, resign, includeRejected },
        },
        options.isNoted,
      )
      if (closed) {
        await memory.done(id)
        throw ending()
      }
      const { job, done } = jobs.start({
        id,
        target: to.href,
        ids: inOrder(deliveries, order),
        leftOut: found.length - deliveries.length,
        rate,
        send: id => replayed(id, { target: to.href, resign }),
      })
      const over = async () => {
        // What the end of hookscope cut short is offered at the next start.
        if (!closed) await memory.done(id)
        options.ended?.()
        notifier.changed()
      }
      void inFlight.track(done.finally(over))
      notifier.changed()
      return job
    },
    cancelJob: jobs.cancel,
    jobs: jobs.list,
    onChange: notifier.on,
    get inFlight() {
      return limit.activeCount
    },
    awaited: inFlight.deliveries,
    left: memory.left,
    cutShort: memory.cutShort,
    async close(ms = closeMs) {
      closed = true
      jobs.cancelAll()
      await inFlight.end(ms)
      notifier.close()
    },
  }
}

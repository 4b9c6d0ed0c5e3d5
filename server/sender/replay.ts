/** Replays: a kept delivery goes out again, as it came or changed, to a target a person chose. */
import pLimit from 'p-limit'
import type { Attempt, AttemptSummary } from '../../core/attempt.ts'
import type { Delivery } from '../../core/delivery.ts'
import { headerValue } from '../../core/headers.ts'
import type { Hook } from '../../core/hook.ts'
import type { ReplayJob } from '../../core/messages.ts'
import { isGood, reasonOf } from '../../core/outcome.ts'
import type { ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/replay.ts'
import { bodyView } from '../body-view.ts'
import { noSuchDelivery, UserError } from '../errors.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { within } from '../time-limit.ts'
import { edited, noKeyFor, signatureFor, signatureHeader } from './edited.ts'
import { openNotifier } from './notifier.ts'
import { outgoing } from './outgoing.ts'
import { beginAttempt, closeMs, connections, finishAttempt, openInFlight } from './recorded.ts'
import { inOrder, openReplayJobs, type Replayed } from './replay-jobs.ts'
import type { SendOptions } from './send.ts'
import { parseTarget } from './target.ts'

export interface ReplayerOptions {
  readonly store: Store
  hooks(): readonly Hook[]
  /** Where a replay goes that names no target. */
  defaultTarget(): URL | null
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
  startJob(request: ReplayJobRequest): Promise<ReplayJob>
  /** @returns whether there was such a running job */
  cancelJob(id: string): boolean
  /** Running jobs and the last 20 finished ones, oldest first. */
  jobs(): readonly ReplayJob[]
  /** Called when a job has come further. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** How many answers are awaited. */
  readonly inFlight: number
  /** Cancels jobs and lets what is in flight end, for as long as its time-outs allow. */
  close(): Promise<void>
}

/** Why a replay of a job was not taken, with its status, which a line of the app does not say. */
export function problemOf(attempt: AttemptSummary): string | null {
  const message = reasonOf(attempt)?.message ?? null
  if (attempt.status === null || isGood(attempt)) return message
  return message === null ? `Answered ${attempt.status}.` : `${attempt.status}: ${message}`
}

export function openReplayer({ store, hooks, defaultTarget, isOwnUrl, send }: ReplayerOptions): Replayer {
  const notifier = openNotifier()
  const inFlight = openInFlight()
  const limit = pLimit(connections)
  const jobs = openReplayJobs(notifier.changed)
  let closed = false

  function targetOf(text: string | undefined): URL {
    const target = text === undefined ? defaultTarget() : parseTarget(text)
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
    const delivery = await store.get(id)
    if (delivery) return delivery
    throw noSuchDelivery(id)
  }

  const hookOf = (delivery: { readonly hook: string }) => hooks().find(({ id }) => id === delivery.hook)

  async function built(id: number, request: ReplayRequest) {
    const delivery = await kept(id)
    const target = targetOf(request.target)
    return { delivery, target, sent: outgoing(edited(delivery, hookOf(delivery), request), id, target, 'replay') }
  }

  async function replay(id: number, request: ReplayRequest, signal?: AbortSignal): Promise<Attempt> {
    const { sent, target } = await built(id, request)
    const number = await limit(async () => {
      const attempt = beginAttempt(store, id, 'replay', target, sent)
      await within({ signals: [inFlight.signal, ...(signal ? [signal] : [])] }, stop =>
        finishAttempt(store, attempt, sent, { ...send, signal: stop }),
      )
      return attempt
    })
    const attempt = await store.attempt(number)
    if (!attempt) throw new UserError(`Delivery ${id} was dropped while it was replayed.`, 'Its attempts went with it.')
    return attempt
  }

  /** One of a job: what the person can mend counts as failed and does not stop the others. */
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
    async startJob({ ids, target, order, rate, resign }) {
      const to = targetOf(target)
      if (rate !== null && !(rate > 0))
        throw new UserError(`A rate of ${rate} deliveries a second sends nothing.`, 'Give a number above 0.')
      const deliveries = await store.summaries(ids)
      if (closed) throw new UserError('hookscope is ending, so no replay begins.', 'Start hookscope again.')
      if (deliveries.length === 0)
        throw new UserError('None of these deliveries is there any more.', 'Reload the list and choose again.')
      const keyless = resign ? deliveries.find(delivery => hookOf(delivery)?.signing.kind !== 'hmac') : undefined
      if (keyless) throw noKeyFor(keyless.id)
      const { job, done } = jobs.start({
        target: to.href,
        ids: inOrder(deliveries, order),
        rate,
        send: id => replayed(id, { target: to.href, resign }),
      })
      void inFlight.track(done).finally(notifier.changed)
      notifier.changed()
      return job
    },
    cancelJob: jobs.cancel,
    jobs: jobs.list,
    onChange: notifier.on,
    get inFlight() {
      return limit.activeCount
    },
    async close() {
      closed = true
      jobs.cancelAll()
      await inFlight.end(closeMs)
      notifier.close()
    },
  }
}

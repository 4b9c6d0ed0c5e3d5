/** Forwards deliveries to the merchant's app, behind the answer to the gateway or in its place. */
import type { AppAnswer, SentRequest } from '../../core/attempt.ts'
import type { Arrival, Delivery, DeliverySummary } from '../../core/delivery.ts'
import { unroutedHook } from '../../core/hook.ts'
import { UserError } from '../errors.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { openNotifier } from './notifier.ts'
import { isLoop, outgoing } from './outgoing.ts'
import { beginAttempt, closeMs, connections, finishAttempt, openInFlight } from './recorded.ts'
import { type SendOptions, targetGuard } from './send.ts'

export interface ForwarderOptions {
  readonly store: Store
  /** null: nothing is forwarded until `setTarget`. */
  readonly target: URL | null
  /** Whether a URL leads back to this hookscope's receiver. */
  isOwnUrl(url: URL): boolean
  /** Forward rejected deliveries as well (`--observe`). */
  readonly rejectedToo: boolean
  /** Time-outs and limits of each send. */
  readonly send?: Omit<SendOptions, 'signal'>
}

export interface Forwarder {
  readonly target: URL | null
  readonly paused: boolean
  /** Deliveries that wait for a connection or for the end of a pause. */
  readonly waiting: number
  /** null stops forwarding and lets go of what waits. @throws UserError when it is the receiver's own URL */
  setTarget(target: URL | null): void
  /** Holds deliveries back; afterwards they go out in the order they came. */
  pause(paused: boolean): void
  /** Whether a delivery is sent once it is offered, and not held back by a pause. */
  sends(delivery: DeliverySummary): boolean
  /** Takes deliveries as they are indexed; looped, rejected, unrouted and incomplete ones are passed over. */
  offer(deliveries: readonly DeliverySummary[]): void
  /** Sends a delivery at once and gives the app's answer for the gateway; `offer` then passes it over. */
  answer(delivery: number, arrival: Arrival): Promise<AppAnswer>
  /** @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** How many answers are awaited. */
  readonly inFlight: number
  /** The ids of what waits, ascending. */
  unsent(): readonly number[]
  /** Lets what is in flight end, for as long as its time-outs allow; what waits is not sent. */
  close(): Promise<void>
}

/** The longest body of an app's answer that is handed on to the gateway, bytes. */
const handedOnBytes = 8 * 1024 * 1024
/** After the store could not keep an attempt: how long until the next try, milliseconds. */
const storeRetryMs = 1000

/** @throws UserError when the target is the receiver's own URL */
export function openForwarder({ store, target, isOwnUrl, rejectedToo, send }: ForwarderOptions): Forwarder {
  const notifier = openNotifier()
  const inFlight = openInFlight()
  const sendOptions: SendOptions = { ...send, signal: inFlight.signal }
  /** Ids, oldest first. */
  let queue: number[] = []
  let waitingTold = 0
  /** Answered by the app itself, and not offered yet. */
  const answered = new Set<number>()
  let current = checked(target)
  let paused = false
  let closed = false
  let storeRetry: NodeJS.Timeout | undefined

  function checked(url: URL | null): URL | null {
    if (url && isOwnUrl(url))
      throw new UserError(
        `Forwarding to ${url.href} would send every delivery back to hookscope.`,
        'Give the URL of your own app, such as http://localhost:3000/webhooks.',
      )
    return url
  }

  const isMeant = ({ verdict, notes, hook }: DeliverySummary) =>
    current !== null && hook !== unroutedHook && !notes.includes('loop') && (verdict !== 'rejected' || rejectedToo)

  function pump() {
    while (!paused && !closed && !storeRetry && current && inFlight.size < connections) {
      const id = queue.shift()
      if (id === undefined) break
      void inFlight.track(forward(id, current)).finally(pump)
    }
    if (queue.length === waitingTold) return
    waitingTold = queue.length
    notifier.changed()
  }

  async function forward(id: number, to: URL): Promise<void> {
    const delivery = await read(id)
    // Closed, or given another target or none, while it was read.
    if (!current) return
    if (closed || paused || current !== to) {
      putBack(id)
      return
    }
    // Removed meanwhile, or never come whole.
    if (delivery === undefined || (delivery && delivery.body.length !== delivery.bytes)) return
    const request = delivery && outgoing(delivery, id, to, 'forward')
    const attempt = request && begun(id, request)
    if (request !== null && attempt !== null) {
      await finishAttempt(store, attempt, request, sendOptions)
      return
    }
    putBack(id)
    storeRetry ??= setTimeout(() => {
      storeRetry = undefined
      pump()
    }, storeRetryMs)
  }

  function putBack(id: number) {
    queue = [id, ...queue].sort((one, other) => one - other)
  }

  /** @returns null when the store can read nothing right now */
  async function read(id: number): Promise<Delivery | null | undefined> {
    try {
      return await store.get(id)
    } catch (error) {
      if (error instanceof StoreUnavailable) return null
      throw error
    }
  }

  /** @returns null when the store can keep nothing right now, which the receiver tells of */
  function begun(id: number, request: SentRequest): number | null {
    try {
      return beginAttempt(store, id, 'forward', request)
    } catch (error) {
      if (error instanceof StoreUnavailable) return null
      throw error
    }
  }

  async function answerNow(id: number, arrival: Arrival): Promise<AppAnswer> {
    if (isLoop(arrival.headers))
      return explained(508, 'loop', 'hookscope sent this itself, so it was not forwarded again.')
    if (!current) return explained(502, 'no-target', 'hookscope has no target to forward to.')
    if (paused) return explained(502, 'paused', 'Forwarding is paused in hookscope.')
    const request = outgoing(arrival, id, current, 'forward')
    const attempt = begun(id, request)
    if (attempt === null) return explained(503, 'store-unavailable', 'hookscope can keep nothing right now.')
    const { outcome, answer, error } = await finishAttempt(store, attempt, request, sendOptions, handedOnBytes)
    if (!answer) return explained(outcome === 'timed-out' ? 504 : 502, outcome, error?.message ?? outcome)
    if (answer.status < 200 || answer.status > 599)
      return explained(502, 'invalid-answer', `The app answered ${answer.status}, which is no HTTP status.`)
    if (answer.bodyBytes > answer.body.byteLength)
      return explained(502, 'answer-too-large', 'The app answered more than 8 MiB, which is not handed on in part.')
    return { status: answer.status, headers: answer.headers, body: answer.body }
  }

  return {
    get target() {
      return current
    },
    get paused() {
      return paused
    },
    get waiting() {
      return queue.length
    },
    get inFlight() {
      return inFlight.size
    },
    unsent: () => [...queue].sort((one, other) => one - other),
    setTarget(next) {
      current = checked(next)
      // A person named it: what its name resolves to now is what is meant.
      if (current) targetGuard.forget(current.hostname)
      else queue = []
      pump()
      notifier.changed()
    },
    pause(next) {
      paused = next
      pump()
      notifier.changed()
    },
    sends: delivery => !paused && isMeant(delivery),
    offer(deliveries) {
      for (const delivery of deliveries) {
        if (!answered.delete(delivery.id) && isMeant(delivery)) queue.push(delivery.id)
      }
      pump()
    },
    answer(id, arrival) {
      answered.add(id)
      return inFlight.track(answerNow(id, arrival))
    },
    onChange: notifier.on,
    async close() {
      closed = true
      clearTimeout(storeRetry)
      await inFlight.end(closeMs)
      notifier.close()
    },
  }
}

function explained(status: number, code: string, message: string): AppAnswer {
  const body = Buffer.from(JSON.stringify({ error: { code, message } }))
  return { status, headers: [['Content-Type', 'application/json']], body }
}

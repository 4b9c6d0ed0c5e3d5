/** One target of the forwarder: what waits for it, what is being sent to it. Each has its own, so that none waits for another. */
import type { GivenAnswer, SentRequest } from '../../core/attempt.ts'
import type { Arrival, Delivery } from '../../core/delivery.ts'
import { type Store, StoreUnavailable } from '../store/store.ts'
import { outgoing } from './outgoing.ts'
import { beginAttempt, connections, finishAttempt, type InFlight } from './recorded.ts'
import type { SendOptions } from './send.ts'
import type { ForwardTarget } from './target.ts'

export interface LaneOptions {
  readonly store: Store
  readonly target: ForwardTarget
  readonly send: SendOptions
  /** Where sends are noted, those of all lanes. */
  readonly inFlight: InFlight
  /** Whether nothing may go out right now: a pause, or the end. */
  isHeld(): boolean
  /** Called when another number of deliveries waits. */
  changed(): void
  /** A delivery that was offered has been sent, or cannot be. */
  done(delivery: number): void
  /** One that was offered is not sent, since the lane was closed. */
  dropped(delivery: number): void
}

export interface Lane {
  readonly target: ForwardTarget
  /** Deliveries that wait for a connection or for the end of a pause. */
  readonly waiting: number
  /** The first of them; null when none waits. */
  readonly oldest: number | null
  waits(delivery: number): boolean
  /** Their ids, ascending. */
  unsent(): readonly number[]
  offer(delivery: number): void
  /** Sends what waits, as far as it may. */
  pump(): void
  /** Sends a delivery past those that wait, and gives the app's answer for the gateway. */
  answer(delivery: number, arrival: Arrival): Promise<GivenAnswer>
  /** What waits goes to this target. */
  retarget(target: ForwardTarget): void
  /** Sends no more; what is in flight goes on. */
  close(): void
}

/** The longest body of an app's answer that is handed on to the gateway, bytes. */
const handedOnBytes = 8 * 1024 * 1024
/** After the store could not keep an attempt: how long until the next try, milliseconds. */
const storeRetryMs = 1000

export function openLane({ store, send, inFlight, isHeld, changed, done, dropped, ...options }: LaneOptions): Lane {
  let { target } = options
  /** Ids, oldest first. */
  let queue: number[] = []
  let waitingTold = 0
  let sending = 0
  let closed = false
  let storeRetry: NodeJS.Timeout | undefined

  async function sent<T>(work: Promise<T>): Promise<T> {
    sending += 1
    try {
      return await inFlight.track(work)
    } finally {
      sending -= 1
      pump()
    }
  }

  function pump() {
    while (!closed && !storeRetry && !isHeld() && sending < connections) {
      const id = queue.shift()
      if (id === undefined) break
      void sent(forward(id, target))
    }
    if (queue.length === waitingTold) return
    waitingTold = queue.length
    changed()
  }

  async function forward(id: number, to: ForwardTarget): Promise<void> {
    const delivery = await read(id)
    // Closed, held back, or given another target, while it was read.
    if (closed || isHeld() || target !== to) {
      putBack(id)
      if (closed) dropped(id)
      return
    }
    // Removed meanwhile, or never come whole.
    if (delivery === undefined || (delivery && delivery.body.length !== delivery.bytes)) return done(id)
    const request = delivery && outgoing(delivery, id, to.url, 'forward')
    const attempt = request && begun(id, to, request)
    if (request !== null && attempt !== null) {
      await finishAttempt(store, attempt, request, send)
      return done(id)
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
  function begun(id: number, { url }: ForwardTarget, request: SentRequest): number | null {
    try {
      return beginAttempt(store, id, 'forward', url, request)
    } catch (error) {
      if (error instanceof StoreUnavailable) return null
      throw error
    }
  }

  async function answerNow(id: number, arrival: Arrival): Promise<GivenAnswer> {
    const to = target
    const request = outgoing(arrival, id, to.url, 'forward')
    const attempt = begun(id, to, request)
    if (attempt === null) return explained(503, 'store-unavailable', 'hookscope can keep nothing right now.')
    const { outcome, answer, error } = await finishAttempt(store, attempt, request, send, handedOnBytes)
    if (!answer) return explained(outcome === 'timed-out' ? 504 : 502, outcome, error?.message ?? outcome)
    if (answer.status < 200 || answer.status > 599)
      return explained(502, 'invalid-answer', `The app answered ${answer.status}, which is no HTTP status.`)
    if (answer.bodyBytes > answer.body.byteLength)
      return explained(502, 'answer-too-large', 'The app answered more than 8 MiB, which is not handed on in part.')
    return { status: answer.status, headers: answer.headers, body: answer.body }
  }

  return {
    get target() {
      return target
    },
    get waiting() {
      return queue.length
    },
    get oldest() {
      return queue[0] ?? null
    },
    waits: id => queue.includes(id),
    unsent: () => [...queue].sort((one, other) => one - other),
    offer: id => void queue.push(id),
    pump,
    answer: (id, arrival) => sent(answerNow(id, arrival)),
    retarget(next) {
      target = next
    },
    close() {
      closed = true
      clearTimeout(storeRetry)
      for (const id of queue) dropped(id)
    },
  }
}

/** What hookscope says to the gateway in the app's place. */
export function explained(status: number, code: string, message: string): GivenAnswer {
  const body = Buffer.from(JSON.stringify({ error: { code, message } }))
  return { status, headers: [['Content-Type', 'application/json']], body, inPlace: { code, message } }
}

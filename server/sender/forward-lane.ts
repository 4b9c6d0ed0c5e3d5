/** One target of the forwarder: what waits for it, what is being sent to it. Each has its own, so that none waits for another. */
import { randomUUID } from 'node:crypto'
import type { AttemptSummary, GivenAnswer, SentRequest } from '../../core/deliveries/attempt.ts'
import type { Delivery, NewDelivery } from '../../core/deliveries/delivery.ts'
import { noRouteReason } from '../../core/deliveries/not-forwarded.ts'
import { type NoRoute, type Routed, routedOf } from '../../core/routes/route.ts'
import { type IdRange, rangesOf } from '../../core/text/id-ranges.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { type NotTaken, openOutage } from './forward-outage.ts'
import { openLaneQueue } from './forward-queue.ts'
import { outgoing } from './outgoing.ts'
import { beginAttempt, beginForward, connections, finishAttempt, type InFlight } from './recorded.ts'
import type { SendOptions, Sent } from './send.ts'
import { isLast, openOthers } from './sharing/forward-others.ts'
import { type ForwardTarget, sendOptionsOf } from './target.ts'

export interface LaneOptions {
  readonly store: Store
  readonly target: ForwardTarget
  readonly send: SendOptions
  /** The route by which a delivery goes to this target. */
  routeOf(delivery: Routed): ForwardTarget
  /** Where sends are noted, those of all lanes. */
  readonly inFlight: InFlight
  /** Most deliveries that wait. */
  readonly most: number
  /** How long deliveries are tried again while nobody takes connections, milliseconds; 0: not at all. */
  readonly retryMs: number
  /** Whether a delivery is one of those that are: not what somebody waits for. */
  mayRetry(delivery: number): boolean
  /** Nobody took a delivery, and it is not tried again. */
  gaveUp(delivery: number, why: NotTaken): void
  /** What is not taken is tried again from now on. */
  retries(why: NotTaken): void
  /** Whether nothing may go out right now: a pause, or the end. */
  isHeld(): boolean
  /** Whether another process sends. */
  isElsewhere(): boolean
  /** Called when another number of deliveries waits. */
  changed(): void
  /** A delivery that was offered has been sent, or cannot be. */
  done(delivery: number): void
  /** One that was offered is not sent, since the lane was closed. */
  dropped(delivery: number): void
  /** Deliveries that were to be sent are not there any more. */
  gone(ids: readonly number[]): void
  /** The queue is full: what is offered is passed over from now on. */
  filled(): void
  /** There is room again. @param passed what was passed over meanwhile */
  emptied(passed: readonly IdRange[]): void
}

export interface Lost {
  readonly count: number
  /** The newest of them. */
  readonly ids: readonly IdRange[]
}

export interface Lane {
  /** No other lane has it, in any run. */
  readonly name: string
  readonly target: ForwardTarget
  /** Deliveries that wait for a connection or for the end of a pause. */
  readonly waiting: number
  /** The first of them; null when none waits. */
  readonly oldest: number | null
  /** It takes no more: what is offered is passed over. */
  readonly isFull: boolean
  /** Until when what nobody took is tried again, milliseconds since 1970; null: nothing is. */
  readonly retryUntil: number | null
  waits(delivery: number): boolean
  /** Whether it is to be sent still, by whichever process. */
  has(delivery: number): boolean
  /** Ids of those without an attempt, ascending: that wait, are about to be sent, or are sent by another process. */
  unsent(): readonly number[]
  /** Those of them that were sent before, and were not taken; ascending. */
  tried(): readonly number[]
  /** What was to be sent and was dropped or deleted before. */
  lost(): Lost
  /** Those that were offered while it was full, since then; ascending. */
  passedOver(): readonly IdRange[]
  wasPassedOver(delivery: number): boolean
  /** Puts it into the queue, or passes it over when that is full: then it is done. */
  offer(delivery: number): void
  /** Deliveries were dropped for good: those of them that were to be sent are gone. */
  forget(ids: readonly number[]): void
  /** Another process has ended an attempt of a delivery that may wait here. */
  ended(attempt: AttemptSummary): void
  /** Another process may have sent some of what waits. Resolves when what it has is known. @param isUnsent nobody has */
  leaveToOthers(isUnsent: (delivery: number) => boolean): Promise<void>
  /** Goes on with one that a process that is gone had tried in vain, as that would have. */
  takeOver(delivery: number): void
  /** Takes one that waits out of the queue. @returns whether it was there */
  withdraw(delivery: number): boolean
  /** Sends what waits, as far as it may. */
  pump(): void
  /** Sends a delivery past those that wait, and gives the app's answer for the gateway. */
  answer(delivery: number, incoming: NewDelivery, route: ForwardTarget): Promise<GivenAnswer>
  /** What waits goes to this target. */
  retarget(target: ForwardTarget): void
  /** Sends no more; what is in flight goes on. */
  close(): void
}

/** The longest body of an app's answer that is handed on to the gateway, bytes. */
const handedOnBytes = 8 * 1024 * 1024
/** So many of what is lost are known by their ids, the newest; the others are counted: an overload may go on for days. */
const mostLost = 1000
/** After the store could not keep an attempt: how long until the next try, milliseconds. */
const storeRetryMs = 1000

export function openLane({ store, send, inFlight, isHeld, changed, done, dropped, ...options }: LaneOptions): Lane {
  const name = randomUUID()
  let { target } = options
  const queue = openLaneQueue(options.most)
  /** Out of the queue, and not sent yet. */
  const reading = new Set<number>()
  let waitingTold = 0
  let sending = 0
  /** Up to this id what waited for somebody to be there goes out one after another, in its order. */
  let inOrderUpTo = 0
  /** Sent to this target before, and to be tried again. */
  const tried = new Set<number>()
  /** What somebody waits for, and is sent though nobody may be there. */
  const urgent = new Set<number>()
  const outage = openOutage({
    url: () => target.url,
    retryMs: options.retryMs,
    tick() {
      pump()
      changed()
    },
  })
  /** The newest attempt of what is tried again. */
  const known = new Map<number, number>()
  const others = openOthers({
    store,
    target: () => hrefOf(target),
    retryMs: options.retryMs,
    unsent(id) {
      putBack(id)
      pump()
    },
    again(id, { attempt, until, resets, why }) {
      known.set(id, attempt)
      const wasOn = outage.isOn
      outage.takeOver(id, { until, resets })
      waitForApp(id, why, wasOn)
      pump()
    },
    over(id) {
      settled(id)
      pump()
    },
  })
  let closed = false
  let storeRetry: NodeJS.Timeout | undefined
  let lost: readonly number[] = []
  let lostCount = 0

  const unsent = () => [...new Set([...reading, ...queue.ids(), ...others.ids()])].sort((one, other) => one - other)

  function lose(ids: readonly number[]) {
    if (ids.length === 0) return
    lostCount += ids.length
    lost = [...lost, ...ids].sort((one, other) => one - other).slice(-mostLost)
    options.gone(ids)
  }

  async function sent<T>(id: number, work: Promise<T>): Promise<T> {
    sending += 1
    try {
      return await inFlight.track(work, id)
    } finally {
      sending -= 1
      pump()
    }
  }

  function pump() {
    while (!closed && !storeRetry && !isHeld() && sending < connections) {
      const id = next()
      if (id === undefined) break
      reading.add(id)
      void sent(
        id,
        forward(id, target).finally(() => reading.delete(id)),
      )
    }
    if (options.isElsewhere()) for (const id of outage.late().filter(queue.withdraw)) void others.take(id)
    if (queue.hasRoomAgain()) options.emptied(queue.takePassed())
    if (queue.size === waitingTold) return
    waitingTold = queue.size
    changed()
  }

  /** What is to be sent now; while nobody is there, only what does not wait for that any longer. */
  function next(): number | undefined {
    if (outage.isOn) return [...urgent, ...outage.due()].find(queue.withdraw)
    const { oldest } = queue
    return oldest !== null && oldest <= inOrderUpTo && sending > 0 ? undefined : queue.shift()
  }

  /** @returns whether a delivery is to be tried again */
  function isTriedAgain(id: number, sent: Sent): boolean {
    const wasOn = outage.isOn
    const isUrgent = urgent.delete(id) || !options.mayRetry(id)
    const ended = outage.ended(id, sent, !isUrgent)
    tried.delete(id)
    if (ended.how === 'gave-up') options.gaveUp(id, ended.why)
    if (ended.how !== 'again') return false
    waitForApp(id, ended.why, wasOn)
    return true
  }

  /** Nobody took it: it waits with all others until somebody does. */
  function waitForApp(id: number, why: NotTaken, wasOn: boolean): void {
    tried.add(id)
    putBack(id)
    const ids = queue.ids()
    if (!wasOn) {
      for (const waiting of ids) outage.join(waiting)
      if (!isHeld()) options.retries(why)
    }
    inOrderUpTo = Math.max(inOrderUpTo, ids.at(-1) ?? 0)
    changed()
  }

  /** Nothing more of it is sent. */
  function settled(id: number): void {
    outage.forget(id)
    tried.delete(id)
    known.delete(id)
    done(id)
  }

  async function forward(id: number, to: ForwardTarget): Promise<void> {
    const delivery = await read(id)
    // Closed, held back, or given another target, while it was read.
    if (closed || isHeld() || target !== to) {
      putBack(id)
      if (closed) dropped(id)
      return
    }
    if (delivery === undefined) {
      outage.forget(id)
      reading.delete(id)
      lose([id])
      return done(id)
    }
    // Never come whole.
    if (delivery && delivery.body.length !== delivery.bytes) {
      outage.forget(id)
      return done(id)
    }
    const route = delivery && options.routeOf(routedOf(delivery))
    const request = delivery && outgoing(delivery, id, to.url, 'forward', route ?? to)
    const attempt = request && (await begun(id, to, request))
    if (attempt === 'elsewhere') {
      reading.delete(id)
      return others.take(id)
    }
    if (request !== null && attempt !== null) {
      reading.delete(id)
      known.set(id, attempt)
      const ended = await finishAttempt(store, attempt, request, sendBy(route ?? to))
      const isElsewhere = closed || hrefOf(target) !== hrefOf(to)
      return isElsewhere || !isTriedAgain(id, ended) ? settled(id) : undefined
    }
    putBack(id)
    storeRetry ??= setTimeout(() => {
      storeRetry = undefined
      pump()
    }, storeRetryMs)
  }

  function putBack(id: number) {
    reading.delete(id)
    queue.putBack(id)
  }

  /** @returns null when the store can read nothing right now */
  async function read(id: number): Promise<Delivery | null | undefined> {
    try {
      return await store.deliveries.get(id)
    } catch (error) {
      if (error instanceof StoreUnavailable) return null
      throw error
    }
  }

  /** @returns null when the store can keep nothing right now, which the receiver tells of; `elsewhere`: another process sends it */
  async function begun(id: number, { url }: ForwardTarget, request: SentRequest): Promise<number | 'elsewhere' | null> {
    try {
      return (await beginForward(store, id, url, { request, known: known.get(id) ?? 0 })) ?? 'elsewhere'
    } catch (error) {
      if (error instanceof StoreUnavailable) return null
      throw error
    }
  }

  /** The same where the gateway waits: no other process has it. */
  async function begunNow(id: number, { url }: ForwardTarget, request: SentRequest): Promise<number | null> {
    try {
      return await beginAttempt(store, id, 'forward', url, request)
    } catch (error) {
      if (error instanceof StoreUnavailable) return null
      throw error
    }
  }

  const sendBy = (route: ForwardTarget): SendOptions => ({ ...send, ...sendOptionsOf(route) })

  async function answerNow(id: number, incoming: NewDelivery, route: ForwardTarget): Promise<GivenAnswer> {
    const to = target
    const request = outgoing(incoming, id, to.url, 'forward', route)
    const attempt = await begunNow(id, to, request)
    if (attempt === null) return explained(503, 'store-unavailable', 'hookscope cannot store anything right now.')
    const { outcome, answer, error } = await finishAttempt(store, attempt, request, sendBy(route), handedOnBytes)
    if (!answer) return explained(outcome === 'timed-out' ? 504 : 502, outcome, error?.message ?? outcome)
    if (answer.status < 200 || answer.status > 599)
      return explained(502, 'invalid-answer', `The app answered ${answer.status}, which is not an HTTP status.`)
    if (answer.bodyBytes > answer.body.byteLength)
      return explained(502, 'answer-too-large', 'The app answered more than 8 MiB, which is too large to send back.')
    return { status: answer.status, headers: answer.headers, body: answer.body }
  }

  return {
    name,
    get target() {
      return target
    },
    get waiting() {
      return queue.size
    },
    get oldest() {
      return queue.oldest
    },
    get isFull() {
      return queue.isFull
    },
    get retryUntil() {
      return outage.until
    },
    waits: queue.has,
    has: id => queue.has(id) || reading.has(id) || others.has(id),
    unsent,
    tried: () => unsent().filter(id => tried.has(id)),
    lost: () => ({ count: lostCount, ids: rangesOf(lost) }),
    passedOver: queue.passed,
    wasPassedOver: queue.wasPassed,
    offer(id) {
      const wasFull = queue.isFull
      if (!queue.offer(id)) done(id)
      else if (outage.isOn) {
        if (options.mayRetry(id)) {
          outage.join(id)
          inOrderUpTo = id
        } else urgent.add(id)
      }
      if (queue.isFull && !wasFull) options.filled()
    },
    forget(ids) {
      for (const id of ids) {
        outage.forget(id)
        tried.delete(id)
        known.delete(id)
        if (others.forget(id)) done(id)
      }
      const waited = ids.filter(queue.withdraw)
      lose([...waited, ...ids.filter(queue.forgetPassed)])
      for (const id of waited) done(id)
      pump()
    },
    withdraw(id) {
      outage.forget(id)
      tried.delete(id)
      known.delete(id)
      return queue.withdraw(id)
    },
    ended(attempt) {
      const { delivery } = attempt
      if (!isLast(attempt)) queue.withdraw(delivery) ? void others.take(delivery) : others.ended(attempt)
      else if (queue.withdraw(delivery) || others.forget(delivery)) settled(delivery)
      pump()
    },
    takeOver: id => void others.take(id),
    async leaveToOthers(isUnsent) {
      const sentElsewhere = queue.ids().filter(id => !isUnsent(id) && queue.withdraw(id))
      await Promise.all([...sentElsewhere, ...others.ids()].map(others.take))
    },
    pump,
    answer: (id, incoming, route) => sent(id, answerNow(id, incoming, route)),
    retarget(other) {
      if (hrefOf(other) !== hrefOf(target)) {
        outage.clear()
        tried.clear()
      }
      target = other
    },
    close() {
      closed = true
      clearTimeout(storeRetry)
      outage.close()
      others.close()
      for (const id of queue.ids()) dropped(id)
    },
  }
}

/** What hookscope says to the gateway in the app's place. */
export function explained(status: number, code: string, message: string): GivenAnswer {
  const body = Buffer.from(JSON.stringify({ error: { code, message } }))
  return { status, headers: [['Content-Type', 'application/json']], body, inPlace: { code, message } }
}

/** The gateway's answer to a delivery that is kept and goes to no app, as the receiver says it where no app answers. */
export const notRouted = ({ eventType }: Routed, why: NoRoute): GivenAnswer => ({
  status: 200,
  headers: [['Content-Type', 'application/json']],
  body: Buffer.from('{"received":true}'),
  inPlace: { code: why, message: noRouteReason(why, eventType).message },
})

const hrefOf = ({ url }: ForwardTarget): string => url.href

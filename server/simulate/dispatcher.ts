/** Sends what is due, as the gateway does: at most 20 connections an endpoint, again after a failure when its time has come. */
import { setTimeout as sleep } from 'node:timers/promises'
import pLimit from 'p-limit'
import type { SendResult, SentRequest } from '../../core/deliveries/attempt.ts'
import type { ConfiguredHook } from '../../core/hooks/hook.ts'
import { maskHeaders } from '../../core/http/credential-headers.ts'
import { gatewayLimits } from '../../core/simulate/schedule.ts'
import { type AppsAsked, attemptEnd, type HookStation } from '../../core/simulate/stations.ts'
import { completedBy, type GatewaySecrets, gatewaySecretsOf } from '../sender/as-gateway.ts'
import { type InFlight, openInFlight } from '../sender/recorded.ts'
import { type SendOptions, send } from '../sender/send.ts'
import type { ClaimStore } from '../store/claims.ts'
import { interruptedResult } from '../store/interrupted.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type {
  AfterAttempt,
  InterruptedAttempt,
  SimulatedAnswer,
  SimulationRules,
  SimulationStore,
  WaitingEvent,
} from '../store/simulations.ts'
import { withFaults } from './apply-faults.ts'
import { openLaneClaims } from './lane-claims.ts'
import { openLooks } from './looks.ts'
import { nextAttemptAt } from './next-attempt.ts'
import { watchSetBack } from './set-back.ts'
import type { Tracked, Tracker } from './tracker.ts'

/** What an attempt may take, and how many there are at once. Tests shorten the times. */
export interface SimulatorLimits extends Pick<SendOptions, 'connectMs' | 'readMs'> {
  /** Open connections to one URL. Default: 20. */
  readonly connections?: number
  /** How long slow sending takes, milliseconds. Default: 3,000. */
  readonly slowMs?: number
}

export interface DispatcherOptions {
  readonly simulations: SimulationStore
  readonly claims: ClaimStore
  hooks(): readonly ConfiguredHook[]
  /** null: it cannot be reached from here; what is due for it waits. */
  urlOf(hook: ConfiguredHook): string | null
  readonly now: () => number
  /** Milliseconds that nobody sets. */
  readonly steady: () => number
  readonly limits: SimulatorLimits
  /** Follows what is sent to a hook of this hookscope to the apps behind it. Without it each answer is the last word. */
  readonly tracker?: Tracker | undefined
  /** Something was sent, or ended. Resolves when that is known to who asks how much waits; never rejects. */
  changed(): Promise<void>
}

export interface Dispatcher {
  /** Looks again for what is due: something was added, hurried or cancelled. */
  wake(): void
  /** Tries whose recipient has not answered yet. */
  readonly sending: number
  /** Tries that a hook of this hookscope has answered, and the apps behind it have not. */
  readonly awaiting: number
  /** Lets what is in flight end for `ms` milliseconds; what waits goes on at the next start. Apps are not waited for. */
  close(ms: number): Promise<void>
}

/** Bytes of an answer's body that are kept with an attempt. */
const keptBytes = 16 * 1024
/** While the store can keep nothing: how long until the next attempt, milliseconds. */
const storeRetryMs = 1000
/** How often it is looked at what other processes send, and left, milliseconds. */
const othersMs = 2000

/** What one attempt may take: the gateway's own limits, where no other is given. */
export const sendOptionsOf = ({
  connectMs = gatewayLimits.connectMs,
  readMs = gatewayLimits.readMs,
}: SimulatorLimits) => ({ connectMs, readMs, bodyCap: keptBytes }) satisfies SendOptions

interface Recipient {
  readonly url: string
  readonly secrets: GatewaySecrets
}

export function openDispatcher(options: DispatcherOptions): Dispatcher {
  const { simulations, now, limits } = options
  const { connections = gatewayLimits.connections, slowMs = 3000 } = limits
  const sendOptions = sendOptionsOf(limits)
  const inFlight: InFlight = openInFlight()
  /** Connections in use, by URL. */
  const open = new Map<string, number>()
  /** Of the simulations that something is sent of. */
  const rulesById = new Map<number, SimulationRules>()
  /** Events that are being sent, each with what tells its tries apart. */
  const underWay = new Map<number, symbol>()
  const inTurn = pLimit(1)
  let interrupted: InterruptedAttempt[] | null = null
  let awaiting = 0
  let closed = false

  simulations.onDone(simulation => rulesById.delete(simulation))
  const { claims } = options
  const clock = watchSetBack({
    ...{ simulations, now, steady: options.steady, underWay, done: () => looks.wake() },
    isShared: claims.isShared,
  })
  const ownLanes = openLaneClaims(claims)
  const looks = openLooks({
    isHeld: () => clock.look(),
    first: () => inTurn(endInterrupted),
    async lanes() {
      const lanes = await simulations.lanes()
      await ownLanes.keep(lanes)
      return lanes
    },
    sendDue,
  })
  const stopOthers = followOthers()

  /** What other processes add, and what those leave that end, is sent from here, too. */
  function followOthers(): () => void {
    if (!claims.isShared) return () => {}
    const timer = setInterval(() => {
      interrupted = null
      looks.wake()
    }, othersMs).unref()
    const stopChanged = simulations.onChanged(looks.wake)
    return () => {
      clearInterval(timer)
      stopChanged()
    }
  }

  /**
   * What an earlier hookscope left without an end: asked for before anything is sent.
   * @throws StoreUnavailable when that cannot be read or kept: then it is tried again with the next look
   */
  async function endInterrupted(): Promise<void> {
    interrupted ??= [...(await simulations.interrupted())]
    for (let left = interrupted.at(-1); left; left = interrupted.at(-1)) {
      const { attempt: id, isAnswered, ...event } = left
      const after = await afterFailure(event, event.tries, event.startedAt)
      await simulations.endAttempt(
        id,
        isAnswered
          ? { answer: null, apps: { results: [], notAsked: 'interrupted' }, after }
          : { answer: { result: broken, arrival: null }, apps: null, after },
      )
      interrupted.pop()
    }
  }

  /** @returns undefined when the simulation is gone */
  async function rulesOf(simulation: number): Promise<SimulationRules | undefined> {
    const rules = rulesById.get(simulation) ?? (await simulations.rules(simulation))
    if (rules !== undefined) rulesById.set(simulation, rules)
    return rules
  }

  /** @param number of the attempt that failed */
  async function afterFailure(
    { simulation, dueAt }: WaitingEvent,
    number: number,
    startedAt: number,
  ): Promise<AfterAttempt> {
    const rules = await rulesOf(simulation)
    const isLast = rules === undefined || rules.retries === 'off'
    const next = isLast ? null : nextAttemptAt({ number, dueAt, startedAt }, rules.clock)
    return next === null ? { state: 'failed' } : { state: 'waiting', dueAt: next }
  }

  function recipientOf(
    { hook: id, target }: WaitingEvent,
    rules: SimulationRules,
  ): Recipient | 'gone' | 'out of reach' {
    const known = (wanted: string) => options.hooks().find(hook => hook.id === wanted)
    if (id === null) {
      const secrets = rules.secrets ?? { authentication: { kind: 'none' }, key: null }
      if (secrets.hook === undefined) return { url: target, secrets }
      const signer = known(secrets.hook)
      return signer === undefined ? 'gone' : { url: target, secrets: completedBy(secrets, signer) }
    }
    const hook = known(id)
    if (!hook) return 'gone'
    const url = options.urlOf(hook)
    return url === null ? 'out of reach' : { url, secrets: gatewaySecretsOf(hook) }
  }

  /** Sends what is due of a lane. @returns milliseconds until its next is due; Infinity when something else decides */
  async function sendDue(lane: string): Promise<number> {
    while (!closed && !clock.look()) {
      if (!(await ownLanes.holds(lane))) return othersMs
      const back = clock.total
      const event = await simulations.next(lane)
      // It was made due at another time while it was read.
      if (clock.total !== back) continue
      if (event === undefined || closed) break
      const wait = event.dueAt - now()
      if (wait > 0) return wait
      const mark = Symbol()
      underWay.set(event.id, mark)
      const sent = await begin(event, back, mark).catch((error: unknown) => {
        left(event, mark)
        throw error
      })
      if (sent !== 'begun') left(event, mark)
      if (sent === 'not now') break
    }
    return Number.POSITIVE_INFINITY
  }

  /** It is not being sent, or not any more. */
  function left({ id }: WaitingEvent, mark: symbol): void {
    if (underWay.get(id) === mark) underWay.delete(id)
  }

  function connect(url: string, by: 1 | -1): void {
    const now = (open.get(url) ?? 0) + by
    if (now > 0) open.set(url, now)
    else open.delete(url)
  }

  /**
   * @param back how far the clock was set back when the event was read
   * @throws StoreUnavailable when the attempt cannot be kept: then nothing was sent
   */
  async function begin(event: WaitingEvent, back: number, mark: symbol): Promise<'begun' | 'over' | 'not now'> {
    const rules = await rulesOf(event.simulation)
    if (rules === undefined) return 'not now'
    const recipient = recipientOf(event, rules)
    if (recipient === 'out of reach') return 'not now'
    if (recipient === 'gone') {
      await simulations.cancel([event.id])
      return 'over'
    }
    const { url } = recipient
    if ((open.get(url) ?? 0) >= connections) return 'not now'
    // Taken before anything is waited for: other lanes may lead there, too.
    connect(url, 1)
    let isBegun = false
    try {
      isBegun = await beginTo(event, recipient, rules, back, mark)
    } finally {
      if (!isBegun) connect(url, -1)
    }
    return isBegun ? 'begun' : 'over'
  }

  /** @returns false when the event waits no more */
  async function beginTo(
    event: WaitingEvent,
    { url, secrets }: Recipient,
    { weather: faults, seed }: SimulationRules,
    back: number,
    mark: symbol,
  ): Promise<boolean> {
    const number = event.tries + 1
    const body = await simulations.body(event.body)
    if (closed) return false
    const made = withFaults({ url, body, secrets, faults, seed, ordinal: event.ordinal, number, slowMs })
    const { request } = made
    clock.look()
    const begunAt = { now: now(), back: clock.total }
    const id = await simulations.startAttempt({
      event: event.id,
      number,
      startedAt: begunAt.now,
      weather: number === 1 ? [...event.weather, ...made.faults] : made.faults,
      request: { method: request.method, url: request.url, headers: maskHeaders(request.headers) },
      body: request.body === body ? null : request.body,
    })
    if (id === null) return false
    const tracked = options.tracker?.track(url) ?? null
    const sent = tracked === null ? request : { ...request, headers: [...request.headers, tracked.mark] }
    void inFlight.track(toTheEnd(id, sent, tracked))
    void options.changed()
    return true

    async function toTheEnd(id: number, sent: SentRequest, tracked: Tracked | null): Promise<void> {
      const result = await send(sent, { ...sendOptions, upload: made.upload, signal: inFlight.signal })
      const arrival = tracked?.arrival ?? null
      const answer = { result, arrival }
      if (tracked !== null && arrival !== null) {
        // The app is asked after the pause: until then the hook is the last station.
        await kept(() => simulations.answerAttempt(id, answer, options.tracker?.isPaused()))
        void throughHook(id, tracked, arrival, result)
      } else {
        tracked?.forget()
        await end(id, answer, answer, null)
      }
      connect(url, -1)
      looks.wake()
      await options.changed()
    }

    /** The gateway's connection is over; the result is what the apps say. */
    async function throughHook(id: number, tracked: Tracked, arrival: HookStation, result: SendResult): Promise<void> {
      awaiting++
      const apps = await tracked.apps()
      if (apps !== null) {
        await end(id, null, { result, arrival }, apps)
        looks.wake()
        await options.changed()
      }
      awaiting--
    }

    async function end(
      id: number,
      answer: SimulatedAnswer | null,
      said: SimulatedAnswer,
      apps: AppsAsked | null,
    ): Promise<void> {
      await kept(async () => simulations.endAttempt(id, { answer, apps, after: await after(said, apps) }))
      left(event, mark)
    }

    async function after({ result: { outcome, answer }, arrival }: SimulatedAnswer, apps: AppsAsked | null) {
      const { results = [], notAsked = null } = apps ?? {}
      if (attemptEnd({ outcome, status: answer?.status ?? null, arrival, apps: results, notAsked }) === 'taken')
        return { state: 'delivered' } as const
      clock.look()
      const dueAt = event.dueAt - (clock.total - back)
      return afterFailure({ ...event, dueAt }, number, begunAt.now - (clock.total - begunAt.back))
    }
  }

  /** Tries until the store keeps it. What is still not kept when hookscope ends counts as interrupted at the next start. */
  async function kept(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        if (closed) return
        await sleep(storeRetryMs)
      }
    }
  }

  return {
    wake: looks.wake,
    get sending() {
      return inFlight.size
    },
    get awaiting() {
      return awaiting
    },
    async close(ms) {
      closed = true
      stopOthers()
      const until = performance.now() + ms
      // What has just been begun is in flight then.
      await looks.close()
      await inFlight.end(until - performance.now())
      await ownLanes.keep([])
    },
  }
}

const broken = interruptedResult('The app may have received it. It is sent again on schedule.')

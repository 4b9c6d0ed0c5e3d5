/** Sends what is due, as the gateway does: at most 20 connections an endpoint, again after a failure when its time has come. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SendResult } from '../../core/deliveries/attempt.ts'
import type { ConfiguredHook } from '../../core/hooks/hook.ts'
import { maskHeaders } from '../../core/http/credential-headers.ts'
import { gatewayLimits } from '../../core/simulate/schedule.ts'
import { type AppsAsked, attemptEnd, type HookStation } from '../../core/simulate/stations.ts'
import { completedBy, type GatewaySecrets, gatewaySecretsOf } from '../sender/as-gateway.ts'
import { type InFlight, openInFlight } from '../sender/recorded.ts'
import { type SendOptions, send } from '../sender/send.ts'
import { interruptedResult } from '../store/interrupted.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type {
  AfterAttempt,
  SimulatedAnswer,
  SimulationRules,
  SimulationStore,
  WaitingEvent,
} from '../store/simulations.ts'
import { withFaults } from './apply-faults.ts'
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
  hooks(): readonly ConfiguredHook[]
  /** null: it cannot be reached from here; what is due for it waits. */
  urlOf(hook: ConfiguredHook): string | null
  readonly now: () => number
  /** Milliseconds that nobody sets. */
  readonly steady: () => number
  readonly limits: SimulatorLimits
  /** Follows what is sent to a hook of this hookscope to the apps behind it. Without it each answer is the last word. */
  readonly tracker?: Tracker | undefined
  /** Something was sent, or ended. */
  changed(): void
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
/**
 * Timers are set anew after so many milliseconds: longer ones overflow, stand still while the machine sleeps, and leave what
 * is shown wrong for as long after the clock was set back.
 */
const longestTimerMs = 10_000
/** While the store can keep nothing: how long until the next attempt, milliseconds. */
const storeRetryMs = 1000

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
  /** Events that are being sent. */
  const underWay = new Set<number>()
  let timer: NodeJS.Timeout | undefined
  let awaiting = 0
  let woken = false
  let closed = false

  simulations.onDone(simulation => rulesById.delete(simulation))
  const interrupted = [...simulations.interrupted()]
  const clock = watchSetBack({ simulations, now, steady: options.steady, underWay, done: wake })

  /** @throws StoreUnavailable when that cannot be kept: then it is tried again with the next look */
  function endInterrupted() {
    for (let left = interrupted.at(-1); left; left = interrupted.at(-1)) {
      const { attempt: id, isAnswered, ...event } = left
      const after = afterFailure(event, event.tries, event.startedAt)
      simulations.endAttempt(
        id,
        isAnswered
          ? { answer: null, apps: { results: [], notAsked: 'interrupted' }, after }
          : { answer: { result: broken, arrival: null }, apps: null, after },
      )
      interrupted.pop()
    }
  }

  function rulesOf(simulation: number): SimulationRules {
    const rules = rulesById.get(simulation) ?? simulations.rules(simulation)
    if (rules === undefined) throw new Error(`simulation ${simulation} is gone while an event of it waits`)
    rulesById.set(simulation, rules)
    return rules
  }

  /** @param number of the attempt that failed */
  function afterFailure({ simulation, dueAt }: WaitingEvent, number: number, startedAt: number): AfterAttempt {
    const { retries, clock } = rulesOf(simulation)
    const next = retries === 'off' ? null : nextAttemptAt({ number, dueAt, startedAt }, clock)
    return next === null ? { state: 'failed' } : { state: 'waiting', dueAt: next }
  }

  function recipientOf({ hook: id, target, simulation }: WaitingEvent): Recipient | 'gone' | 'out of reach' {
    const known = (wanted: string) => options.hooks().find(hook => hook.id === wanted)
    if (id === null) {
      const secrets = rulesOf(simulation).secrets ?? { authentication: { kind: 'none' }, key: null }
      if (secrets.hook === undefined) return { url: target, secrets }
      const signer = known(secrets.hook)
      return signer === undefined ? 'gone' : { url: target, secrets: completedBy(secrets, signer) }
    }
    const hook = known(id)
    if (!hook) return 'gone'
    const url = options.urlOf(hook)
    return url === null ? 'out of reach' : { url, secrets: gatewaySecretsOf(hook) }
  }

  /** Many calls, one look. */
  function wake() {
    if (woken || closed) return
    woken = true
    setImmediate(() => {
      woken = false
      lookAll()
    })
  }

  function lookAfter(ms: number) {
    clearTimeout(timer)
    timer = setTimeout(lookAll, Math.min(Math.max(1, Math.ceil(ms)), longestTimerMs))
  }

  function lookAll() {
    if (closed || clock.look()) return
    clearTimeout(timer)
    try {
      endInterrupted()
      const waits = simulations.lanes().map(sendDue)
      const soonest = Math.min(...waits)
      if (soonest !== Number.POSITIVE_INFINITY) lookAfter(soonest)
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      lookAfter(storeRetryMs)
    }
  }

  /** Sends what is due of a lane. @returns milliseconds until its next is due; Infinity when something else decides */
  function sendDue(lane: string): number {
    for (let event = simulations.next(lane); event; event = simulations.next(lane)) {
      const wait = event.dueAt - now()
      if (wait > 0) return wait
      const recipient = recipientOf(event)
      if (recipient === 'out of reach') break
      if (recipient === 'gone') {
        simulations.cancel([event.id])
        continue
      }
      if ((open.get(recipient.url) ?? 0) >= connections) break
      begin(event, recipient)
    }
    return Number.POSITIVE_INFINITY
  }

  /** @throws StoreUnavailable when the attempt cannot be kept: then nothing was sent */
  function begin(event: WaitingEvent, { url, secrets }: Recipient) {
    const { weather: faults, seed } = rulesOf(event.simulation)
    const number = event.tries + 1
    const body = simulations.body(event.body)
    const made = withFaults({ url, body, secrets, faults, seed, ordinal: event.ordinal, number, slowMs })
    const { request } = made
    const startedAt = now()
    const id = simulations.startAttempt({
      event: event.id,
      number,
      startedAt,
      weather: number === 1 ? [...event.weather, ...made.faults] : made.faults,
      request: { method: request.method, url: request.url, headers: maskHeaders(request.headers) },
      body: request.body === body ? null : request.body,
    })
    open.set(url, (open.get(url) ?? 0) + 1)
    underWay.add(event.id)
    const backThen = clock.total
    options.changed()
    const tracked = options.tracker?.track(url) ?? null
    const sent = tracked === null ? request : { ...request, headers: [...request.headers, tracked.mark] }
    void inFlight.track(
      send(sent, { ...sendOptions, upload: made.upload, signal: inFlight.signal }).then(async result => {
        const arrival = tracked?.arrival ?? null
        const answer = { result, arrival }
        if (tracked !== null && arrival !== null) {
          // The app is asked after the pause: until then the hook is the last station.
          await kept(() => simulations.answerAttempt(id, answer, options.tracker?.isPaused()))
          void throughHook(tracked, arrival, result)
        } else {
          tracked?.forget()
          await kept(() => simulations.endAttempt(id, { answer, apps: null, after: after(answer, null) }))
          underWay.delete(event.id)
        }
        const left = (open.get(url) ?? 1) - 1
        if (left > 0) open.set(url, left)
        else open.delete(url)
        options.changed()
        wake()
      }),
    )

    /** The gateway's connection is over; the result is what the apps say. */
    async function throughHook(tracked: Tracked, arrival: HookStation, result: SendResult) {
      awaiting++
      const apps = await tracked.apps()
      awaiting--
      if (apps === null) return
      await kept(() => simulations.endAttempt(id, { answer: null, apps, after: after({ result, arrival }, apps) }))
      underWay.delete(event.id)
      options.changed()
      wake()
    }

    function after({ result: { outcome, answer }, arrival }: SimulatedAnswer, apps: AppsAsked | null): AfterAttempt {
      const { results = [], notAsked = null } = apps ?? {}
      if (attemptEnd({ outcome, status: answer?.status ?? null, arrival, apps: results, notAsked }) === 'taken')
        return { state: 'delivered' }
      clock.look()
      const back = clock.total - backThen
      return afterFailure({ ...event, dueAt: event.dueAt - back }, number, startedAt - back)
    }
  }

  /** Tries until the store keeps it. What is still not kept when hookscope ends counts as interrupted at the next start. */
  async function kept(write: () => void): Promise<void> {
    for (;;) {
      try {
        return write()
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        if (closed) return
        await sleep(storeRetryMs)
      }
    }
  }

  try {
    endInterrupted()
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    lookAfter(storeRetryMs)
  }
  return {
    wake,
    get sending() {
      return inFlight.size
    },
    get awaiting() {
      return awaiting
    },
    async close(ms) {
      closed = true
      clearTimeout(timer)
      await inFlight.end(ms)
    },
  }
}

const broken = interruptedResult('The app may have received it. It is sent again on schedule.')

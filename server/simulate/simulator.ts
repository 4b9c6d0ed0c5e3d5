/** The simulated gateway: makes events, sends them to hooks or a URL, and tries again until they are answered 2xx. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type BuiltEvent, buildEvents } from '../../core/events/generator/event-builder.ts'
import type { ConfiguredHook } from '../../core/hooks/hook.ts'
import type {
  SimulatedAttemptView,
  SimulatedEvent,
  Simulation,
  SimulationPreview,
  SimulationRequest,
} from '../../core/simulate/simulation.ts'
import { bodyView } from '../bodies/body-view.ts'
import { UserError, usageError } from '../lib/errors.ts'
import { latestOf } from '../lib/latest.ts'
import { lazily } from '../lib/lazily.ts'
import { openNotifier } from '../sender/notifier.ts'
import { closeMs } from '../sender/recorded.ts'
import { StoreUnavailable, whereStoreCan } from '../store/problem.ts'
import type { NewSimulatedBody, NewSimulatedEvent } from '../store/simulations.ts'
import type { Store } from '../store/store.ts'
import { departure, withFaults } from './apply-faults.ts'
import { firsts, nobodySubscribed, withoutSecrets } from './asked.ts'
import { checkFaults } from './check-faults.ts'
import { openDispatcher, type SimulatorLimits } from './dispatcher.ts'
import { type ChosenEvents, inSlices } from './in-slices.ts'
import { type Addressing, readRecipients } from './recipients.ts'
import { simulationTitle } from './title.ts'
import type { Tracker } from './tracker.ts'

export interface SimulatorOptions {
  readonly store: Store
  hooks(): readonly ConfiguredHook[]
  /** Where a hook's events are sent right now; null: it cannot be reached from here, and what waits for it goes on waiting. */
  urlOf(hook: ConfiguredHook): string | null
  /** Follows what ends at a hook of this hookscope to the apps behind it. Default: what answers is the last station. */
  readonly tracker?: Tracker
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
  /** Milliseconds that nobody sets; default: those of the process, or `now` where that is given. */
  readonly steady?: () => number
  /** What an attempt may take. Default: the gateway's limits. */
  readonly limits?: SimulatorLimits
  /** Whether what waits from before goes on at once; otherwise with the first start, hurry or `resume`. Default: true. */
  readonly resume?: boolean
  /** Whether to hurry is to send; otherwise what is hurried is due, and sent with the first start. Default: true. */
  readonly hurrySends?: boolean
}

/** What the inspector and the commands drive. Methods throw UserError for what the user can fix. */
export interface Simulator {
  /** Resolves when all events are kept; they are being sent meanwhile. */
  start(request: SimulationRequest): Promise<Simulation>
  /** The first requests, exact: with signature and credentials. */
  preview(request: SimulationRequest): Promise<SimulationPreview>
  /** Newest first, at most 100. */
  simulations(): Promise<readonly Simulation[]>
  simulation(id: number): Promise<Simulation | undefined>
  /** The events of a simulation, in the order they were asked for; at most 1,000 after the event with id `after`. */
  events(simulation: number, after: number | null): Promise<readonly SimulatedEvent[]>
  /** Every event that waits for an attempt, the next one first; at most 1,000. */
  pending(): Promise<readonly SimulatedEvent[]>
  try(id: number): Promise<SimulatedAttemptView | undefined>
  /** What waits from before goes on, where it was not to at once. */
  resume(): void
  /** Tries now what waits: these events, or all. @returns how many */
  hurry(events: readonly number[] | 'all'): Promise<number>
  /** Ends what waits: these events, or all. @returns how many */
  cancel(events: readonly number[] | 'all'): Promise<number>
  /** Ends what waits of one simulation. @returns how many */
  cancelSimulation(id: number): Promise<number>
  /** Resolves when nothing of a simulation is left to do, or this is closed. @returns undefined when it is not there */
  settled(id: number): Promise<Simulation | undefined>
  /** Events that are queued for an attempt, and those that are being sent. */
  status(): { readonly waiting: number; readonly sending: number }
  /** Tries whose answer is awaited, that of their recipient. */
  readonly inFlight: number
  /** Called when `status` may be another. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Lets what is in flight end, for `ms` milliseconds, by default as long as its time-outs allow; what waits goes on at the next start. */
  close(ms?: number): Promise<void>
}

/** How long events are made before those are kept and others get their turn, milliseconds. */
const stepMs = 4
/** While the store can keep nothing: how long until the next attempt, milliseconds. */
const storeRetryMs = 1000
/** What is kept of simulations that are done. */
const keptSimulations = 200
const keptEvents = 250_000

export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { store, now = Date.now, limits = {}, resume = true, hurrySends = true } = options
  const steady = options.steady ?? options.now ?? (() => performance.now())
  const { simulations } = store
  const notifier = openNotifier()
  const unfinished = latestOf(simulations.unfinished, 0)
  /** Nothing is taken up from before as long as nothing is to be sent. */
  const dispatching = lazily(() =>
    openDispatcher({ ...options, simulations, claims: store.claims, now, steady, limits, changed }),
  )
  const wake = () => void (closed || dispatching.get().wake())
  const ended = new AbortController()
  /** Simulations whose events are not all kept yet. */
  const preparing = new Set<number>()
  const starting = new Set<Promise<unknown>>()
  let closed = false

  /** While that cannot be counted, it is what it was. */
  async function changed(): Promise<void> {
    await whereStoreCan(unfinished.refresh)
    notifier.changed()
  }
  await whereStoreCan(unfinished.refresh)
  if (resume) wake()

  /** @throws UserError for items that cannot be made, or too many */
  async function built({ items, count, seed }: Pick<SimulationRequest, 'items' | 'count' | 'seed'>) {
    const made = buildEvents({ items, count, seed }, await store.samples.list(), new Date(now()))
    if (!made.ok) throw usageError(made.message, made.hint)
    return made
  }

  function addressed(event: BuiltEvent, addressing: Addressing, unsubscribed: Set<string>) {
    const recipients = addressing.of(event.type)
    if (recipients.length === 0) unsubscribed.add(event.eventType ?? 'a body without an event type')
    return recipients
  }

  /** Keeps events in steps; they are being sent meanwhile. @returns the types that nobody gets */
  async function keepAll(
    id: number,
    startedAt: number,
    events: Iterable<BuiltEvent>,
    addressing: Addressing,
    request: SimulationRequest,
  ): Promise<readonly string[]> {
    const unsubscribed = new Set<string>()
    let bodies: NewSimulatedBody[] = []
    /** Late ones: they are kept behind those that overtake them, which would otherwise come too late to do so. */
    let late: (NewSimulatedBody & { readonly place: number })[] = []
    let index = 0
    let ordinal = 0
    let begun = performance.now()
    for (const event of events) {
      const recipients = addressed(event, addressing, unsubscribed)
      const { afterMs, copies, ...how } = departure(index, request)
      index++
      if (recipients.length === 0) continue
      const rows: NewSimulatedEvent[] = []
      for (const { lane, hook, target } of recipients)
        for (let copy = 0; copy < copies; copy++)
          rows.push({ ...how, ordinal: ordinal++, lane, hook: hook?.id ?? null, target, dueAt: startedAt + afterMs })
      late.push({ ...event, body: Buffer.from(event.body), recipients: rows, place: how.place })
      const made = index - 1
      bodies.push(...late.filter(({ place }) => place <= made))
      late = late.filter(({ place }) => place > made)
      if (performance.now() - begun < stepMs) continue
      await add(id, bodies)
      bodies = []
      wake()
      await changed()
      await nextTurn()
      // What is not kept yet when hookscope ends, or it is cancelled, is not sent.
      if (closed || !preparing.has(id)) return [...unsubscribed]
      begun = performance.now()
    }
    await add(id, [...bodies, ...late])
    return [...unsubscribed]
  }

  /** What was cancelled while it was kept is so, too. */
  async function add(id: number, bodies: readonly NewSimulatedBody[]): Promise<void> {
    await simulations.add(id, bodies)
    if (!preparing.has(id)) await cancel({ simulation: id })
  }

  async function cancel(events: ChosenEvents): Promise<number> {
    const cancelled = await inSlices(simulations, events, simulations.cancel)
    await changed()
    return cancelled
  }

  /** Nobody was told of this simulation: nothing more of it goes out. */
  async function abandon(id: number) {
    try {
      await cancel({ simulation: id })
      await simulations.complete(id, [])
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      setTimeout(() => closed || void abandon(id), storeRetryMs).unref()
    }
  }

  async function start(request: SimulationRequest): Promise<Simulation> {
    const addressing = readRecipients(request.recipients, options)
    const { events, total } = await built(request)
    const types = firsts(events, total / request.count)
    if (types.every(({ type }) => addressing.of(type).length === 0)) throw nobodySubscribed(types)
    checkFaults(request, types, addressing)
    if (closed) throw new UserError('hookscope is ending, so nothing is sent.', 'Start hookscope again.')
    const startedAt = now()
    const id = await simulations.begin({
      startedAt,
      title: simulationTitle(request.items, request.count),
      asked: withoutSecrets(request),
      secrets: addressing.secrets,
    })
    preparing.add(id)
    try {
      await simulations.complete(id, await keepAll(id, startedAt, events, addressing, request))
    } catch (error) {
      await abandon(id)
      throw error
    } finally {
      preparing.delete(id)
    }
    wake()
    await changed()
    // What cannot be dropped now is dropped after the next start.
    simulations.prune(keptSimulations, keptEvents).catch(() => {})
    const simulation = await simulations.get(id)
    if (!simulation) throw new Error(`simulation ${id} is gone right after its start`)
    return simulation
  }

  async function preview(request: SimulationRequest): Promise<SimulationPreview> {
    const addressing = readRecipients(request.recipients, options)
    const { events, total, remarks } = await built({ ...request, count: 1 })
    checkFaults(request, firsts(events, total), addressing)
    const unsubscribed = new Set<string>()
    const first = new Map<string, SimulationPreview['requests'][number]>()
    let asked = 0
    let ordinal = 0
    let index = 0
    for (const event of events) {
      const { copies } = departure(index, request)
      for (const { lane, hook, target, secrets } of addressed(event, addressing, unsubscribed)) {
        asked++
        if (!first.has(lane)) {
          const { request: sent } = withFaults({
            url: target,
            body: Buffer.from(event.body),
            secrets,
            faults: request.weather,
            seed: request.seed,
            ordinal,
            number: 1,
            slowMs: 0,
          })
          const { method, url, headers, body } = sent
          first.set(lane, { hook: hook?.id ?? null, method, url, headers, body: bodyView(body) })
        }
        ordinal += copies
      }
      index++
    }
    return {
      events: asked * request.count,
      requests: [...first.values()],
      unsubscribed: [...unsubscribed],
      remarks,
    }
  }

  return {
    async start(request) {
      const work = start(request)
      starting.add(work)
      try {
        return await work
      } finally {
        starting.delete(work)
      }
    },
    preview,
    simulations: simulations.list,
    simulation: simulations.get,
    events: simulations.events,
    pending: simulations.pending,
    async try(id) {
      const found = await simulations.attempt(id)
      if (!found) return undefined
      const { request, answer } = found
      return {
        ...found,
        request: { ...request, body: bodyView(request.body) },
        answer: answer && { ...answer, body: bodyView(answer.body) },
      }
    },
    resume() {
      if (!closed) wake()
    },
    hurry(events) {
      const at = now()
      return inSlices(simulations, events, async slice => {
        const hurried = await simulations.hurry(slice, at)
        if (hurrySends || dispatching.opened !== null) wake()
        return hurried
      })
    },
    cancel,
    cancelSimulation(simulation) {
      preparing.delete(simulation)
      return cancel({ simulation })
    },
    async settled(id) {
      let stop = () => {}
      const over = new Promise<void>(resolve => {
        const end = () => resolve()
        const stopDone = simulations.onDone(done => done === id && end())
        ended.signal.addEventListener('abort', end)
        stop = () => {
          stopDone()
          ended.signal.removeEventListener('abort', end)
        }
      })
      try {
        if (!ended.signal.aborted && !(await simulations.isDone(id))) await over
      } finally {
        stop()
      }
      return simulations.get(id)
    },
    status() {
      const { sending: sent = 0, awaiting = 0 } = dispatching.opened ?? {}
      const sending = sent + awaiting
      return { waiting: Math.max(0, unfinished.value - sending), sending }
    },
    get inFlight() {
      return dispatching.opened?.sending ?? 0
    },
    onChange: notifier.on,
    async close(ms = closeMs) {
      closed = true
      await dispatching.opened?.close(ms)
      await Promise.allSettled(starting)
      ended.abort()
      notifier.close()
    },
  }
}

/** Simulations: the past ones, what waits, the open one and its events, all followed through the stream. */
import { batch, computed, signal } from '@preact/signals'
import type {
  SimulatedAttemptView,
  SimulatedEvent,
  Simulation,
  SimulationPreview,
  SimulationRequest,
} from '../../../core/simulate/simulation.ts'
import { onChanges, onReload } from '../../app/listener.ts'
import { orToast } from '../../app/or-toast.ts'
import { formatRoute, goTo, route } from '../../app/route.ts'
import { rememberTarget } from '../../app/targets.ts'
import { ApiFailure, api, call, failureText } from '../../client/api.ts'
import { stopAll } from '../../kit/stop-all.ts'
import { throttled } from '../../kit/throttle.ts'
import { showToast } from '../../kit/toasts.ts'
import { asked, type Draft, draft, requestOf } from '../compose/draft.ts'
import { draftProblems } from '../compose/faults.ts'
import { eventCountText } from '../words.ts'

/** Newest first; null until they have come. */
export const simulations = signal<readonly Simulation[] | null>(null)
/** Events that wait for an attempt, the next one first; null until they have come. */
export const waitingNow = signal<readonly SimulatedEvent[] | null>(null)
/** Why the lists could not be loaded; null when they could. */
export const runsProblem = signal<unknown>(null)

export interface OpenSimulation {
  readonly simulation: Simulation
  /** By id, in the order they were asked for; the first page, and more when it was asked for. */
  readonly events: ReadonlyMap<number, SimulatedEvent>
}
/** The simulation that the URL names; the one before stays until it has come. */
export const opened = signal<OpenSimulation | null>(null)
/** Why it cannot be shown. */
export const openProblem = signal<unknown>(null)

/** The number in the URL, or null. */
export const openNumber = computed(() => {
  const { view, item } = route.value
  return view === 'simulate' && item !== null && /^[1-9]\d{0,14}$/.test(item) ? Number(item) : null
})

const param = (id: number) => ({ id: String(id) })

async function refreshLists(): Promise<void> {
  try {
    const [past, waiting] = await Promise.all([call(api.simulations.$get()), call(api.simulations.pending.$get())])
    batch(() => {
      simulations.value = past.simulations
      waitingNow.value = waiting.events
      runsProblem.value = null
    })
  } catch (error) {
    runsProblem.value = error
  }
}

/** Follows past simulations and what waits. @returns a function that stops it */
export function followLists(): () => void {
  const soon = throttled(600, refreshLists)
  soon()
  return stopAll([
    onReload(soon),
    onChanges(changes => {
      if (changes.some(({ kind }) => kind === 'simulated')) soon()
    }),
    soon.cancel,
  ])
}

/** Loads a simulation and follows it. @returns a function that stops following */
export function followSimulation(id: number): () => void {
  let gone = false
  const refresh = throttled(400, async () => {
    try {
      const { simulation } = await call(api.simulations[':id'].$get({ param: param(id) }))
      const before = opened.peek()
      if (!gone && before?.simulation.id === id) opened.value = { ...before, simulation }
    } catch {
      // The next change asks again, and a lost connection is told at the top.
    }
  })
  /** What changes while it is loaded may be newer than what comes: it is loaded again then. */
  let isStale = false
  const load = async () => {
    try {
      isStale = false
      const [{ simulation }, { events }] = await Promise.all([
        call(api.simulations[':id'].$get({ param: param(id) })),
        call(api.simulations[':id'].events.$get({ param: param(id), query: {} })),
      ])
      if (gone) return
      if (isStale) void load()
      batch(() => {
        opened.value = { simulation, events: new Map(events.map(event => [event.id, event])) }
        openProblem.value = null
      })
    } catch (error) {
      if (gone) return
      batch(() => {
        if (error instanceof ApiFailure && error.status === 404) opened.value = null
        openProblem.value = error
      })
    }
  }
  openProblem.value = null
  void load()
  return stopAll([
    () => {
      gone = true
    },

    onReload(() => void load()),
    onChanges(changes => {
      const before = opened.peek()
      const own = changes.flatMap(change =>
        change.kind === 'simulated' && change.event.simulation === id ? [change.event] : [],
      )
      if (own.length === 0) return
      isStale = true
      refresh()
      if (before?.simulation.id === id) opened.value = { ...before, events: withEvents(before, own) }
    }),
    refresh.cancel,
  ])
}

/** Events that are shown take their new state; others join while there is nothing in between that was not loaded. */
function withEvents({ events, simulation }: OpenSimulation, changed: readonly SimulatedEvent[]) {
  const next = new Map(events)
  const whole = events.size < pageSize || events.size >= simulation.events
  let grew = false
  for (const event of changed) {
    if (!whole && !next.has(event.id)) continue
    grew ||= !next.has(event.id)
    next.set(event.id, event)
  }
  return grew ? new Map([...next].sort(([one], [other]) => one - other)) : next
}

/** What the API gives at once. */
const pageSize = 1000

/** Loads the events behind those that are shown. */
export async function loadMoreEvents(): Promise<void> {
  const before = opened.peek()
  const last = before && [...before.events.keys()].at(-1)
  if (!before || last === undefined) return
  const { id } = before.simulation
  try {
    const { events } = await call(
      api.simulations[':id'].events.$get({ param: param(id), query: { after: String(last) } }),
    )
    const now = opened.peek()
    if (now?.simulation.id !== id) return
    opened.value = { ...now, events: new Map([...now.events, ...events.map(event => [event.id, event] as const)]) }
  } catch (error) {
    showToast(failureText(error), { tone: 'bad' })
  }
}

/** A simulated attempt with its bytes. */
export async function loadSimulatedAttempt(id: number): Promise<SimulatedAttemptView> {
  return (await call(api.simulations.tries[':id'].$get({ param: param(id) }))).try
}

/** What a draft would send first. */
export async function previewOf(made: Draft): Promise<SimulationPreview> {
  return call(api.simulations.preview.$post({ query: {}, json: requestOf(made) }))
}

/** What of the URL belongs to the form: it stays while simulations are opened and closed. */
const ofForm = ['what', 'as', 'step']

/** Where a simulation is, or all of them. @param params of the form, in place of those that it has */
export const simulationHref = (id: number | null, params?: Readonly<Record<string, string>>): string =>
  formatRoute({
    view: 'simulate',
    delivery: null,
    item: id === null ? null : String(id),
    params: params ?? Object.fromEntries(Object.entries(route.value.params).filter(([name]) => ofForm.includes(name))),
  })

/** A draft is being sent. */
export const starting = signal(false)
/** Why the last one was refused; null when it was not. */
export const startProblem = signal<unknown>(null)

type Target = Extract<SimulationRequest['recipients'], { readonly kind: 'target' }>

/** URLs with their keys, by simulation: hookscope does not tell them again. Forgotten when the page is left. */
const secrets = new Map<number, Target>()
/** The URL a simulation of this page went to, with its keys. */
export const sentSecrets = (id: number): Target | undefined => secrets.get(id)

/** Sends the draft and opens the simulation; says at the fields what is missing. */
export async function start(): Promise<void> {
  asked.value = true
  if (Object.keys(draftProblems.peek()).length > 0) focusWrong()
  else await startSimulation(requestOf(draft.peek()))
}

/** Goes to the first field of the form that something is wrong with, once that is on the screen. */
export function focusWrong(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('.composer [aria-invalid="true"]')?.focus())
}

/** Starts a simulation and opens it; what is refused is said below the form. */
export async function startSimulation(request: SimulationRequest): Promise<void> {
  if (starting.peek()) return
  starting.value = true
  startProblem.value = null
  try {
    const { simulation } = await call(api.simulations.$post({ json: request }))
    if (request.recipients.kind === 'target') {
      secrets.set(simulation.id, request.recipients)
      rememberTarget(request.recipients.url)
    }
    asked.value = false
    goTo(simulationHref(simulation.id))
  } catch (error) {
    startProblem.value = error
  } finally {
    starting.value = false
  }
}

async function act(said: (count: number) => string, sent: () => Promise<number>): Promise<void> {
  await orToast(async () => {
    const count = await sent()
    showToast(count === 0 ? 'Nothing was queued any more.' : said(count))
  })
}

/** Tries now what waits. */
export const hurry = (ids: readonly number[] | 'all'): Promise<void> =>
  act(
    count => `Sending ${eventCountText(count)} now.`,
    async () => (await call(api.simulations.pending.hurry.$post({ json: { events: ids } }))).events,
  )

/** Ends what waits. */
export const cancel = (ids: readonly number[] | 'all'): Promise<void> =>
  act(
    count => `Canceled ${eventCountText(count)}.`,
    async () => (await call(api.simulations.pending.cancel.$post({ json: { events: ids } }))).events,
  )

/** Ends what waits of one simulation. */
export const cancelSimulation = (id: number): Promise<void> =>
  act(
    count => `Canceled ${eventCountText(count)}.`,
    async () => (await call(api.simulations[':id'].$delete({ param: param(id) }))).cancelled,
  )

/** Sends a simulation, and follows it to its end. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { SimulatedEvent, Simulation, SimulationRequest } from '../../core/simulate/simulation.ts'
import { answerOf, type Client } from '../client.ts'

/** How often a simulation is looked at while its events are silent, milliseconds. */
const lookMs = 1000
/**
 * A simulation that stands still for so long while the database is in trouble is waited for no longer, milliseconds: what is
 * over by then is forgotten by the database, and what is tried again and fails is not.
 */
const stuckMs = 12_000
/** What keeps events and answers from being kept. What is damaged is repaired meanwhile. */
const standing: ReadonlySet<StoreTrouble['code']> = new Set(['full', 'io', 'locked', 'gone'])

/** Wakes whoever waits; what stirs while nobody waits is not lost. */
function openStirring() {
  let stirred = false
  let wake: (() => void) | null = null
  return {
    stir() {
      stirred = true
      wake?.()
    },
    /** Resolves at the next `stir` since the last call, after a second, or when `signal` is aborted. */
    async next(signal: AbortSignal): Promise<void> {
      if (!stirred && !signal.aborted) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, lookMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
          signal.addEventListener('abort', wake, { once: true })
        })
        if (wake !== null) signal.removeEventListener('abort', wake)
        wake = null
      }
      stirred = false
    },
  }
}

export interface Following {
  /** Called with the simulation as soon as it is known. */
  onStart(simulation: Simulation): void
  /** Called with events whenever they have come further. */
  onEvents(events: readonly SimulatedEvent[]): void
  /** Ends the following early; what waits goes on waiting. */
  readonly signal: AbortSignal
}

/** How far a simulation came. */
export interface Followed {
  readonly simulation: Simulation
  /** What keeps it from coming further; null at its end, and when the signal was aborted. */
  readonly trouble: StoreTrouble | null
}

/** @returns the simulation at its end, every event of it told of; earlier when it stands still or the signal is aborted @throws UserError for what cannot be sent */
export async function sendAndFollow(
  { api, watch }: Client,
  request: SimulationRequest,
  { onStart, onEvents, signal }: Following,
): Promise<Followed> {
  const stirring = openStirring()
  const early: SimulatedEvent[] = []
  let id: number | null = null
  let movedAt = performance.now()
  let trouble: StoreTrouble | null = null
  const watching = await watch(changes => {
    const events = changes.flatMap(change => (change.kind === 'simulated' ? [change.event] : []))
    if (events.length === 0) return
    movedAt = performance.now()
    if (id === null) early.push(...events)
    else onEvents(events.filter(event => event.simulation === id))
    stirring.stir()
  })
  try {
    const { simulation } = await answerOf(api.simulations.$post({ json: request }))
    id = simulation.id
    onStart(simulation)
    onEvents(early.filter(event => event.simulation === id))
    const one = api.simulations[':id']
    const param = { id: `${id}` }
    let now: Simulation = simulation
    while (now.state === 'running' && !signal.aborted && trouble === null) {
      await stirring.next(signal)
      if (signal.aborted) break
      try {
        now = (await answerOf(one.$get({ param }))).simulation
        const isStill = now.state === 'running' && performance.now() - movedAt > stuckMs
        const found = isStill ? (await answerOf(api.status.$get())).trouble : null
        if (found !== null && standing.has(found.code)) trouble = found
        else if (isStill) movedAt = performance.now()
      } catch (error) {
        // The call was ended, as the person asked; how far it came before is still worth telling.
        if (!signal.aborted) throw error
      }
    }
    // The last changes may still be on their way here.
    for (let after: number | undefined; !signal.aborted; ) {
      const query = after === undefined ? {} : { after: `${after}` }
      const { events } = await answerOf(one.events.$get({ param, query }))
      if (events.length === 0) break
      onEvents(events)
      after = events.at(-1)?.id ?? 0
    }
    return { simulation: now, trouble }
  } finally {
    watching.close()
  }
}

/** Sends a simulation, and follows it to its end. */
import type { SimulatedEvent, Simulation, SimulationRequest } from '../../core/simulate/simulation.ts'
import { answerOf, type Client } from '../client.ts'

/** How often a simulation is looked at while its events are silent, milliseconds. */
const lookMs = 1000

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

/** @returns the simulation at its end, every event of it told of; earlier when the signal is aborted @throws UserError for what cannot be sent */
export async function sendAndFollow(
  { api, watch }: Client,
  request: SimulationRequest,
  { onStart, onEvents, signal }: Following,
): Promise<Simulation> {
  const stirring = openStirring()
  const early: SimulatedEvent[] = []
  let id: number | null = null
  const watching = await watch(changes => {
    const events = changes.flatMap(change => (change.kind === 'simulated' ? [change.event] : []))
    if (events.length === 0) return
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
    while (now.state === 'running' && !signal.aborted) {
      await stirring.next(signal)
      if (signal.aborted) break
      try {
        now = (await answerOf(one.$get({ param }))).simulation
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
    return now
  } finally {
    watching.close()
  }
}

/** Following a simulation to its end. */
import type { SimulatedEvent, Simulation } from '../../core/simulation.ts'

/** How often a simulation is looked at while its events are silent, milliseconds. */
const lookMs = 1000

/** Wakes whoever waits; what stirs while nobody waits is not lost. */
export interface Stirring {
  stir(): void
  /** Resolves at the next `stir` since the last call, after a second, or when `signal` is aborted. */
  next(signal: AbortSignal): Promise<void>
}

export function openStirring(): Stirring {
  let stirred = false
  let wake: (() => void) | null = null
  return {
    stir() {
      stirred = true
      wake?.()
    },
    async next(signal) {
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

export interface Followed {
  /** The simulation as it stands. */
  look(): Promise<Simulation>
  /** Its events after the one with this id, oldest first; none at the end. */
  page(after: number | null): Promise<readonly SimulatedEvent[]>
  /** Stirred when the simulation may have come further. */
  readonly stirring: Stirring
  readonly signal: AbortSignal
  onEvents(events: readonly SimulatedEvent[]): void
}

/** @returns the simulation at its end, every event of it told of; earlier when the signal is aborted */
export async function follow(
  start: Simulation,
  { look, page, stirring, signal, onEvents }: Followed,
): Promise<Simulation> {
  let now = start
  while (now.state === 'running' && !signal.aborted) {
    await stirring.next(signal)
    if (signal.aborted) break
    try {
      now = await look()
    } catch (error) {
      // The call was ended, as the person asked; how far it came before is still worth telling.
      if (!signal.aborted) throw error
    }
  }
  if (signal.aborted) return now
  // The last changes may still be on their way here.
  for (let events = await page(null); events.length > 0; events = await page(events.at(-1)?.id ?? 0)) onEvents(events)
  return now
}

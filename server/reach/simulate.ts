/** How the shell gets at the simulated gateway: through the listener that has the database open, else by itself. */
import type { HookView } from '../../core/hook.ts'
import type { Status } from '../../core/messages.ts'
import type { Sample, SimulatedEvent, Simulation, SimulationPreview, SimulationRequest } from '../../core/simulation.ts'

/** A hook, as far as a command line names it. */
export type KnownHook = Pick<HookView, 'id' | 'label' | 'events' | 'customUrl'>

export interface SimulateReach {
  /** Says which way it is, for people. */
  readonly way: string
  /** Who goes on with what still waits when the command ends: the listener, whoever opens the database next, or nobody. */
  readonly goesOn: 'listener' | 'database' | 'nobody'
  hooks(): Promise<readonly KnownHook[]>
  /** Of the hookscope that is listening; null when none is. */
  status(): Promise<Status | null>
  samples(): Promise<readonly Sample[]>
  /** @throws UserError for a name that cannot be, and for a delivery that is not there or has no JSON body */
  saveSample(delivery: number, name: string): Promise<Sample>
  /** @returns whether it was there */
  removeSample(name: string): Promise<boolean>
  /** What would be sent, credentials included. @throws UserError for what cannot be sent */
  preview(request: SimulationRequest): Promise<SimulationPreview>
  /**
   * Sends it and waits until nothing of it waits any more, or until the reach's signal is aborted.
   * @param onStart called with the simulation as soon as it is known
   * @param onEvents called with each event whenever it has come further
   * @returns the simulation as it stands at the end
   * @throws UserError for what cannot be sent
   */
  run(
    request: SimulationRequest,
    onStart: (simulation: Simulation) => void,
    onEvents: (events: readonly SimulatedEvent[]) => void,
  ): Promise<Simulation>
  /** The next one first; at most 1,000. */
  pending(): Promise<readonly SimulatedEvent[]>
  /** Tries these now. @returns how many of them waited */
  hurry(events: readonly number[] | 'all'): Promise<number>
  /** Ends these. @returns how many of them waited */
  cancel(events: readonly number[] | 'all'): Promise<number>
  close(): Promise<void>
}

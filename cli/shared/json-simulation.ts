/** The lines of `--json` about what was triggered. */

import type { SimulatedAttempt, SimulatedEvent, Simulation } from '../../core/simulate/simulation.ts'
import { pick } from './pick.ts'

const eventFields = [
  'simulation',
  'hook',
  'target',
  'eventId',
  'eventType',
  'state',
  'next',
] as const satisfies readonly (keyof SimulatedEvent)[]

/** An attempt of a simulated event has ended, at its last station. `event` is the simulated event's id; fields of the event stand beside those of the attempt. */
export interface SimulatedLine extends Pick<SimulatedEvent, (typeof eventFields)[number]>, SimulatedAttempt {
  readonly kind: 'try'
  /** Whether it had an X-Signature, be it a wrong one. */
  readonly signed: boolean
}

/** What was asked for has ended, or nobody watches it any more. `seed` makes the same events again. */
export interface SimulationLine extends Omit<Simulation, 'startedAt' | 'asked'> {
  readonly kind: 'simulation'
  readonly seed: number
}

export const simulatedLine = (event: SimulatedEvent, ended: SimulatedAttempt, signed: boolean): SimulatedLine => ({
  kind: 'try',
  ...ended,
  ...pick(event, eventFields),
  signed,
})

export function simulationLine(simulation: Simulation, seed: number): SimulationLine {
  const { id, title, events, delivered, failed, cancelled, state, unsubscribed } = simulation
  return { kind: 'simulation', id, title, seed, events, delivered, failed, cancelled, state, unsubscribed }
}

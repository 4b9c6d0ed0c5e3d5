/** Refuses a simulation with a fault that can have no effect, before anything is sent. */
import type { BuiltEvent } from '../../core/events/generator/event-builder.ts'
import { faultProblem } from '../../core/simulate/fault-effects.ts'
import type { SimulationRequest } from '../../core/simulate/simulation.ts'
import { faultWithoutEffect, usageError } from '../lib/errors.ts'
import type { Addressing } from './recipients.ts'

/**
 * @param events those of one round
 * @throws UserError for a fault that can have no effect on any of them
 */
export function checkFaults(
  { weather: faults, count }: Pick<SimulationRequest, 'weather' | 'count'>,
  events: readonly BuiltEvent[],
  addressing: Addressing,
): void {
  const sent = events.filter(({ type }) => addressing.of(type).length > 0)
  const recipients = sent.flatMap(({ type }) => addressing.of(type))
  if (recipients.length === 0) return
  const problem = faultProblem(faults, {
    recipients: recipients.map(({ secrets: { key, authentication } }) => ({
      isSigned: key !== null,
      isAuthenticated: authentication.kind === 'basic',
    })),
    events: sent.length * count,
    bytes: Math.max(...sent.map(({ body }) => Buffer.byteLength(body))),
  })
  if (problem === null) return
  throw usageError(problem.message, problem.hint, { code: faultWithoutEffect })
}

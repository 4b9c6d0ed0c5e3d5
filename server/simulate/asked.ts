/** What a simulation was asked for: what is kept of it, and why nobody gets it. */
import type { BuiltEvent } from '../../core/events/generator/event-builder.ts'
import type { AskedSimulation, SimulationRequest } from '../../core/simulate/simulation.ts'
import { type UserError, usageError } from '../lib/errors.ts'

/** Longest items, as JSON, that are kept with a simulation. */
const longestItems = 65_536

/** The first so many; the others are not made. */
export function firsts(events: Iterable<BuiltEvent>, count: number): BuiltEvent[] {
  const found: BuiltEvent[] = []
  for (const event of events) {
    if (found.length >= count) break
    found.push(event)
  }
  return found
}

/** What is kept of a request, and told of. */
export function withoutSecrets({ items, recipients, ...how }: SimulationRequest): AskedSimulation {
  return {
    ...how,
    items: JSON.stringify(items).length > longestItems ? null : items,
    recipients:
      recipients.kind === 'target'
        ? {
            kind: 'target',
            url: recipients.url,
            authentication: recipients.authentication.kind,
            signature: recipients.key?.kind ?? 'none',
            hook: recipients.hook,
          }
        : recipients,
  }
}

export function nobodySubscribed(events: readonly BuiltEvent[]): UserError {
  const types = [...new Set(events.map(({ eventType }) => eventType ?? 'a body without an event type'))]
  return usageError(
    `No hook is subscribed to ${types.slice(0, 3).join(', ')}${types.length > 3 ? ` and ${types.length - 3} more` : ''}.`,
    'Change a hook’s Events, or send to one hook or a URL instead.',
  )
}

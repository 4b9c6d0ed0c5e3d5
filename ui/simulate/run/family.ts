import { type Family, findEvent } from '../../../core/events/catalogue.ts'
import type { SimulatedEvent } from '../../../core/simulate/simulation.ts'

/** The family of a simulated event; null for a type that the catalogue does not have. */
export const familyOf = ({ eventType }: Pick<SimulatedEvent, 'eventType'>): Family | null =>
  findEvent(eventType ?? '')?.family ?? null

/** A simulation's request in the types of the API's client, which knows no readonly. */
import type { SimulationRequest } from '../../core/simulation.ts'

/** The same request. */
export function wireOf({ items, recipients, ...how }: SimulationRequest) {
  return {
    ...how,
    items: items.map(({ set, unset, ...item }) => ({
      ...item,
      ...(set ? { set: set.map(field => ({ ...field })) } : {}),
      ...(unset ? { unset: [...unset] } : {}),
    })),
    recipients,
    weather: { ...how.weather },
  }
}

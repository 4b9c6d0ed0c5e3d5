/** A simulation's request in the types of the API's client, which knows no readonly. */
import type { SimulationItem, SimulationRequest } from '../../core/simulation.ts'

const changes = ({ set, unset }: Pick<SimulationItem, 'set' | 'unset'>) => ({
  ...(set ? { set: set.map(field => ({ ...field })) } : {}),
  ...(unset ? { unset: [...unset] } : {}),
})

/** The same request. */
export function wireOf({ items, recipients, ...how }: SimulationRequest) {
  return {
    ...how,
    items: items.map(({ set, unset, ...item }) => ({
      ...(item.kind === 'journey'
        ? { ...item, steps: item.steps?.map(({ step, ...of }) => ({ step, ...changes(of) })) }
        : item),
      ...changes({ set, unset }),
    })),
    recipients,
    weather: { ...how.weather },
  }
}

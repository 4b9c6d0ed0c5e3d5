/** Changes of many waiting events, a part at a time: a hundred thousand in one go would keep everybody else waiting. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SimulationStore } from '../store/simulations.ts'

/** Which events are meant: these, all that are unsettled, or all of one simulation. */
export type ChosenEvents = readonly number[] | 'all' | { readonly simulation: number }

/** Events of one part: a few milliseconds of work. */
const sliceEvents = 250

/**
 * @param work changes one part @returns how many it changed
 * @returns how many were changed in all
 */
export async function inSlices(
  simulations: SimulationStore,
  chosen: ChosenEvents,
  work: (events: readonly number[]) => Promise<number>,
): Promise<number> {
  const ids = chosen === 'all' || 'simulation' in chosen ? await simulations.unsettled(chosen) : chosen
  let changed = 0
  for (let from = 0; from < ids.length; from += sliceEvents) {
    if (from > 0) await nextTurn()
    changed += await work(ids.slice(from, from + sliceEvents))
  }
  return changed
}

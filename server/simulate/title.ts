/** What a simulation sends, in a few words. */
import type { SimulationItem } from '../../core/simulate/simulation.ts'
import { clip, printable, withCommas } from '../../core/text/text.ts'

/** Kinds of items that are named; more are counted. */
const named = 2

function nameOf(item: SimulationItem): string {
  switch (item.kind) {
    case 'event':
      return item.type
    case 'journey':
      return `scenario ${item.name}`
    case 'sample':
      return `sample ${item.name}`
    case 'body':
      return 'a body of your own'
  }
}

/** “3 × transaction.sale.success”, “scenario card-sale, ach.settled and 2 more”. */
export function simulationTitle(items: readonly SimulationItem[], count: number): string {
  const times = new Map<string, number>()
  for (const item of items) times.set(nameOf(item), (times.get(nameOf(item)) ?? 0) + count)
  const parts = [...times].map(([name, n]) => clip(printable(n === 1 ? name : `${withCommas(n)} × ${name}`), 100))
  const more = parts.length - named
  return more > 0 ? `${parts.slice(0, named).join(', ')} and ${more} more` : parts.join(' and ')
}

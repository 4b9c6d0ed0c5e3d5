/** Questions that the counters answer: how many deliveries are in one state, and how many were in each minute. */
import type { VerdictKind } from '../../../core/deliveries/delivery.ts'
import type { Condition, Query } from '../../../core/search/query.ts'
import type { CounterRow, Tally } from './finder.ts'

/** The one condition of a query; undefined where there is more to it, null where there is none at all. */
function onlyCondition({ terms: [term, ...others] }: Query): Condition | null | undefined {
  if (term === undefined) return null
  return others.length === 0 && !term.negated && term.anyOf.length === 1 ? term.anyOf[0] : undefined
}

function verdictOf(condition: Condition): VerdictKind | null {
  if (condition.field === 'verdict') return condition.verdict
  if (condition.field !== 'is') return null
  const { state } = condition
  return state === 'verified' || state === 'rejected' || state === 'unchecked' ? state : null
}

/** The counter that has what a query would count; null where there is none. */
export function counterOf(query: Query): Pick<CounterRow, 'facet' | 'name'> | null {
  const condition = onlyCondition(query)
  if (condition === undefined) return null
  const one = (facet: string, name = '') => ({ facet, name })
  if (condition === null) return one('total')
  const verdict = verdictOf(condition)
  if (verdict !== null) return one('verdict', verdict)
  if (condition.field !== 'is') return null
  switch (condition.state) {
    case 'retry':
    case 'duplicate':
      return one('duplicates')
    case 'unknown':
    case 'failed':
    case 'pinned':
      return one(condition.state)
    default:
      return null
  }
}

/** What of the minutes a query would count; null where they do not tell. */
export function minutesOf(query: Query): Tally | null {
  const condition = onlyCondition(query)
  if (condition === undefined) return null
  if (condition === null) return { verdict: null, of: 'all' }
  if (condition.field === 'is' && condition.state === 'failed') return { verdict: null, of: 'failed' }
  const verdict = verdictOf(condition)
  return verdict && { verdict, of: 'all' }
}

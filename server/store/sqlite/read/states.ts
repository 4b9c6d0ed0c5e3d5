/** Which conditions are about deliveries in a state that few are in: an index lists those by id. */
import type { Condition, Query, State } from '../../../../core/search/query.ts'
import { stateIndexes } from '../schema/states.ts'
import { type Sql, type SqlValue, sql } from './sql.ts'
import { typesLike } from './types-like.ts'

type Index = keyof typeof stateIndexes

const byState: Partial<Record<State, Index>> = {
  rejected: 'delivery_is_rejected',
  retry: 'delivery_is_repeated',
  duplicate: 'delivery_is_repeated',
  unknown: 'delivery_is_unknown',
  unrouted: 'delivery_is_unrouted',
  unsubscribed: 'delivery_is_noted',
  test: 'delivery_is_noted',
  noted: 'delivery_is_noted',
  failed: 'delivery_is_failed',
  pinned: 'delivery_is_pinned',
}

/** The index that lists every delivery which a condition fits, and others beside them; null when none does. */
function indexOf(condition: Condition): Index | null {
  switch (condition.field) {
    case 'is':
      return byState[condition.state] ?? null
    case 'verdict':
      return condition.verdict === 'rejected' ? 'delivery_is_rejected' : null
    case 'reason':
      return 'delivery_is_rejected'
    case 'note':
      return 'delivery_is_noted'
    case 'status':
      return condition.from > 299 || condition.to < 200 ? 'delivery_is_failed' : null
    case 'outcome':
      return condition.outcome === 'pending' ? null : 'delivery_is_failed'
    case 'type':
      return typesLike(condition.pattern).length === 0 ? 'delivery_is_unknown' : null
    default:
      return null
  }
}

const idsOf = (index: Index, more: string) =>
  `SELECT id FROM delivery INDEXED BY ${index} WHERE ${stateIndexes[index]} AND removed_at IS NULL ${more}`

/** At most @most ids of an index. */
export function lookupState(condition: Condition): Sql | null {
  const index = indexOf(condition)
  return index && sql(idsOf(index, 'LIMIT @most'))
}

/** How to go from delivery to delivery of those that may match, newest first. */
export interface Walk {
  /** Bound by both, in place of what is named. */
  readonly values: readonly SqlValue[]
  /** The id to begin a window at that ends with @to, @from at the smallest, and holds @most of them; null where none is left. */
  readonly start: string
  /** The ids between @from and @to. */
  readonly ids: string
}

/** The walk that meets everything a query matches, where one of its terms is about such states alone; null otherwise. */
export function stateWalk({ terms }: Query): Walk | null {
  for (const { negated, anyOf } of terms) {
    const indexes = [...new Set(anyOf.map(indexOf))]
    if (negated || indexes.includes(null)) continue
    const each = (more: string) =>
      indexes.flatMap(index => (index === null ? [] : [`SELECT id FROM (${idsOf(index, more)})`])).join(' UNION ')
    const between = 'AND id BETWEEN @from AND @to'
    return {
      values: [],
      start: `SELECT min(id) AS start FROM (SELECT id FROM (${each(`${between} ORDER BY id DESC LIMIT @most`)})
        ORDER BY id DESC LIMIT @most)`,
      ids: each(between),
    }
  }
  return null
}

/** Which conditions are about deliveries in a state that few are in: an index lists those by id. */
import type { Condition, Query } from '../../../../core/search/query.ts'
import { fewOf } from '../../search/states.ts'
import { stateIndexes } from '../schema/states.ts'
import { type Sql, type SqlValue, sql } from './sql.ts'

type Index = keyof typeof stateIndexes

/** The index that lists every delivery which a condition fits, and others beside them; null when none does. */
function indexOf(condition: Condition): Index | null {
  const state = fewOf(condition)
  return state && `delivery_is_${state}`
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

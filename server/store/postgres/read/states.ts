/** Deliveries in a state that few are in: an index lists those by id, to who asks in its own words. */
import { unroutedHook } from '../../../../core/hooks/hook.ts'
import type { Query } from '../../../../core/search/query.ts'
import { type FewState, fewOf } from '../../search/states.ts'
import { anyOf, joined, ours, type Sql, sql } from './sql.ts'

/** What stands in the `WHERE` of the indexes, see schema/first.ts. */
export const few: Readonly<Record<FewState, Sql>> = {
  rejected: sql`d.verdict = 'rejected'`,
  failed: sql`d.failed = 1`,
  unknown: sql`d.unknown = 1`,
  pinned: sql`d.pinned = 1`,
  repeated: sql`d.repeat = 1`,
  unrouted: sql`d.hook = ${ours(`'${unroutedHook}'`)}`,
  noted: sql`d.notes <> '[]'`,
}

/** The states that hold everything a query matches, where one of its terms is about such states alone; null otherwise. */
export function statesOf({ terms }: Query): readonly FewState[] | null {
  for (const { negated, anyOf: conditions } of terms) {
    const states = [...new Set(conditions.map(fewOf))]
    if (!negated && !states.includes(null)) return states.flatMap(state => state ?? [])
  }
  return null
}

/** They are looked at in windows that hold as many of these as others hold of all. */
export const inStates = (states: readonly FewState[]): Sql =>
  sql`(${anyOf(states.map(state => few[state]))}) AND d.removed_at IS NULL`

/** The id to begin a window at that ends with `to` and holds so many. */
export function startOfStates(states: readonly FewState[], from: number, to: number, width: number): Sql {
  const each = states.map(
    state => sql`SELECT id FROM (SELECT d.id FROM delivery d WHERE ${few[state]} AND d.removed_at IS NULL
      AND d.id BETWEEN ${from}::bigint AND ${to}::bigint ORDER BY d.id DESC LIMIT ${width}::bigint) few`,
  )
  return sql`SELECT min(id) AS start FROM (${joined(each, ' UNION ')} ORDER BY id DESC LIMIT ${width}::bigint) found`
}

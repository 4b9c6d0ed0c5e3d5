/** Deliveries in a state that few are in: an index lists those by id, to who asks in its own words. */
import type { Note } from '../../../../core/deliveries/delivery.ts'
import { unroutedHook } from '../../../../core/hooks/hook.ts'
import type { Condition, Query, State } from '../../../../core/search/query.ts'
import { type FewState, fewOf } from '../../search/states.ts'
import { anyOf, joined, ours, type Sql, sql } from './sql.ts'

/** Of deliveries that have a note, those with some notes are listed by themselves. */
type Listed = FewState | 'test' | 'unsubscribed'

/** What stands in the `WHERE` of the indexes, see schema/first.ts and schema/notes.ts. */
export const few: Readonly<Record<Listed, Sql>> = {
  rejected: sql`d.verdict = 'rejected'`,
  failed: sql`d.failed = 1`,
  unknown: sql`d.unknown = 1`,
  pinned: sql`d.pinned = 1`,
  repeated: sql`d.repeat = 1`,
  unrouted: sql`d.hook = ${ours(`'${unroutedHook}'`)}`,
  noted: sql`d.notes <> '[]'`,
  test: sql`strpos(d.notes, '"test"') > 0`,
  unsubscribed: sql`strpos(d.notes, '"event-not-subscribed"') > 0`,
}

/** The state of every delivery which a condition fits, and of others beside them; null when there is none such. */
export function stateOf(condition: Condition): Listed | null {
  const isAbout = (note: Note, state: State) =>
    (condition.field === 'is' && condition.state === state) || (condition.field === 'note' && condition.note === note)
  if (isAbout('test', 'test')) return 'test'
  return isAbout('event-not-subscribed', 'unsubscribed') ? 'unsubscribed' : fewOf(condition)
}

/** The states that hold everything a query matches, where one of its terms is about such states alone; null otherwise. */
export function statesOf({ terms }: Query): readonly Listed[] | null {
  for (const { negated, anyOf: conditions } of terms) {
    const states = [...new Set(conditions.map(stateOf))]
    if (!negated && !states.includes(null)) return states.flatMap(state => state ?? [])
  }
  return null
}

/** They are looked at in windows that hold as many of these as others hold of all. */
export const inStates = (states: readonly Listed[]): Sql =>
  sql`(${anyOf(states.map(state => few[state]))}) AND d.removed_at IS NULL`

/** The id to begin a window at that ends with `to` and holds so many. */
export function startOfStates(states: readonly Listed[], from: number, to: number, width: number): Sql {
  const each = states.map(
    state => sql`SELECT id FROM (SELECT d.id FROM delivery d WHERE ${few[state]} AND d.removed_at IS NULL
      AND d.id BETWEEN ${from}::bigint AND ${to}::bigint ORDER BY d.id DESC LIMIT ${width}::bigint) few`,
  )
  return sql`SELECT min(id) AS start FROM (${joined(each, ' UNION ')} ORDER BY id DESC LIMIT ${width}::bigint) found`
}

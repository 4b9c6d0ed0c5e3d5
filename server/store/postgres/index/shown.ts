/** Of the deliveries of one event and lane, the list shows one: the newest that is kept. */
import type { EventKey } from '../../edits.ts'
import type { Queries } from '../connection.ts'

/**
 * Who changes how deliveries are grouped goes one after the other, over all processes: first in the transaction, before any
 * row is changed.
 */
export async function lockGrouping(tx: Queries): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(hashtextextended('hookscope grouping', 0))`
}

/** Shows the newest kept delivery of each lane of these events, and none beside it. @returns the ids that changed */
export async function refreshShown(tx: Queries, events: readonly EventKey[]): Promise<number[]> {
  if (events.length === 0) return []
  const rows = await tx<{ id: number }[]>`
    WITH event AS MATERIALIZED (
      SELECT DISTINCT hook, event_id
      FROM unnest(${events.map(({ hook }) => hook)}::text[], ${events.map(({ eventId }) => eventId)}::text[]) AS e (hook, event_id)),
    lane AS MATERIALIZED (
      SELECT e.hook, e.event_id, l.rejected, coalesce((
        SELECT max(d.id) FROM delivery d WHERE d.event_id = e.event_id AND d.hook = e.hook
          AND d.rejected = l.rejected AND d.removed_at IS NULL), 0) AS newest
      FROM event e CROSS JOIN (VALUES (0::smallint), (1::smallint)) AS l (rejected))
    UPDATE delivery d SET superseded = 1 - d.superseded FROM lane l
    WHERE d.event_id = l.event_id AND d.hook = l.hook AND d.rejected = l.rejected
      AND d.superseded <> CASE WHEN d.id < l.newest THEN 1 ELSE 0 END
    RETURNING d.id`
  return rows.map(({ id }) => id)
}

/** As the index compares: "C" is the collation of the columns, and a text that is handed in has none of its own. */
export const eventsOf = (rows: readonly { readonly hook: string; readonly event_id: string | null }[]): EventKey[] => [
  ...new Map(
    rows.flatMap(({ hook, event_id: eventId }) =>
      eventId === null ? [] : [[JSON.stringify([hook, eventId]), { hook, eventId }] as const],
    ),
  ).values(),
]

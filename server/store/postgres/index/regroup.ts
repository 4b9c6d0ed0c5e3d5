/** Finds the places of an event's deliveries anew, after a verdict changed or one came late. */
import type { EventKey } from '../../edits.ts'
import { beginning, type EventPoint, type Member, moved, walk } from '../../grouping.ts'
import type { Queries } from '../connection.ts'
import { refreshShown } from './shown.ts'

/** Deliveries of an event in one go: it has 36 tries, more only when a stranger repeats it. */
export const mostAtOnce = 200
/** Deliveries of one step. */
const pageRows = 100

/**
 * Those of these pairs whose bodies are the same, by the second one.
 * @param added when those were received that are not in the list yet, by their ids
 */
export async function sameBodies(
  tx: Queries,
  pairs: readonly { readonly id: number; readonly first: number }[],
  added: ReadonlyMap<number, number> = new Map(),
): Promise<ReadonlySet<number>> {
  if (pairs.length === 0) return new Set()
  const ids = [...new Set(pairs.flatMap(({ id, first }) => [id, first]))]
  const listed = await tx<{ at: number }[]>`SELECT received_at AS at FROM delivery WHERE id = ANY(${ids}::bigint[])`
  const times = [...listed.map(({ at }) => at), ...ids.flatMap(id => added.get(id) ?? [])]
  // By both, so that the tables of other days are not looked at.
  const rows = await tx<{ id: number }[]>`
    WITH came AS (SELECT id, body FROM arrival
      WHERE id = ANY(${ids}::bigint[]) AND received_at = ANY(${[...new Set(times)]}::bigint[]))
    SELECT p.id FROM unnest(${pairs.map(({ id }) => id)}::bigint[], ${pairs.map(({ first }) => first)}::bigint[]) AS p (id, first)
    JOIN came one ON one.id = p.first JOIN came two ON two.id = p.id WHERE one.body = two.body`
  return new Set(rows.map(({ id }) => id))
}

/** A step. @returns the ids that changed; where it goes on: null when all have their places and each lane shows its newest */
export async function regroupStep(
  tx: Queries,
  { hook, eventId }: EventKey,
  from: EventPoint | null,
): Promise<{ changed: number[]; next: EventPoint | null }> {
  const at = from ?? beginning
  const members = await tx<Member[]>`
    SELECT id, rejected, notes, tries, retry_of FROM delivery
    WHERE event_id = ${eventId} AND hook = ${hook} AND id > ${at.after} ORDER BY id LIMIT ${pageRows}`
  const { proper, next } = walk(at, members)
  const same = await sameBodies(
    tx,
    proper.flatMap(({ member: { id }, comparedTo: first }) => (first === null ? [] : [{ id, first }])),
  )
  const moves = proper.flatMap(one => moved(one, same.has(one.member.id)) ?? [])
  if (moves.length > 0)
    await tx`
      UPDATE delivery d SET retry_of = m.retry_of, tries = m.tries, notes = m.notes, repeat = m.repeat
      FROM unnest(${moves.map(({ id }) => id)}::bigint[], ${moves.map(({ retryOf }) => retryOf)}::bigint[],
        ${moves.map(({ tries }) => tries)}::integer[], ${moves.map(({ notes }) => JSON.stringify(notes))}::text[],
        ${moves.map(({ repeat }) => repeat)}::smallint[]) AS m (id, retry_of, tries, notes, repeat)
      WHERE d.id = m.id`
  const changed = moves.map(({ id }) => id)
  if (members.length === pageRows) return { changed, next }
  return { changed: [...changed, ...(await refreshShown(tx, [{ hook, eventId }]))], next: null }
}

/** All steps, where one go is enough. @returns the ids that changed; null where there are too many deliveries */
export async function regroupNow(tx: Queries, event: EventKey): Promise<number[] | null> {
  const [{ n } = { n: 0 }] = await tx<{ n: number }[]>`
    SELECT count(*) AS n FROM (SELECT 1 FROM delivery WHERE event_id = ${event.eventId} AND hook = ${event.hook}
      LIMIT ${mostAtOnce}) AS s`
  if (n >= mostAtOnce) return null
  const all: number[] = []
  for (let at: EventPoint | null = null; ; ) {
    const { changed, next }: Awaited<ReturnType<typeof regroupStep>> = await regroupStep(tx, event, at)
    all.push(...changed)
    if (next === null) return all
    at = next
  }
}

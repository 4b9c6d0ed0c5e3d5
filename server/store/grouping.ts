/**
 * Which deliveries are tries of one event: the same hook and event_id. A stranger may post a known event_id, so
 * rejected deliveries form a lane of their own: they are noted as seen before, but never supersede, count towards or
 * stand first before a genuine one.
 */
import type { Database } from 'better-sqlite3'
import type { Note, Verdict } from '../../core/delivery.ts'

/** What a new delivery is within its event. */
export interface Place {
  readonly retryOf: number | null
  readonly tries: number
  readonly note: Note | null
  /** The delivery of the same lane that this one supersedes. */
  readonly supersedes: number | null
}

export const alone: Place = { retryOf: null, tries: 1, note: null, supersedes: null }

export interface Grouping {
  /** Finds the place of a delivery among those with smaller ids. */
  place(id: number, hook: string, eventId: string, rejected: boolean): Place
  /** Makes the newest kept delivery of each lane of an event the one that is shown. @returns the ids that changed */
  refresh(hook: string, eventId: string): number[]
  /** Finds the places of an event's deliveries anew, after a verdict changed. @returns the ids that changed */
  recount(hook: string, eventId: string): number[]
}

interface Member {
  readonly id: number
  readonly tries: number
  readonly retry_of: number | null
}

export const isRejected = (verdict: Verdict) => verdict.kind === 'rejected'

export function createGrouping(db: Database): Grouping {
  const member = (order: 'ASC' | 'DESC') =>
    db.prepare<[string, string, number, number], Member>(`SELECT id, tries, retry_of FROM delivery
      WHERE event_id = ? AND hook = ? AND rejected = ? AND id < ? ORDER BY id ${order} LIMIT 1`)
  const oldest = member('ASC')
  const newest = member('DESC')
  const sameBody = db
    .prepare<[number, number], number>(
      'SELECT one.body = two.body FROM arrival one, arrival two WHERE one.id = ? AND two.id = ?',
    )
    .pluck()
  const refreshLane = db
    .prepare<{ hook: string; event: string; rejected: number }, number>(`
      UPDATE delivery SET superseded = 1 - superseded
      WHERE event_id = @event AND hook = @hook AND rejected = @rejected AND superseded <> (id < coalesce((
        SELECT max(id) FROM delivery
        WHERE event_id = @event AND hook = @hook AND rejected = @rejected AND removed_at IS NULL), 0))
      RETURNING id`)
    .pluck()

  const members = db.prepare<[string, string], { id: number; rejected: number; notes: string }>(
    'SELECT id, rejected, notes FROM delivery WHERE event_id = ? AND hook = ? ORDER BY id',
  )
  const replace = db.prepare<{ id: number; retryOf: number | null; tries: number; notes: string; repeat: number }>(`
    UPDATE delivery SET retry_of = @retryOf, tries = @tries, notes = @notes, repeat = @repeat
    WHERE id = @id AND (retry_of IS NOT @retryOf OR tries <> @tries OR notes <> @notes)`)

  const grouping: Grouping = {
    place(id, hook, eventId, rejected) {
      const lane = rejected ? 1 : 0
      const before = newest.get(eventId, hook, lane, id)
      // Genuine ones are compared with genuine ones only; a rejected one with the genuine one it repeats, if any.
      const first = oldest.get(eventId, hook, 0, id) ?? (rejected ? oldest.get(eventId, hook, 1, id) : undefined)
      if (!first) return alone
      return {
        // The first may have been dropped by now: its tries still name it.
        retryOf: first.retry_of ?? first.id,
        tries: (before?.tries ?? 0) + 1,
        note: sameBody.get(first.id, id) === 1 ? 'retry' : 'retry-changed',
        supersedes: before?.id ?? null,
      }
    },
    refresh: (hook, event) => [0, 1].flatMap(rejected => refreshLane.all({ hook, event, rejected })),
    recount(hook, eventId) {
      const changed = new Set<number>()
      // In id order: the place of each rests on those before it.
      for (const { id, rejected, notes } of members.all(eventId, hook)) {
        const { retryOf, tries, note } = grouping.place(id, hook, eventId, rejected === 1)
        const others = (JSON.parse(notes) as Note[]).filter(one => one !== 'retry' && one !== 'retry-changed')
        const all = JSON.stringify(note ? [...others, note] : others)
        if (replace.run({ id, retryOf, tries, notes: all, repeat: note ? 1 : 0 }).changes > 0) changed.add(id)
      }
      for (const id of grouping.refresh(hook, eventId)) changed.add(id)
      return [...changed]
    },
  }
  return grouping
}

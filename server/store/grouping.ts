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
  /**
   * Finds the places of an event's deliveries anew, after a verdict changed.
   * @returns the ids that changed; null where the deliveries are too many for one go, and `walk` is for them
   */
  recount(hook: string, eventId: string): number[] | null
  /** The same, a bounded number of deliveries at a time, oldest first. @param from where the last walk ended; null to begin */
  walk(hook: string, eventId: string, from: Waypoint | null): Walked
}

/** How far the deliveries of an event have found their places. */
export interface Waypoint {
  /** The id of the last one. */
  readonly after: number
  readonly genuine: Lane
  readonly rejected: Lane
}

export interface Walked {
  /** The ids that changed. */
  readonly changed: number[]
  /** null: all have their places. */
  readonly next: Waypoint | null
}

/** Deliveries that find their places anew in one go: an event has 36 tries, more only when a stranger repeats it. */
const mostAtOnce = 200

interface Member {
  readonly id: number
  readonly tries: number
  readonly retry_of: number | null
}

/** A delivery as it is placed now. */
interface MemberRow extends Member {
  readonly rejected: number
  readonly notes: string
  readonly repeat: number
}

/** One lane, as far as it was walked. */
interface Lane {
  readonly first: number | null
  readonly tries: number
}

const empty: Lane = { first: null, tries: 0 }

const isRetryNote = (note: Note) => note === 'retry' || note === 'retry-changed'

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
  const noteOf = (first: number, id: number): Note => (sameBody.get(first, id) === 1 ? 'retry' : 'retry-changed')
  const refreshLane = db
    .prepare<{ hook: string; event: string; rejected: number }, number>(`
      UPDATE delivery SET superseded = 1 - superseded
      WHERE event_id = @event AND hook = @hook AND rejected = @rejected AND superseded <> (id < coalesce((
        SELECT max(id) FROM delivery
        WHERE event_id = @event AND hook = @hook AND rejected = @rejected AND removed_at IS NULL), 0))
      RETURNING id`)
    .pluck()

  const count = db
    .prepare<[string, string, number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM delivery WHERE event_id = ? AND hook = ? LIMIT ?)',
    )
    .pluck()
  // Lane by lane, because the index has them so: none is sorted for the sake of a few.
  const lane = (rejected: 0 | 1) => `SELECT * FROM (
    SELECT id, rejected, notes, tries, retry_of, repeat FROM delivery
    WHERE event_id = @event AND hook = @hook AND rejected = ${rejected} AND id > @after ORDER BY id LIMIT ${mostAtOnce})`
  const members = db.prepare<{ event: string; hook: string; after: number }, MemberRow>(
    `${lane(0)} UNION ALL ${lane(1)} ORDER BY id LIMIT ${mostAtOnce}`,
  )
  const replace = db.prepare('UPDATE delivery SET retry_of = ?, tries = ?, notes = ? WHERE id = ?')
  // By itself, because the totals are counted anew with each update that names it.
  const setRepeat = db.prepare('UPDATE delivery SET repeat = ? WHERE id = ?')

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
        note: noteOf(first.id, id),
        supersedes: before?.id ?? null,
      }
    },
    refresh: (hook, event) => [0, 1].flatMap(rejected => refreshLane.all({ hook, event, rejected })),
    recount(hook, eventId) {
      const isMany = (count.get(eventId, hook, mostAtOnce) ?? 0) >= mostAtOnce
      return isMany ? null : grouping.walk(hook, eventId, null).changed
    },
    walk(hook, eventId, from) {
      const changed = new Set<number>()
      let { after, genuine, rejected }: Waypoint = from ?? { after: 0, genuine: empty, rejected: empty }
      const rows = members.all({ event: eventId, hook, after })
      for (const member of rows) {
        const before = member.rejected === 1 ? rejected : genuine
        const first = genuine.first ?? before.first
        const lane = { first: before.first ?? member.id, tries: before.tries + 1 }
        if (member.rejected === 1) rejected = lane
        else genuine = lane
        after = member.id
        const notes: Note[] = JSON.parse(member.notes)
        const known = notes.find(isRetryNote)
        // Bodies stay: what was found by comparing with the same first one still holds.
        const note = first === null ? null : member.retry_of === first && known ? known : noteOf(first, member.id)
        if (member.retry_of === first && member.tries === lane.tries && note === (known ?? null)) continue
        const others = notes.filter(one => !isRetryNote(one))
        replace.run(first, lane.tries, JSON.stringify(note ? [...others, note] : others), member.id)
        const repeat = note ? 1 : 0
        if (repeat !== member.repeat) setRepeat.run(repeat, member.id)
        changed.add(member.id)
      }
      if (rows.length === mostAtOnce) return { changed: [...changed], next: { after, genuine, rejected } }
      for (const id of grouping.refresh(hook, eventId)) changed.add(id)
      return { changed: [...changed], next: null }
    },
  }
  return grouping
}

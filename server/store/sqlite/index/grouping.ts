/**
 * Which deliveries are tries of one event: the same hook and event_id. A stranger may post a known event_id, so
 * rejected deliveries form a lane of their own: they are noted as seen before, but never supersede, count towards or
 * stand first before a genuine one.
 */
import type { Database } from 'better-sqlite3'
import type { Note, Verdict } from '../../../../core/deliveries/delivery.ts'
import { firstShown, mostAtOnce, type Regrouped, type Shown, type ShownPoint } from './shown.ts'

/** What a new delivery is within its event. */
export interface PlaceInEvent {
  readonly retryOf: number | null
  readonly tries: number
  readonly note: Note | null
  /** The delivery of the same lane that was shown until now. */
  readonly supersedes: number | null
}

export const onlyOne: PlaceInEvent = { retryOf: null, tries: 1, note: null, supersedes: null }

export interface Grouping {
  /** Finds the place of a delivery among those with smaller ids. */
  place(id: number, hook: string, eventId: string, rejected: boolean): PlaceInEvent
  /** Finds the places of an event's deliveries anew, after a verdict changed; where one go is not enough, `walk` is for them. */
  recount(hook: string, eventId: string): Regrouped
  /** The same, a bounded number of deliveries at a time, oldest first. @param from where the last walk ended; null to begin */
  walk(hook: string, eventId: string, from: Waypoint | null): Walked
}

/** How far the deliveries of an event have found their places. */
export interface Waypoint {
  /** The id of the last one. */
  readonly after: number
  readonly genuine: Lane
  readonly rejected: Lane
  /** All have their places, and which of them are shown is looked at so far; null before. */
  readonly shown: ShownPoint | null
}

export interface Walked {
  /** The ids that changed. */
  readonly changed: number[]
  /** null: all have their places. */
  readonly next: Waypoint | null
}

/** How long deliveries may find their places in one go, milliseconds: where bodies are compared, few of them are enough. */
const longestMs = 4

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
const beginning: Waypoint = { after: 0, genuine: empty, rejected: empty, shown: null }

const isRetryNote = (note: Note) => note === 'retry' || note === 'retry-changed'

export const isRejected = (verdict: Verdict) => verdict.kind === 'rejected'

export function createGrouping(db: Database, shown: Shown): Grouping {
  // By name: where SQLite could take the index of one hook, it plans anew with each hook that is bound.
  const byEvent = 'delivery INDEXED BY delivery_event'
  const member = (order: 'ASC' | 'DESC') =>
    db.prepare<[string, string, number, number], Member>(`SELECT id, tries, retry_of FROM ${byEvent}
      WHERE event_id = ? AND hook = ? AND rejected = ? AND id < ? ORDER BY id ${order} LIMIT 1`)
  const oldest = member('ASC')
  const newest = member('DESC')
  /** Of the newest ones: those that were taken away are not looked past without end. */
  const newestKept = db
    .prepare<[string, string, number, number], number>(`SELECT id FROM (SELECT id, removed_at FROM ${byEvent}
      WHERE event_id = ? AND hook = ? AND rejected = ? AND id < ? ORDER BY id DESC LIMIT ${mostAtOnce})
      WHERE removed_at IS NULL ORDER BY id DESC LIMIT 1`)
    .pluck()
  const sameBody = db
    .prepare<[number, number], number>(
      'SELECT one.body = two.body FROM arrival one, arrival two WHERE one.id = ? AND two.id = ?',
    )
    .pluck()
  const noteOf = (first: number, id: number): Note => (sameBody.get(first, id) === 1 ? 'retry' : 'retry-changed')
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
      // Almost every delivery is the only one of its event: that takes one look.
      if (before === undefined && !rejected) return onlyOne
      // Genuine ones are compared with genuine ones only; a rejected one with the genuine one it repeats, if any.
      const first = oldest.get(eventId, hook, 0, id) ?? (rejected ? oldest.get(eventId, hook, 1, id) : undefined)
      if (!first) return onlyOne
      return {
        // The first may have been dropped by now: its tries still name it.
        retryOf: first.retry_of ?? first.id,
        tries: (before?.tries ?? 0) + 1,
        note: noteOf(first.id, id),
        supersedes: newestKept.get(eventId, hook, lane, id) ?? null,
      }
    },
    recount(hook, eventId) {
      if (shown.isMany(hook, eventId)) return { changed: [], isWhole: false }
      const { changed, next } = grouping.walk(hook, eventId, null)
      return { changed, isWhole: next === null }
    },
    walk(hook, eventId, from) {
      const changed = new Set<number>()
      let { after, genuine, rejected }: Waypoint = from ?? beginning
      if (from?.shown) {
        const walked = shown.walk(hook, eventId, from.shown)
        return { changed: walked.changed, next: walked.next && { ...from, shown: walked.next } }
      }
      const began = performance.now()
      const rows = members.all({ event: eventId, hook, after })
      for (const member of rows) {
        if (after !== (from?.after ?? 0) && performance.now() - began > longestMs) break
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
      const next: Waypoint = { after, genuine, rejected, shown: null }
      const last = rows.at(-1)
      if (last && (rows.length === mostAtOnce || after !== last.id)) return { changed: [...changed], next }
      const refreshed = shown.refresh(hook, eventId)
      for (const id of refreshed.changed) changed.add(id)
      return { changed: [...changed], next: refreshed.isWhole ? null : { ...next, shown: firstShown } }
    },
  }
  return grouping
}

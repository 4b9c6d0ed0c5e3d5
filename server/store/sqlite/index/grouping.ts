/** Finds the places of deliveries within their events (see store/grouping.ts) in the tables. */
import type { Database } from 'better-sqlite3'
import type { Note, Verdict } from '../../../../core/deliveries/delivery.ts'
import {
  alone,
  beginning,
  type EventPoint,
  type KnownLane,
  type Member,
  moved,
  type Placed,
  placeBehind,
  walk,
} from '../../grouping.ts'
import { firstShown, mostAtOnce, type Regrouped, type Shown, type ShownPoint } from './shown.ts'

/** What a new delivery is within its event. */
export interface PlaceInEvent extends Pick<Placed, 'retryOf' | 'tries' | 'supersedes'> {
  readonly note: Note | null
}

export const onlyOne: PlaceInEvent = { ...alone, note: null }

export interface Grouping {
  /** Finds the place of a delivery among those with smaller ids. */
  place(id: number, hook: string, eventId: string, rejected: boolean): PlaceInEvent
  /** Finds the places of an event's deliveries anew, after a verdict changed; where one go is not enough, `walk` is for them. */
  recount(hook: string, eventId: string): Regrouped
  /** The same, a bounded number of deliveries at a time, oldest first. @param from where the last walk ended; null to begin */
  walk(hook: string, eventId: string, from: Waypoint | null): Walked
}

/** How far the deliveries of an event have found their places. */
export interface Waypoint extends EventPoint {
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

interface LaneEnd {
  readonly id: number
  readonly tries: number
  readonly retry_of: number | null
}

/** A delivery as it is placed now. */
interface MemberRow extends Member {
  readonly repeat: number
}

export const isRejected = (verdict: Verdict) => verdict.kind === 'rejected'

export function createGrouping(db: Database, shown: Shown): Grouping {
  // By name: where SQLite could take the index of one hook, it plans anew with each hook that is bound.
  const byEvent = 'delivery INDEXED BY delivery_event'
  const laneEnd = (order: 'ASC' | 'DESC') =>
    db.prepare<[string, string, number, number], LaneEnd>(`SELECT id, tries, retry_of FROM ${byEvent}
      WHERE event_id = ? AND hook = ? AND rejected = ? AND id < ? ORDER BY id ${order} LIMIT 1`)
  const oldest = laneEnd('ASC')
  const newest = laneEnd('DESC')
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
  const isSame = (first: number, id: number) => sameBody.get(first, id) === 1
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

  /** Those of a lane with smaller ids. */
  function laneBefore(id: number, hook: string, eventId: string, rejected: 0 | 1): KnownLane | null {
    const last = newest.get(eventId, hook, rejected, id)
    const first = last && oldest.get(eventId, hook, rejected, id)
    if (!first) return null
    const kept = newestKept.get(eventId, hook, rejected, id) ?? null
    // The first may have been dropped by now: its tries still name it.
    return { first: first.id, named: first.retry_of ?? first.id, newest: last.id, tries: last.tries, kept }
  }

  const grouping: Grouping = {
    place(id, hook, eventId, rejected) {
      const genuine = laneBefore(id, hook, eventId, 0)
      // Almost every delivery is the only one of its event: that takes one look.
      if (genuine === null && !rejected) return onlyOne
      const known = { genuine, rejected: rejected ? laneBefore(id, hook, eventId, 1) : null }
      const { placed } = placeBehind(known, id, rejected)
      const { comparedTo } = placed
      return { ...placed, note: comparedTo === null ? null : isSame(comparedTo, id) ? 'retry' : 'retry-changed' }
    },
    recount(hook, eventId) {
      if (shown.isMany(hook, eventId)) return { changed: [], isWhole: false }
      const { changed, next } = grouping.walk(hook, eventId, null)
      return { changed, isWhole: next === null }
    },
    walk(hook, eventId, from) {
      if (from?.shown) {
        const walked = shown.walk(hook, eventId, from.shown)
        return { changed: walked.changed, next: walked.next && { ...from, shown: walked.next } }
      }
      const changed = new Set<number>()
      let at: EventPoint = from ?? beginning
      const began = performance.now()
      const rows = members.all({ event: eventId, hook, after: at.after })
      for (const member of rows) {
        if (at.after !== (from?.after ?? 0) && performance.now() - began > longestMs) break
        const { proper, next } = walk(at, [member])
        at = next
        for (const one of proper) {
          const move = moved(one, one.comparedTo !== null && isSame(one.comparedTo, member.id))
          if (move === null) continue
          replace.run(move.retryOf, move.tries, JSON.stringify(move.notes), move.id)
          if (move.repeat !== member.repeat) setRepeat.run(move.repeat, move.id)
          changed.add(move.id)
        }
      }
      const next: Waypoint = { ...at, shown: null }
      const last = rows.at(-1)
      if (last && (rows.length === mostAtOnce || at.after !== last.id)) return { changed: [...changed], next }
      const refreshed = shown.refresh(hook, eventId)
      for (const id of refreshed.changed) changed.add(id)
      return { changed: [...changed], next: refreshed.isWhole ? null : { ...next, shown: firstShown } }
    },
  }
  return grouping
}

/**
 * Which deliveries are tries of one event: the same hook and event_id. A stranger may post a known event_id, so
 * rejected deliveries form a lane of their own: they are noted as seen before, but never supersede, count towards or
 * stand first before a genuine one. Pure: engines read what it takes, and write what follows.
 */
import type { Note } from '../../core/deliveries/delivery.ts'

/** The deliveries of one lane that are in the list. */
export interface KnownLane {
  /** The oldest one. */
  readonly first: number
  /** What its tries name as their first delivery: one that may have been dropped. */
  readonly named: number
  /** The newest one, and which try it is. */
  readonly newest: number
  readonly tries: number
  /** The newest one that is not taken away. */
  readonly kept: number | null
}

export interface KnownEvent {
  readonly genuine: KnownLane | null
  readonly rejected: KnownLane | null
}

/** What a new delivery is within its event. */
export interface Placed {
  readonly retryOf: number | null
  readonly tries: number
  /** The delivery whose body tells whether it is a retry or a changed one; null when it is none. */
  readonly comparedTo: number | null
  /** The delivery of the same lane that was shown until now. */
  readonly supersedes: number | null
}

export const alone: Placed = { retryOf: null, tries: 1, comparedTo: null, supersedes: null }

/** The place of a delivery behind those that are known. @returns it, and what is known with it */
export function placeBehind(event: KnownEvent, id: number, isRejected: boolean): { placed: Placed; event: KnownEvent } {
  const { genuine, rejected } = event
  const own = isRejected ? rejected : genuine
  // Genuine ones are compared with genuine ones only; a rejected one with the genuine one it repeats, if any.
  const first = genuine ?? (isRejected ? rejected : null)
  const placed: Placed =
    first === null
      ? alone
      : {
          retryOf: first.named,
          tries: (own?.tries ?? 0) + 1,
          comparedTo: first.first,
          supersedes: own?.kept ?? null,
        }
  const lane: KnownLane = {
    first: own?.first ?? id,
    named: own?.named ?? placed.retryOf ?? id,
    ...{ newest: id, tries: placed.tries, kept: id },
  }
  return { placed, event: isRejected ? { genuine, rejected: lane } : { genuine: lane, rejected } }
}

/** A delivery as it is placed now. */
export interface Member {
  readonly id: number
  readonly tries: number
  readonly retry_of: number | null
  readonly rejected: number
  /** JSON. */
  readonly notes: string
}

/** One lane, as far as it was walked. */
interface Lane {
  readonly first: number | null
  readonly tries: number
}

/** How far the deliveries of an event have found their places. */
export interface EventPoint {
  /** The id of the last one. */
  readonly after: number
  readonly genuine: Lane
  readonly rejected: Lane
}

const empty: Lane = { first: null, tries: 0 }
export const beginning: EventPoint = { after: 0, genuine: empty, rejected: empty }

export const isRetryNote = (note: Note) => note === 'retry' || note === 'retry-changed'

/** Where a member belongs. */
export interface Proper {
  readonly member: Member
  readonly retryOf: number | null
  readonly tries: number
  /** The first delivery whose body has to be compared with its own; null where what was found before still holds. */
  readonly comparedTo: number | null
}

/** Finds the places of an event's deliveries anew, oldest first. @param members those that follow */
export function walk(from: EventPoint, members: readonly Member[]): { proper: readonly Proper[]; next: EventPoint } {
  let { after, genuine, rejected } = from
  const proper = members.map((member): Proper => {
    const before = member.rejected === 1 ? rejected : genuine
    const first = genuine.first ?? before.first
    const lane = { first: before.first ?? member.id, tries: before.tries + 1 }
    if (member.rejected === 1) rejected = lane
    else genuine = lane
    after = member.id
    const notes: Note[] = JSON.parse(member.notes)
    // Bodies stay: what was found by comparing with the same first one still holds.
    const isKnown = member.retry_of === first && notes.some(isRetryNote)
    return { member, retryOf: first, tries: lane.tries, comparedTo: first === null || isKnown ? null : first }
  })
  return { proper, next: { after, genuine, rejected } }
}

/** What changes about a member; null when nothing does. @param isSame whether the bodies that had to be compared are the same */
export function moved({ member, retryOf, tries, comparedTo }: Proper, isSame: boolean) {
  const notes: Note[] = JSON.parse(member.notes)
  const known = notes.find(isRetryNote) ?? null
  const note: Note | null = retryOf === null ? null : comparedTo === null ? known : isSame ? 'retry' : 'retry-changed'
  if (member.retry_of === retryOf && member.tries === tries && note === known) return null
  const others = notes.filter(one => !isRetryNote(one))
  return { id: member.id, retryOf, tries, notes: note ? [...others, note] : others, repeat: note ? 1 : 0 }
}

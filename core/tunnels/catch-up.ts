/** What the gateway still sends of what it could not deliver while the receiver was not reachable; pure. */
import { attemptInstants } from '../simulate/schedule.ts'
import { lengthText } from '../text/duration.ts'

/** A time in which deliveries could not arrive, in milliseconds since 1970. */
export interface TunnelOutage {
  readonly from: number
  readonly to: number
}

/** When an event is tried again. */
interface NextTries {
  /** When it was first tried, milliseconds since 1970. */
  readonly first: number
  /** The tries that are still to come, soonest first; empty: the gateway has given it up. */
  readonly next: readonly number[]
}

/** The tries of one event after a moment, at most `most` of them. */
function triesAfter(first: number, after: number, most: number): NextTries {
  const next = attemptInstants.map(instant => first + instant).filter(instant => instant > after)
  return { first, next: next.slice(0, most) }
}

/** How long the gateway keeps trying, milliseconds. */
export const triedForMs = attemptInstants.at(-1) ?? 0

/**
 * When the oldest and the newest event of an outage are tried again, from its end on.
 * @param most so many instants of each
 */
export function catchUp(
  { from, to }: TunnelOutage,
  most: number,
): { readonly oldest: NextTries; readonly newest: NextTries } {
  return { oldest: triesAfter(from, to, most), newest: triesAfter(to, to, most) }
}

/** So many instants of an event are named. */
const mostNamed = 3

/** An outage in words. */
export interface CatchUpText {
  /** From when to when nothing could arrive, without a full stop. */
  readonly since: string
  /** How long that is, such as `12 min`. */
  readonly length: string
  /** When the gateway sends again, as a sentence. */
  readonly again: string
}

/** Times of the day as everywhere: of 24 hours. */
const allHours = { hourCycle: 'h23' } as const

/** @param outage of at least a moment @param isOver whether deliveries arrive again; else it lasts up to now */
export function catchUpText(outage: TunnelOutage, isOver = true): CatchUpText {
  const { oldest, newest } = catchUp(outage, mostNamed)
  const isLong = outage.to - outage.from >= 86_400_000
  const at = (instant: number) =>
    isLong || new Date(instant).toDateString() !== new Date(outage.to).toDateString()
      ? new Date(instant).toLocaleString(undefined, allHours)
      : new Date(instant).toLocaleTimeString(undefined, allHours)
  const tries = ({ first, next }: NextTries) =>
    next.length === 0
      ? `an event of ${at(first)} no more`
      : `an event of ${at(first)} at ${next.map(at).join(', ')}${next.length === mostNamed ? ' and so on' : ''}`
  return {
    since: isOver
      ? `Not reachable from ${at(outage.from)} to ${at(outage.to)}`
      : `Not reachable since ${at(outage.from)}`,
    length: lengthText(outage.to - outage.from),
    again: `For ${triedForMs / 3_600_000} hours the gateway sends again what did not arrive: ${isOver ? `${tries(oldest)}; ${tries(newest)}` : tries(oldest)}.`,
  }
}

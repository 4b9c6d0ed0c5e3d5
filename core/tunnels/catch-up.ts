/** What the gateway still sends of what it could not deliver while the receiver was not reachable; pure. */
import { attemptInstants } from '../simulate/schedule.ts'

/** A time in which deliveries could not arrive, in milliseconds since 1970. */
export interface TunnelOutage {
  readonly from: number
  readonly to: number
}

/** When an event is tried again. */
export interface NextTries {
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

/** When the gateway tries again, and how long it waits for an answer. */
import { hourMs, minuteMs } from '../text/duration.ts'

/** So many attempts at this distance from one another, one phase after the other. */
const phases = [
  { tries: 12, everyMs: 5 * minuteMs },
  { tries: 11, everyMs: hourMs },
  { tries: 4, everyMs: 3 * hourMs },
  { tries: 8, everyMs: 6 * hourMs },
] as const

/**
 * The 36 instants of an event that is never answered 2xx: the first attempt at 0, then 35 more, the last after 72 hours.
 * Milliseconds from the first attempt.
 */
export const attemptInstants: readonly number[] = phases.reduce<number[]>(
  (instants, { tries, everyMs }) => {
    for (let n = 0; n < tries; n++) instants.push((instants.at(-1) ?? 0) + everyMs)
    return instants
  },
  [0],
)

/** What the gateway allows an endpoint. */
export const gatewayLimits = {
  /** Until the connection stands, milliseconds. */
  connectMs: 5000,
  /** From the request sent to the end of the answer, milliseconds. */
  readMs: 45_000,
  /** Open connections to one endpoint. */
  connections: 20,
} as const

/** When the gateway tries again, and how long it waits for an answer. */

const minute = 60_000
const hour = 60 * minute

/** So many tries at this distance from one another, one phase after the other. */
const phases = [
  { tries: 12, everyMs: 5 * minute },
  { tries: 11, everyMs: hour },
  { tries: 4, everyMs: 3 * hour },
  { tries: 8, everyMs: 6 * hour },
] as const

/**
 * The 36 instants of an event that is never answered 2xx: the first try at 0, then 35 more, the last after 72 hours.
 * Milliseconds from the first try.
 */
export const tryInstants: readonly number[] = phases.reduce<number[]>(
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

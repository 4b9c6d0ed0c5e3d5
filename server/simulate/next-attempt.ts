/** When the gateway tries again. */
import { attemptInstants } from '../../core/simulate/schedule.ts'
import type { Clock } from '../../core/simulate/simulation.ts'

export interface EndedAttempt {
  /** 1 for the first. */
  readonly number: number
  /** When it was due and when it was begun; milliseconds since 1970. */
  readonly dueAt: number
  readonly startedAt: number
}

/**
 * Waits are counted from when an attempt was due, so that small delays do not add up. One that was begun later than its
 * successor was due (hookscope was not running, the connections were all taken) moves those after it as well: what was
 * missed is not caught up in a burst.
 * @returns milliseconds since 1970; null after the last attempt
 */
export function nextAttemptAt({ number, dueAt, startedAt }: EndedAttempt, clock: Clock): number | null {
  const [before, after] = [attemptInstants[number - 1], attemptInstants[number]]
  if (before === undefined || after === undefined) return null
  const wait = clock.kind === 'instant' ? 0 : (after - before) / clock.factor
  return (startedAt - dueAt < wait ? dueAt : startedAt) + wait
}

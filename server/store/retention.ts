/** What is kept, and for how long. */
import type { PinsBeyond } from '../../core/deliveries/pins.ts'

/**
 * Limits of what is kept; null for no limit. `bytes` is the space on disk: the database without its free pages, and its
 * write-ahead log. Pinned deliveries are never dropped, and count against no limit.
 */
export interface Retention {
  readonly count: number | null
  readonly days: number | null
  readonly bytes: number | null
}

export interface RetentionStore {
  /** Applies retention, once, and drops removed deliveries for good, in small steps behind appends. @returns how many went */
  purge(retention: Retention): Promise<number>
  /**
   * Keeps the log within limits as it grows: `count` and `bytes` within a tenth of them. `days`, and what was taken away, is for
   * `purge`.
   * @param onChange called when `pinsBeyond` or `passedOver` has changed
   */
  keepWithin(retention: Retention, onChange: () => void): Promise<void>
  /** null while pinned deliveries alone are not more than a limit. */
  pinsBeyond(): PinsBeyond | null
  /** How many deliveries were dropped before they were indexed, so that nobody was told of them: more came than may be kept. */
  passedOver(): number
}

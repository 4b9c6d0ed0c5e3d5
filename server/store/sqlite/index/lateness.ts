/** Whether the index is late: whether a delivery that is on the disk has waited for it for long. */

export interface Lateness {
  /**
   * Looks anew, after deliveries came and after some were indexed.
   * @param upTo the newest delivery that is listed
   * @param durable the newest that is on the disk
   */
  look(upTo: number, durable: number): void
  isLate(): boolean
}

/** From such a wait on it is late, and up to such a one it is late no longer, milliseconds. */
const [lateMs, soonMs] = [300, 100]

/**
 * Of all that come, one at a time is watched until it is listed, so that a wait is noticed when it has been twice as long at
 * the latest.
 * @param now milliseconds
 */
export function createLateness(now = () => performance.now()): Lateness {
  let watched: { readonly id: number; readonly since: number } | null = null
  let wasLate = false
  return {
    look(upTo, durable) {
      if (watched !== null && upTo >= watched.id) {
        const waited = now() - watched.since
        wasLate = waited > (wasLate ? soonMs : lateMs)
        watched = null
      }
      if (upTo >= durable) wasLate = false
      else watched ??= { id: durable, since: now() }
    },
    isLate: () => wasLate || (watched !== null && now() - watched.since > lateMs),
  }
}

/** Why a row of the list has no attempt, as forwarding stands now. */
import type { DeliverySummary } from '../../core/delivery.ts'
import type { Status } from '../../core/messages.ts'
import { type NotForwarded, whyNotForwarded } from '../../core/not-forwarded.ts'

/** A delivery that came less than this ago may be on its way, milliseconds; `now` is behind by up to five seconds. */
const onItsWayMs = 7000

/** @param now milliseconds since 1970 @returns null when there is an attempt, and as long as one may begin at once */
export function rowNotForwarded(
  delivery: DeliverySummary,
  { forward, observe }: Pick<Status, 'forward' | 'observe'>,
  now: number,
): NotForwarded | null {
  if (delivery.lastAttempt !== null) return null
  const oldest = forward?.oldestWaiting ?? null
  const isQueued = oldest !== null && delivery.id >= oldest
  const why = whyNotForwarded(delivery, {
    hasTarget: forward !== null,
    paused: forward?.paused ?? false,
    rejectedToo: observe,
    waits: isQueued,
  })
  const mayBeOnItsWay = why.code === 'not-sent' && now - Date.parse(delivery.receivedAt) < onItsWayMs
  return mayBeOnItsWay ? null : why
}

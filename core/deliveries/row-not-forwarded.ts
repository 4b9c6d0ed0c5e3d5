/** Why a row of a list has no attempt, as forwarding stands now: the inspector's list and that of the terminal. */
import type { Status } from '../api/messages.ts'
import { routedOf, routesFor } from '../routes/route.ts'
import type { DeliverySummary } from './delivery.ts'
import { type NotForwarded, whyNotForwarded } from './not-forwarded.ts'

/** A delivery that came less than this ago may be on its way, milliseconds; `now` is behind by up to five seconds. */
const onItsWayMs = 7000

/**
 * Why a delivery was not sent to the app, by what its row and the status of forwarding say.
 * @param now milliseconds since 1970
 * @returns null when there is an attempt, and for the first seconds of one that may still be sent
 */
export function rowNotForwarded(
  delivery: DeliverySummary,
  { forward, observe }: Pick<Status, 'forward' | 'observe'>,
  now: number,
): NotForwarded | null {
  if (delivery.lastAttempt !== null) return null
  const isFrom = (first: number | null = null) => first !== null && delivery.id >= first
  const isQueued = isFrom(forward?.oldestWaiting)
  const why = whyNotForwarded(delivery, {
    hasTarget: forward !== null,
    paused: forward?.paused ?? false,
    rejectedToo: observe,
    waits: isQueued,
    isRetried: forward?.targets.some(({ retryUntil }) => retryUntil !== null) ?? false,
    wasPassedOver: isFrom(forward?.oldestPassedOver),
    noRoute: forward === null ? null : routesFor(routedOf(delivery), forward).why,
  })
  const mayBeOnItsWay = why.code === 'not-sent' && Math.abs(now - Date.parse(delivery.receivedAt)) < onItsWayMs
  return mayBeOnItsWay ? null : why
}

/** Marks in the related events of an object: what arrived out of order, and what seems to be missing. */
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { findEvent } from '../../../core/events/catalogue.ts'

export interface RelatedStep {
  readonly delivery: DeliverySummary
  /** It came after a delivery that was triggered later. */
  readonly late: DeliverySummary | null
  /** Event types of which one should have come before; empty when nothing is missing. */
  readonly missing: readonly string[]
}

/** What goes before an event of a type, if anything does: one of these. */
const before: Readonly<Record<string, readonly string[]>> = {
  'ach.settled': ['ach.submitted'],
  'ach.returned': ['ach.submitted', 'ach.settled'],
  'cau.submitted': ['cau.created'],
  'cau.updated_expiration': ['cau.submitted'],
  'cau.updated_card': ['cau.submitted'],
  'cau.contact_customer': ['cau.submitted'],
  'cau.account_closed': ['cau.submitted'],
  'transaction.sale.unvoided': ['transaction.sale.voided'],
  'transaction.sale.captured': ['transaction.sale.queued', 'transaction.sale.success'],
  'transaction.sale.voided': ['transaction.sale.success', 'transaction.sale.captured', 'transaction.sale.queued'],
  'transaction.sale.adjusted': ['transaction.sale.success', 'transaction.sale.captured', 'transaction.sale.queued'],
  'transaction.refund.voided': ['transaction.refund.success'],
}

const canonical = (delivery: DeliverySummary) => findEvent(delivery.eventType ?? '')?.type ?? delivery.eventType ?? ''

/**
 * @param deliveries in triggered order; retries of an event may be among them
 * @returns the same, marked; a retry is neither late nor missing anything. Rejected ones mark no genuine one: anyone may send them
 */
export function relatedSteps(deliveries: readonly DeliverySummary[]): RelatedStep[] {
  return deliveries.map((delivery, place) => {
    const counts = (other: DeliverySummary) => delivery.verdict === 'rejected' || other.verdict !== 'rejected'
    const isRetry = delivery.retryOf !== null
    const triggered = delivery.eventTriggered
    const late =
      isRetry || triggered === null
        ? undefined
        : deliveries.find(
            other =>
              other.retryOf === null &&
              counts(other) &&
              other.eventTriggered !== null &&
              other.eventTriggered > triggered &&
              other.id < delivery.id,
          )
    const wanted = before[canonical(delivery)] ?? []
    const sameObject = deliveries
      .slice(0, place)
      .filter(other => counts(other) && other.objectKey === delivery.objectKey)
      .map(canonical)
    const missing = isRetry || wanted.some(type => sameObject.includes(type)) ? [] : wanted
    return { delivery, late: late ?? null, missing }
  })
}

/** Where an object stands: what its newest event says, newest by `event_triggered`. What arrives late undoes nothing. */
import type { DeliverySummary } from '../deliveries/delivery.ts'
import { type EventType, findEvent } from './catalogue.ts'

/** In the order in which they follow one another, should two be triggered in one second. */
const states: readonly (readonly [type: EventType, word: string])[] = [
  ['transaction.sale.failure', 'failed'],
  ['transaction.sale.success', 'approved'],
  ['transaction.sale.queued', 'queued'],
  ['transaction.sale.captured', 'captured'],
  ['transaction.sale.voided', 'voided or released'],
  ['transaction.sale.unvoided', 'approved, its void reversed'],
  ['transaction.refund.success', 'refunded'],
  ['transaction.refund.voided', 'refund voided'],
  ['ach.submitted', 'submitted'],
  ['ach.settled', 'settled'],
  ['ach.voided', 'voided'],
  ['ach.failed', 'failed'],
  ['ach.returned', 'returned'],
  ['cau.created', 'queued for update'],
  ['cau.submitted', 'submitted for update'],
  ['cau.updated_expiration', 'updated'],
  ['cau.updated_card', 'updated'],
  ['cau.contact_customer', 'not updated: contact the customer'],
  ['cau.account_closed', 'account closed'],
  ['settlement.batch.failure', 'not settled'],
  ['settlement.batch.success', 'settled'],
]

export interface Standing {
  readonly word: string
  /** The delivery that says so. */
  readonly by: DeliverySummary
  /** The newest word about the batch that a sale is in; null when none came. */
  readonly batch: DeliverySummary | null
}

const place = ({ eventType }: DeliverySummary) => {
  const type = findEvent(eventType ?? '')?.type
  return states.findIndex(([known]) => known === type)
}

/** The one that was triggered last. */
function newest(deliveries: readonly DeliverySummary[]): DeliverySummary | null {
  let last: DeliverySummary | null = null
  for (const delivery of deliveries) {
    const [before, now] = [last?.eventTriggered ?? '', delivery.eventTriggered ?? '']
    if (last === null || now > before || (now === before && place(delivery) > place(last))) last = delivery
  }
  return last
}

/**
 * @param related what came about the object and what is joined to it, in any order
 * @param objectKey of the object
 * @returns null when nothing that came says where it stands. Rejected deliveries say nothing: anyone may have sent them.
 */
export function standingOf(related: readonly DeliverySummary[], objectKey: string): Standing | null {
  const telling = related.filter(
    delivery => delivery.verdict !== 'rejected' && delivery.eventTriggered !== null && place(delivery) >= 0,
  )
  const by = newest(telling.filter(delivery => delivery.objectKey === objectKey))
  if (by === null) return null
  const batch = by.family === 'settlement' ? null : newest(telling.filter(({ family }) => family === 'settlement'))
  return { word: states[place(by)]?.[1] ?? '', by, batch }
}

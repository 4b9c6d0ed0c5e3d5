/** Deliveries that are kept and not listed yet, as lines: the newest, of how many. */
import type { Preparing, PreparingDelivery } from '../../core/deliveries/preparing.ts'
import { deliveryLines, type LineStyle, noFacts } from './delivery-line.ts'

/** What is known of them while listing them is late; told about once a second, and once with a `count` of 0 when it is no longer. */
export interface PreparingLine extends Omit<Preparing, 'after'> {
  readonly kind: 'preparing'
}

/** @param preparing null: all are listed now */
export const preparingLine = (preparing: Preparing | null): PreparingLine => ({
  kind: 'preparing',
  count: preparing?.count ?? 0,
  looked: preparing?.looked ?? 0,
  newest: preparing?.newest ?? [],
})

/** One of them; its own line follows once it is listed. @param count of all that are being prepared */
export function preparingLines(delivery: PreparingDelivery, count: number, style: LineStyle): string[] {
  const { isDescribed, eventType } = delivery
  const shown = {
    ...delivery,
    ...{ reasons: [], retryOf: null, tries: 1, superseded: false, pinned: false, lastAttempt: null },
    eventType: isDescribed ? eventType : 'not read yet',
  }
  return deliveryLines(shown, null, style, { ...noFacts, preparing: count })
}

/** Which deliveries have a signature to explain. */
import type { Delivery } from './delivery.ts'

/** Whether there is something to find out: a signature came, and it is wrong, or another gateway's. */
export const isExplainable = ({ reasons, notes }: Pick<Delivery, 'reasons' | 'notes'>): boolean =>
  reasons.includes('signature-wrong') || reasons.includes('signature-malformed') || notes.includes('sent-by-nmi')

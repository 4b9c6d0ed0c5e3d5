/** Why rejected deliveries were rejected, where that was found out: known to rows, asked for behind them (ask-causes.ts). */
import { signal } from '@preact/signals'
import { type DeliverySummary, rejections } from '../../../core/deliveries/delivery.ts'

/** By delivery; null where no cause fits. */
export const causeLabels = signal<ReadonlyMap<number, string | null>>(new Map())

/** The rejected deliveries that are shown. */
export const rejectedShown = signal<readonly number[]>([])

type Rejected = Pick<DeliverySummary, 'id' | 'reasons'>

/** Why it was rejected, in a few words: the cause where it was found, else what the check says; null when it was not. */
export function rejectionText({ id, reasons }: Rejected): string | null {
  const [reason] = reasons
  if (reason === undefined) return null
  return causeLabels.value.get(id) ?? rejections[reason].title
}

/** Why each of several deliveries was rejected: one after the other, and no longer than a while. */
import { causeChip, fitsByNow, type RejectionCause, type RejectionCauses } from '../../core/deliveries/cause-chips.ts'
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { Diagnoses } from './diagnoses.ts'

/** No other one is begun after so long, milliseconds: most causes are found in a few, and the receiver goes first. */
const budgetMs = 250

/**
 * Diagnoses deliveries in their order until the budget is spent; the first one always.
 * @param fits whether the signature fits the key that its hook has now
 * @param now milliseconds; default: the machine's clock
 * @returns the causes of those that were looked at (none where none was found), and the ids that are `left`
 */
export async function causesOf(
  deliveries: readonly Delivery[],
  diagnoses: Diagnoses,
  fits: (delivery: Delivery) => boolean,
  now: () => number = () => performance.now(),
): Promise<RejectionCauses> {
  const started = now()
  const causes: RejectionCause[] = []
  const left: number[] = []
  for (const delivery of deliveries) {
    if (causes.length > 0 && now() - started > budgetMs) {
      left.push(delivery.id)
      continue
    }
    const diagnosis = await diagnoses.of(delivery)
    const found = diagnosis?.kind === 'found' ? diagnosis.causes : []
    const label = found.length > 0 ? causeChip(found) : diagnosis === null && fits(delivery) ? fitsByNow : null
    causes.push({ id: delivery.id, causes: found, label, sentence: diagnosis?.sentence ?? null })
  }
  return { causes, left }
}

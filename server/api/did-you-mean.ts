/** Which hook a delivery without one may have been meant for. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import { type Hook, unroutedHook } from '../../core/hooks/hook.ts'
import { everyHook, nearestHook } from '../hooks/nearest-path.ts'
import type { DeliveryView } from './types.ts'

type Known = Pick<Hook, 'id' | 'label' | 'path'>

/**
 * @param hooks those that are there
 * @param deleted those that were
 */
export function didYouMean(
  delivery: Pick<Delivery, 'hook' | 'path'>,
  hooks: readonly Known[],
  deleted: readonly Known[],
): DeliveryView['didYouMean'] {
  if (delivery.hook !== unroutedHook) return null
  const near = nearestHook(delivery.path, everyHook(hooks, deleted))
  return near && { hook: near.id, label: near.label, path: near.path, isDeleted: near.isDeleted }
}

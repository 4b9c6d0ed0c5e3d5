/** Which hook a delivery without one may have been meant for. */
import type { Delivery } from '../../core/delivery.ts'
import { type Hook, unroutedHook } from '../../core/hook.ts'
import { nearestHook } from '../hooks/nearest-path.ts'
import type { DeliveryView } from './types.ts'

/** @param hooks those that are there, and those that were */
export function didYouMean(
  delivery: Pick<Delivery, 'hook' | 'path'>,
  hooks: readonly Pick<Hook, 'id' | 'label' | 'path'>[],
): DeliveryView['didYouMean'] {
  const near = delivery.hook === unroutedHook ? nearestHook(delivery.path, hooks) : null
  return near && { hook: near.id, label: near.label, path: near.path }
}

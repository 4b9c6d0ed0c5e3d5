/** How verification went for a stored delivery, with the keys its hook has now. */
import type { Delivery } from '../../core/delivery.ts'
import type { SignatureDiagnosis } from '../../core/diagnosis.ts'
import type { Hook } from '../../core/hook.ts'
import type { AuthenticationReport, SignatureReport } from '../../core/verification.ts'
import { explain } from '../diagnosis/explain.ts'
import { authenticationReport, signatureReport } from '../signature.ts'
import type { Store } from '../store/store.ts'
import type { Controls } from './types.ts'

/** A hook that is gone checks nothing. */
export function reportsOf(
  delivery: Delivery,
  controls: Controls,
): { signature: SignatureReport; authentication: AuthenticationReport } {
  const hook: Hook = controls.hooks.hooks().find(({ id }) => id === delivery.hook) ?? {
    id: delivery.hook,
    label: '',
    path: '',
    authentication: { kind: 'none' },
    signing: { kind: 'none' },
  }
  return {
    signature: signatureReport(hook, delivery.headers, delivery.body),
    authentication: authenticationReport(hook, delivery.headers),
  }
}

/** Why its signature is wrong, with every key that is known now; null when there is nothing to find out. */
export function diagnosisOf(delivery: Delivery, store: Store, controls: Controls): Promise<SignatureDiagnosis | null> {
  return explain(delivery, {
    hooks: controls.hooks.hooks(),
    stored: store.hooks(),
    removed: store.removedHooks(),
  })
}

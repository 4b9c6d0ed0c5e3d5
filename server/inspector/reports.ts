/** How verification went for a stored delivery, with the keys its hook has now. */
import type { Delivery } from '../../core/delivery.ts'
import type { Hook } from '../../core/hook.ts'
import type { AuthenticationReport, SignatureReport } from '../../core/verification.ts'
import { authenticationReport, signatureReport } from '../signature.ts'
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

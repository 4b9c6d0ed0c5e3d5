/** How verification went for a stored delivery, with the keys its hook has now. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { AuthenticationReport, SignatureReport } from '../../core/deliveries/verification.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import { authenticationReport, signatureReport } from '../verify/signature.ts'

/** A hook that is gone checks nothing. */
export function reportsOf(
  delivery: Delivery,
  hooks: readonly Hook[],
): { signature: SignatureReport; authentication: AuthenticationReport } {
  const hook: Hook = hooks.find(({ id }) => id === delivery.hook) ?? {
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

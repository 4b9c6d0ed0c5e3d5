/** The hook that lends its key and credentials to what is sent where its deliveries are forwarded to. */
import type { Status } from '../../core/api/messages.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { isSameTarget } from '../../core/http/loopback.ts'
import { capital, clip, printable } from '../../core/text/text.ts'

export type Signer = Pick<HookView, 'id' | 'label' | 'signing' | 'authentication'>

/** @param url absolute @param status of the hookscope that is listening, null when none is @returns null when no hook lends any */
export function signerFor(url: string, status: Pick<Status, 'forward' | 'hooks'> | null): Signer | null {
  if (!status?.forward?.targets.some(({ target }) => isSameTarget(target, url))) return null
  // All hooks are forwarded to each place: the oldest that has secrets is the one it was made for.
  const lends = ({ signing, authentication }: Signer) => signing.kind !== 'none' || authentication.kind !== 'none'
  return status.hooks.find(lends) ?? null
}

/** Which hook lends what, in one sentence; what it is stays unsaid. */
export function signerRemark({ label, signing, authentication }: Signer): string {
  const what = [signing.kind !== 'none' && 'signed', authentication.kind !== 'none' && 'authenticated']
  const words = what.filter(word => word !== false).join(' and ')
  const named = `“${clip(printable(label), 60)}”`
  return `${capital(words)} as ${named} is: hookscope forwards its deliveries to this URL.`
}

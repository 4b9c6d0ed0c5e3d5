/** How the checks of a delivery's origin went, in the detail that is shown beside it. */
import type { KeyKind } from '../hooks/hook.ts'
import { checkOf, type Rejection } from './delivery.ts'

/** How the signature check went, for each key the hook has. */
/** In the place of a signature, for whoever may not have it: with it, and the body, anybody could pass for the gateway. */
export const hiddenSignature = '••••'

export interface SignatureReport {
  /** X-Signature values as they came. */
  readonly received: readonly string[]
  readonly signedBytes: number
  readonly keys: readonly {
    readonly kind: KeyKind
    readonly masked: string
    readonly expected: string
    readonly matches: boolean
  }[]
}

export interface AuthenticationReport {
  /** The user name that is checked; null when Basic authentication is not. */
  readonly expectedUsername: string | null
  /** Number of Authorization headers, the scheme and the user name of the first; the password is never shown. */
  readonly received: { readonly count: number; readonly scheme: string | null; readonly username: string | null }
  /** Whether the received credentials are those that are checked now; null when none are checked. */
  readonly matches: boolean | null
}

interface Reports {
  readonly signature: SignatureReport
  readonly authentication: AuthenticationReport
}

/**
 * What is said in place of a rejection's title and advice once its hook has the right key or credentials: the advice to
 * compare them has been followed.
 * @returns null while the rejection would be the same today, and for a hook that checks nothing any more
 */
export function fitsNow(reason: Rejection, { signature, authentication }: Reports): string | null {
  const check = checkOf(reason)
  if (check === 'signature' && signature.keys.some(({ matches }) => matches))
    return 'It fits the current key; rejected on arrival with another key.'
  if (check === 'credentials' && authentication.matches === true)
    return 'They are the current user name and password; rejected on arrival with others.'
  return null
}

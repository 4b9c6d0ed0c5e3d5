/** How the checks of a delivery's origin went, in the detail that is shown beside it. */
import type { KeyKind } from '../hooks/hook.ts'

/** How the signature check went, for each key the hook has. */
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
}

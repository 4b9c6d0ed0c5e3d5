/** A webhook as the merchant console configures it (Settings > Webhooks). */

/** The console's Authentication field. The password never leaves the server. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }

/** Which of the console's two keys: the chosen API (source) key, or the key that is unique to the merchant. */
export type KeyKind = 'source-key' | 'signature-key'

export interface SigningKey {
  readonly kind: KeyKind
  /** The key as the plain string that goes into the HMAC, UTF-8. */
  readonly key: string
}

/**
 * The console's Signature field. A hook signs with one key; hookscope accepts a list, so that someone who does not
 * know yet which key the console uses can give both. The first one signs what hookscope sends itself.
 */
export type Signing =
  | { readonly kind: 'none' }
  | { readonly kind: 'hmac'; readonly keys: readonly [SigningKey, ...SigningKey[]] }

export interface Hook {
  /** Short and stable; safe to print and to put into URLs of the private door. */
  readonly id: string
  /** Webhook Label. */
  readonly label: string
  /** The unguessable path at the public door, with its leading slash. */
  readonly path: string
  readonly authentication: Authentication
  readonly signing: Signing
}

/** A hook as the API and the stream show it: secrets are masked, never sent. */
export interface HookView {
  readonly id: string
  readonly label: string
  /** What to paste into the console's Hook URL field; null while no public URL is known. */
  readonly hookUrl: string | null
  /** The same hook on this machine. */
  readonly localUrl: string
  readonly authentication: { readonly kind: 'none' } | { readonly kind: 'basic'; readonly username: string }
  readonly signing:
    | { readonly kind: 'none' }
    | { readonly kind: 'hmac'; readonly keys: readonly { readonly kind: KeyKind; readonly masked: string }[] }
  /** Where the secrets come from: `started` (prompt, environment, file or option at start) wins over `saved` (the inspector). */
  readonly secretsFrom: 'none' | 'started' | 'saved'
}

/** A key that can be recognised but not used: dots and the last four characters, or dots alone for a short one. */
export function maskKey(key: string): string {
  return key.length > 12 ? `••••${key.slice(-4)}` : '••••'
}

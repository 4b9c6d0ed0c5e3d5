/** A webhook as the merchant console configures it (Settings > Webhooks). */
import type { EventType } from '../events/catalogue.ts'
import type { HookField } from './console.ts'
import type { MockResponse } from './mock-response.ts'

/** The console's Authentication field. The password never leaves the server. */
export type Authentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }

/** Which of the console's two keys: the chosen API (source) key, or the key that is unique to the merchant. */
export type KeyKind = 'source-key' | 'signature-key'

/** In the middle of a sentence; the console writes them with capitals. */
export const keyNames = {
  'source-key': 'source key',
  'signature-key': 'signature key',
} as const satisfies Record<KeyKind, string>

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

/** What verification needs to know of a hook. */
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

/** A hook with everything its window in the console holds. */
export interface ConfiguredHook extends Hook {
  /** A Hook URL of the merchant's own, where only the simulator sends to; null for the hook's own path at this receiver. */
  readonly customUrl: string | null
  /** The event types it is subscribed to, at least one, in the catalogue's order. */
  readonly events: readonly EventType[]
  /** null: hookscope (or the app) answers as usual. */
  readonly rehearsal: MockResponse | null
  /** Where its deliveries alone are forwarded, `[EVENTS=]URL` each; empty: by the routes of all hooks. */
  readonly forward: readonly string[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** Deliveries at paths that no hook has are kept under this id, which no hook gets. */
export const unroutedHook = 'unrouted'

/** A hook as the API and the stream show it: secrets are masked, never sent. */
export interface HookView
  extends Pick<ConfiguredHook, 'id' | 'label' | 'customUrl' | 'events' | 'rehearsal' | 'forward'> {
  /** What stands in the console's Hook URL field: `customUrl`, else its path under the public URL; null while none is known. */
  readonly hookUrl: string | null
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** The same hook on this machine. */
  readonly localUrl: string
  readonly authentication: { readonly kind: 'none' } | { readonly kind: 'basic'; readonly username: string }
  readonly signing:
    | { readonly kind: 'none' }
    | { readonly kind: 'hmac'; readonly keys: readonly { readonly kind: KeyKind; readonly masked: string }[] }
  /** Where the secrets come from: `started` (prompt, environment, file or option at start) wins over `saved` (the inspector). */
  readonly secretsFrom: 'none' | 'started' | 'saved'
}

/** What a person enters in the Add Webhook window. */
export interface HookDraft {
  readonly label: string
  /** null for the hook's own path under the public URL. */
  readonly customUrl: string | null
  /** Event types in either spelling. */
  readonly events: readonly string[]
  readonly authentication: Authentication
  readonly signature: { readonly kind: 'none' } | SigningKey
  /** Where its deliveries alone are forwarded, `[EVENTS=]URL` each. Absent: nowhere of its own. */
  readonly forward?: readonly string[] | undefined
}

/** What the edit window changes; an absent field stays. `authentication` and `signature` can only be set anew, never read. */
export interface HookChange {
  readonly label?: string | undefined
  readonly customUrl?: string | null | undefined
  readonly events?: readonly string[] | undefined
  readonly authentication?: Authentication | undefined
  readonly signature?: HookDraft['signature'] | undefined
  /** Empty: nowhere of its own any more. */
  readonly forward?: readonly string[] | undefined
}

/** A hook that was saved, and what is worth knowing about it: that its certificate could not be looked at, for instance. */
export interface SavedHook {
  readonly hook: HookView
  readonly warnings: readonly string[]
  /** A key or a password is another now: the hook's stored deliveries can be checked again. */
  readonly secretsChanged: boolean
}

/** One entry of a hook's history. `reverified`: its stored deliveries were checked with the keys of that time. */
export interface HookHistoryEntry {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly entry:
    | { readonly kind: 'added' | 'removed' | 'restored' }
    | {
        readonly kind: 'changed'
        readonly fields: readonly HookField[]
      }
    | {
        readonly kind: 'reverified'
        readonly checked: number
        readonly changed: number
        /** Of those that changed; entries of older versions do not tell. */
        readonly nowVerified?: number
        readonly noLongerVerified?: number
        readonly reason: string
      }
}

/** Checking a hook's stored deliveries again, as far as it has come. */
export interface VerificationJob {
  readonly id: string
  readonly hook: string
  readonly total: number
  readonly checked: number
  /** Deliveries whose verdict is another now. */
  readonly changed: number
  /** How many of `changed` were not verified and are so now, and how many were and are so no longer. */
  readonly nowVerified: number
  readonly noLongerVerified: number
  /** `interrupted`: hookscope ended, and what it was judged by is not known to be the same now. */
  readonly state: 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted'
}

/** A key that can be recognised but not used: dots and the last four characters, or dots alone for a short one. */
export function maskKey(key: string): string {
  return key.length > 12 ? `••••${key.slice(-4)}` : '••••'
}

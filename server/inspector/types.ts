/** What the private door's API answers, and what it needs from the session behind it. */
import type { Attempt, AttemptSummary } from '../../core/attempt.ts'
import type { DeliverySummary, Verdict } from '../../core/delivery.ts'
import type { HeaderList } from '../../core/headers.ts'
import type { Hook, KeyKind } from '../../core/hook.ts'
import type { ReplayJob, Status } from '../../core/messages.ts'
import type { Span } from '../../core/query.ts'
import type { BodyView, ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/replay.ts'

export type { BodyView, ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/replay.ts'

/** Every error of the API. `span` is the place in `q` when the query is at fault. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly span?: Span }
}

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

/** An attempt with its bytes. Authorization is masked unless asked for with `?reveal=1`. */
export interface AttemptView extends AttemptSummary {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: HeaderList
    readonly body: BodyView
  }
  readonly answer: {
    readonly status: number
    readonly headers: HeaderList
    readonly body: BodyView
    /** All bytes that came; more than `body.bytes` when the answer was longer than what is kept. */
    readonly bodyBytes: number
  } | null
  readonly timing: Attempt['timing']
  readonly error: Attempt['error']
}

/** GET /api/deliveries/:id. Authorization is masked in `headers` unless asked for with `?reveal=1`. */
export interface DeliveryView extends DeliverySummary {
  readonly path: string
  readonly httpVersion: string
  readonly remoteAddress: string
  readonly readMs: number
  readonly headers: HeaderList
  readonly body: BodyView
  /** The body without its Content-Encoding; null when it had none or could not be decompressed. */
  readonly decoded: BodyView | null
  readonly verdictDetail: Verdict
  readonly signature: SignatureReport
  readonly authentication: AuthenticationReport
  readonly attempts: readonly AttemptView[]
}

/** Secrets to save for a hook. `keep` leaves what is saved. */
export interface SecretsChange {
  readonly authentication:
    | { readonly kind: 'keep' | 'none' }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  readonly signing: { readonly kind: 'keep' | 'none' } | { readonly kind: KeyKind; readonly key: string }
}

/** The session as the inspector drives it. Methods throw UserError for what the user can mend. */
export interface Controls {
  status(): Status
  /** @returns a function that stops the calls */
  onStatus(listener: () => void): () => void
  hooks(): readonly Hook[]
  saveSecrets(hook: string, change: SecretsChange): void
  replay(delivery: number, request: ReplayRequest): Promise<Attempt>
  preview(delivery: number, request: ReplayRequest): Promise<ReplayPreview>
  startReplayJob(request: ReplayJobRequest): Promise<ReplayJob>
  /** @returns whether there was such a running job */
  cancelReplayJob(id: string): boolean
  /** null stops forwarding. */
  setForwardTarget(target: string | null): void
  pauseForwarding(paused: boolean): void
  /** Sends a signed sample event to the hook, through the public URL when the tunnel is up. */
  sendTestEvent(
    hook: string,
  ): Promise<{ readonly url: string; readonly status: number | null; readonly problem: string | null }>
}

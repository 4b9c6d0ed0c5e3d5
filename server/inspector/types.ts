/** What the private door's API answers, and what it needs from the session behind it. */
import type { Attempt, AttemptSummary } from '../../core/attempt.ts'
import type { CheckOutline, CheckRun, CheckStart } from '../../core/check-run.ts'
import type { DeliverySummary, Verdict, VerdictChange } from '../../core/delivery.ts'
import type { SignatureDiagnosis } from '../../core/diagnosis.ts'
import type { CheckReport } from '../../core/finding.ts'
import type { HeaderList } from '../../core/headers.ts'
import type {
  ConfiguredHook,
  HookChange,
  HookDraft,
  HookHistoryEntry,
  HookView,
  KeyKind,
  VerificationJob,
} from '../../core/hook.ts'
import type { ReplayJob, Status } from '../../core/messages.ts'
import type { Span } from '../../core/query.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'
import type { BodyView, ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/replay.ts'
import type { Sample } from '../../core/simulation.ts'
import type { Simulator } from '../sender/simulate/simulator.ts'

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
  /** Why the signature is wrong; null when it is not, or when there is nothing to find out. */
  readonly diagnosis: SignatureDiagnosis | null
  /** For a delivery at a path that no hook has: the hook whose path is nearest; null when none is near, or it has a hook. */
  readonly didYouMean: {
    readonly hook: string
    readonly label: string
    readonly path: string
    /** It was deleted, and can be restored. */
    readonly isDeleted: boolean
  } | null
  /** Verdicts this delivery had before, oldest first. */
  readonly verdictHistory: readonly VerdictChange[]
  readonly attempts: readonly AttemptView[]
}

/** A hook that was saved, and what is worth knowing about it: that its certificate could not be looked at, for instance. */
export interface SavedHook {
  readonly hook: HookView
  readonly warnings: readonly string[]
  /** A key or a password is another now: the hook's stored deliveries can be checked again. */
  readonly secretsChanged: boolean
}

/** Hooks as the console edits them. Methods throw UserError for what the user can mend. */
export interface HookControls {
  hooks(): readonly ConfiguredHook[]
  add(draft: HookDraft): Promise<SavedHook>
  change(id: string, change: HookChange): Promise<SavedHook>
  /** Its deliveries stay. `restore` brings it back, path and secrets included. */
  remove(id: string): void
  restore(id: string): HookView
  /** null: answer as usual. */
  rehearse(id: string, rehearsal: Rehearsal | null): HookView
  /** Checks the stored deliveries again, with the keys of now. @param reason what history says, such as “the Signature Key was changed” */
  verifyAgain(id: string, reason: string): VerificationJob
  /** @returns whether there was such a running job */
  cancelVerification(job: string): boolean
  history(id: string): Promise<readonly HookHistoryEntry[]>
}

/** The simulated gateway, as far as the inspector drives it. */
export type SimulatorControls = Pick<
  Simulator,
  | 'start'
  | 'preview'
  | 'simulations'
  | 'simulation'
  | 'events'
  | 'pending'
  | 'try'
  | 'hurry'
  | 'cancel'
  | 'cancelSimulation'
>

/** Samples of the user's own. */
export interface SampleControls {
  list(): readonly Sample[]
  /** @throws UserError for a name that cannot be, or is taken, and for a delivery without a JSON body */
  save(delivery: number, name: string): Promise<Sample>
  /** @returns whether it was there */
  remove(name: string): boolean
}

/** The readiness check. Methods throw UserError for what the user can mend. */
export interface CheckControls {
  /** Begins a run; only one runs at a time. */
  start(start: CheckStart): CheckRun
  /** What `start` would do; nothing is sent, and nothing has to be confirmed. */
  plan(start: CheckStart): CheckOutline
  /** Newest first, at most 50. */
  runs(): Promise<readonly CheckRun[]>
  run(id: number): Promise<CheckRun | undefined>
  /** As far as it has come. */
  report(id: number): Promise<CheckReport | undefined>
  /** Ends the one that runs; what it found stays. @returns whether it ran */
  stop(id: number): Promise<boolean>
  /** Takes one away that does not run. @returns whether it was there */
  remove(id: number): boolean
}

/** The session as the inspector drives it. Methods throw UserError for what the user can mend. */
export interface Controls {
  status(): Status
  /** @returns a function that stops the calls */
  onStatus(listener: () => void): () => void
  readonly hooks: HookControls
  readonly simulator: SimulatorControls
  readonly samples: SampleControls
  readonly checks: CheckControls
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

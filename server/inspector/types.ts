/** What the private door's API answers, and what it needs from the session behind it. */
import type { Attempt, AttemptSummary } from '../../core/attempt.ts'
import type { DeliverySummary, Verdict, VerdictChange } from '../../core/delivery.ts'
import type { SignatureDiagnosis } from '../../core/diagnosis.ts'
import type { HeaderList } from '../../core/headers.ts'
import type { ReplayJob, Status } from '../../core/messages.ts'
import type { NotForwarded } from '../../core/not-forwarded.ts'
import type { Span } from '../../core/query.ts'
import type { ReplayJobRequest, ReplayPreview, ReplayRequest } from '../../core/replay.ts'
import type { TestEventResult } from '../../core/stations.ts'
import type { AuthenticationReport, SignatureReport } from '../../core/verification.ts'
import type { AnswerView, BodyView, RequestView } from '../../core/views.ts'
import type { CheckRuns } from '../check/runs.ts'
import type { Diagnoses } from '../diagnosis/diagnoses.ts'
import type { HookControls } from '../hooks/controls.ts'
import type { Samples } from '../sender/simulate/samples.ts'
import type { Simulator } from '../sender/simulate/simulator.ts'

/** Every error of the API. `span` is the place in `q` when the query is at fault. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string; readonly span?: Span }
}

/** An attempt with its bytes. Authorization is masked unless asked for with `?reveal=1`. */
export interface AttemptView extends AttemptSummary {
  readonly request: RequestView
  readonly answer: AnswerView | null
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
  /** Why no attempt was made; null when there was one. */
  readonly notForwarded: NotForwarded | null
  /** Targets whose queue it stands in. */
  readonly waitsFor: readonly string[]
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

/** The readiness check, as far as the inspector drives it. */
export type CheckControls = Pick<CheckRuns, 'start' | 'plan' | 'runs' | 'run' | 'report' | 'stop' | 'remove'>

/** The session as the inspector drives it. Methods throw UserError for what the user can mend. */
export interface Controls {
  status(): Status
  /** @returns a function that stops the calls */
  onStatus(listener: () => void): () => void
  readonly hooks: HookControls
  readonly diagnoses: Diagnoses
  readonly simulator: SimulatorControls
  readonly samples: Samples
  readonly checks: CheckControls
  replay(delivery: number, request: ReplayRequest): Promise<Attempt>
  preview(delivery: number, request: ReplayRequest): Promise<ReplayPreview>
  startReplayJob(request: ReplayJobRequest): Promise<ReplayJob>
  /** @returns whether there was such a running job */
  cancelReplayJob(id: string): boolean
  /** Forwards to each of them from now on; none stops forwarding. */
  setForwardTargets(targets: readonly string[]): void
  pauseForwarding(paused: boolean): void
  /** Why a delivery without an attempt was not forwarded. */
  whyNotForwarded(delivery: DeliverySummary): NotForwarded
  /** Targets whose queue a delivery stands in. */
  waitsFor(delivery: number): readonly string[]
  /** Sends a signed sample event to the hook, through the public URL when the tunnel is up, and waits for the apps behind it. */
  sendTestEvent(hook: string): Promise<TestEventResult>
}

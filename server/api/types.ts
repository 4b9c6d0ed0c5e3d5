/** What the API answers. */
import type { AnswerView, BodyView, RequestView } from '../../core/api/views.ts'
import type { Attempt, AttemptSummary } from '../../core/deliveries/attempt.ts'
import type { Delivery, Verdict, VerdictChange } from '../../core/deliveries/delivery.ts'
import type { SignatureDiagnosis } from '../../core/deliveries/diagnosis.ts'
import type { NotForwarded } from '../../core/deliveries/not-forwarded.ts'
import type { AuthenticationReport, SignatureReport } from '../../core/deliveries/verification.ts'
import type { Span } from '../../core/search/query.ts'

/** Every error of the API. `span` is the place in `q` when the query is at fault; `count` says how many things are in the way. */
export interface ApiError {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly hint: string
    readonly span?: Span
    readonly count?: number
    /** What hookscope's command line ends with for it; where it is absent, the status decides. */
    readonly exitCode?: number
    /** Of `foreign-host` at a shared inspector: the URL that it is at. */
    readonly publicUrl?: string
  }
}

/** An attempt with its bytes. Authorization is masked unless asked for with `?reveal=1`. */
export interface AttemptView extends AttemptSummary {
  readonly request: RequestView
  readonly answer: AnswerView | null
  readonly timing: Attempt['timing']
  readonly error: Attempt['error']
}

/** GET /api/deliveries/:id?attempts=summary. Authorization is masked in `headers` unless asked for with `?reveal=1`. */
export interface DeliveryDetail extends Omit<Delivery, 'body'> {
  /** Stands first: the published schema of a verdict has its name from here. */
  readonly verdictDetail: Verdict
  readonly body: BodyView
  /** The body without its Content-Encoding; null when it had none or could not be decompressed. */
  readonly decoded: BodyView | null
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
  /** Oldest first. */
  readonly attempts: readonly AttemptSummary[]
  /** Why it was not sent to the app as it came; null when it was. */
  readonly notForwarded: NotForwarded | null
  /** Targets whose queue it stands in. */
  readonly waitsFor: readonly string[]
}

/** GET /api/deliveries/:id: each attempt with its bytes. */
export interface DeliveryView extends DeliveryDetail {
  readonly attempts: readonly AttemptView[]
}

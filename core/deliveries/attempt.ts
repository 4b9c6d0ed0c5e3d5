/** One POST that hookscope sent to a target, and how it ended. */
import type { HeaderList } from '../http/headers.ts'
import type { AttemptChange } from './attempt-changes.ts'

export type AttemptSource = 'forward' | 'replay' | 'simulate' | 'check'

/**
 * How an attempt ended: `answered` with any HTTP status · `refused` (no connection: refused, unknown name, TLS) ·
 * `timed-out` (connect 5 s, read 45 s) · `reset` (the connection ended before a whole answer) ·
 * `invalid-answer` (what came back was not HTTP). `pending` while it runs. Contract with scripts.
 */
export type Outcome = 'answered' | 'refused' | 'timed-out' | 'reset' | 'invalid-answer'

/** Why there is no answer: a stable code (ECONNREFUSED, …), a sentence, and what to try. */
export interface AttemptError {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** How an attempt went. */
export interface AttemptOutcome {
  readonly id: number
  /** ISO 8601, UTC, with milliseconds. */
  readonly startedAt: string
  readonly outcome: Outcome | 'pending'
  /** The app's HTTP status; null unless answered. */
  readonly status: number | null
  /** From the start to the end of the answer, milliseconds; null while pending. */
  readonly ms: number | null
  /** What a non-2xx answer says, see `answerLine`; null for a 2xx, for a body that says nothing, and where there is no answer. */
  readonly line: string | null
  /** Where a 3xx answer leads: its Location, printable. No redirect is followed, as the gateway follows none. */
  readonly location: string | null
  /** null when answered, and while pending. */
  readonly error: AttemptError | null
  /** Why a stricter client may refuse the answer, a sentence for each fault of its HTTP; empty when it is well-formed. */
  readonly sloppy: readonly string[]
  /** The proxy it went through, such as `proxy.example:3128`; left out when it went there directly. */
  readonly proxy?: string
}

/** A laptop that receives from this hookscope, and sends to its own app. */
export interface LaptopName {
  /** The name of the person whose it is. */
  readonly person: string
  readonly name: string
}

export interface AttemptSummary extends AttemptOutcome {
  readonly delivery: number
  readonly source: AttemptSource
  readonly target: string
  /** It failed, and its target was none any more when one that is a target took the delivery: it counts no longer. */
  readonly former: boolean
  /** What was sent differently from what came, in this order; empty: the delivery as it came. */
  readonly changes: readonly AttemptChange[]
  /** It sent the delivery as it came to where deliveries are forwarded: how it ended is what the app did with the delivery. */
  readonly own: boolean
  /** Whose laptop sent it, to its own app; absent: this hookscope sent it. */
  readonly laptop?: LaptopName
}

/** What was sent, exactly. */
export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: HeaderList
  readonly body: Uint8Array
}

/**
 * What the merchant's app answered, its header as it came, or what hookscope says in its place: to be handed on to the
 * gateway. What concerns a connection (Content-Length too) is left to who writes it.
 */
export interface AppAnswer {
  readonly status: number
  readonly headers: HeaderList
  readonly body: Uint8Array
}

/** Why the gateway is answered by hookscope where the app should. */
export interface InPlace {
  readonly code: string
  readonly message: string
}

/** What the gateway is answered: the app's answer, or hookscope's own, with why. */
export interface GivenAnswer extends AppAnswer {
  readonly inPlace?: InPlace
}

/** What came back; the body is kept up to a cap. */
export interface Answer extends AppAnswer {
  /** All bytes that came, also those beyond the cap. */
  readonly bodyBytes: number
}

/** Milliseconds from the start; null for what was not reached. */
export interface AttemptTiming {
  readonly connectMs: number | null
  readonly firstByteMs: number | null
  readonly totalMs: number
}

/** How a send ended, before it has a row of its own. */
export interface SendResult {
  readonly outcome: Outcome
  readonly answer: Answer | null
  readonly timing: AttemptTiming
  /** null when answered. */
  readonly error: AttemptError | null
  /** See `AttemptOutcome`; left out when there is nothing to say. */
  readonly sloppy?: readonly string[]
  /** See `AttemptOutcome`. */
  readonly proxy?: string
}

export interface Attempt extends AttemptSummary {
  readonly request: SentRequest
  readonly answer: Answer | null
  readonly timing: AttemptTiming | null
}

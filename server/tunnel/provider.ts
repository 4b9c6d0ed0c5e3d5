/** What each way to the public internet (one file a provider) gives to the supervisor. */

/** A way in that is open: what arrives at `url` should reach the receiver. */
export interface Line {
  /** Public base URL without a trailing slash. */
  readonly url: string
  /** The URL that was asked for, when another was given; null when it is as asked, or cannot be known. */
  readonly insteadOf: string | null
  /** Every way through is taken by a delivery that awaits its answer: a probe has to queue. False where that cannot be seen. */
  busy(): boolean
  /** Ends it and all it holds (sockets, timers, child process). Never rejects; may be called twice. */
  close(): Promise<void>
}

/** How an opening ended. Reasons are sentences for people; a hint says what the user can do. */
export type Opening =
  | { readonly kind: 'open'; readonly line: Line }
  /** Worth another try later; `waitMs` at the earliest, where trying sooner makes it worse. */
  | { readonly kind: 'failed'; readonly reason: string; readonly waitMs?: number }
  /** No use before the user changes something. */
  | { readonly kind: 'hopeless'; readonly reason: string; readonly hint: string }

/** What a line tells while it is open. */
export interface LineEvents {
  /** It is gone: open another. */
  lost(reason: string): void
  /** It may be gone: probe now. */
  doubt(): void
  /** It goes on under another public URL. */
  moved(url: string): void
}

/** One way to the public internet. */
export interface Provider {
  /** The URL is the user's word: it counts as up until a probe says otherwise. */
  readonly trusted: boolean
  /** Time a fresh URL needs before it can answer, in milliseconds. */
  readonly settleMs: number
  /** Failed probes in a row after which the line is opened anew; Infinity when that would help nothing. */
  readonly patience: number
  /** Opens a line. When `signal` aborts it ends soon, with nothing left open. */
  open(signal: AbortSignal, events: LineEvents): Promise<Opening>
}

/** The search language's terms, as the parser (search.ts) gives them and the store compiles them. */
import type { Note, Rejection, VerdictKind } from '../deliveries/delivery.ts'
import type { Family } from '../events/catalogue.ts'

/** A place in the query's text, in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

export type Comparison = '=' | '<' | '<=' | '>' | '>='

/** What `is:` accepts. */
export const states = [
  'verified',
  'rejected',
  'unchecked',
  'retry',
  'duplicate',
  'unknown',
  'unrouted',
  'unsubscribed',
  'failed',
  'forwarded',
  'pinned',
  'test',
  'noted',
] as const
export type State = (typeof states)[number]

/** Text that is shown; `also`: what else a person can mean by it, read from how the list and the detail write things. */
export interface TextCondition {
  readonly field: 'text'
  readonly text: string
  readonly phrase: boolean
  readonly also?: readonly [Condition, ...Condition[]]
}

/** One condition. `retry`/`duplicate`: seen before · `unknown`: type not in the catalogue · `failed`: the last attempt was not answered 2xx. */
export type Condition =
  | TextCondition
  /** `*` at the end matches any rest: `ach.*`. Both spellings of the card updater match each other. */
  | { readonly field: 'type'; readonly pattern: string }
  | { readonly field: 'family'; readonly family: Family }
  | { readonly field: 'is'; readonly state: State }
  | { readonly field: 'verdict'; readonly verdict: VerdictKind }
  | { readonly field: 'reason'; readonly reason: Rejection }
  | { readonly field: 'note'; readonly note: Note }
  /** The app's answer in the last attempt: `5xx`, `404`, or how it failed. `from` and `to` are both included, here and for `answered` and `id`. */
  | { readonly field: 'status'; readonly from: number; readonly to: number }
  | { readonly field: 'outcome'; readonly outcome: 'refused' | 'timed-out' | 'reset' | 'invalid-answer' | 'pending' }
  /** What the gateway was answered. */
  | { readonly field: 'answered'; readonly from: number; readonly to: number }
  /** Prefix of `event_body.object.key`, or of any key in the body that links it (batch, source). */
  | { readonly field: 'key'; readonly prefix: string }
  | { readonly field: 'event'; readonly prefix: string }
  | { readonly field: 'ref'; readonly prefix: string }
  | { readonly field: 'amount'; readonly comparison: Comparison; readonly amount: number }
  /** Both included. */
  | { readonly field: 'amounts'; readonly from: number; readonly to: number }
  | { readonly field: 'bytes'; readonly comparison: Comparison; readonly bytes: number }
  /** Received; milliseconds since 1970. `from` inclusive, `to` exclusive. */
  | { readonly field: 'received'; readonly from: number | null; readonly to: number | null }
  | { readonly field: 'hook'; readonly hook: string }
  | { readonly field: 'method'; readonly method: string }
  | { readonly field: 'id'; readonly from: number; readonly to: number }
  /** A header line, `Name: value`; not of those that hold secrets. */
  | { readonly field: 'header'; readonly text: string }
  /** The three that are never typed as a field: `×3`, `4.1 KB` and `35 ms` as they are shown. `to` is excluded. */
  | { readonly field: 'tries'; readonly tries: number }
  | { readonly field: 'size'; readonly from: number; readonly to: number }
  | { readonly field: 'took'; readonly from: number; readonly to: number }

/** Alternatives (`type:ach.*,cau.*`) are one term with several conditions; terms are joined by "and". */
export interface Term {
  readonly negated: boolean
  readonly anyOf: readonly [Condition, ...Condition[]]
  readonly span: Span
}

export interface Query {
  readonly terms: readonly Term[]
}

export interface QueryProblem {
  /** What is wrong, in words for the person who typed it. */
  readonly message: string
  /** What to type instead. */
  readonly hint: string
  readonly span: Span
}

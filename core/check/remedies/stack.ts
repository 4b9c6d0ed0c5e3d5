/** What the code of a stack has to cover. */

/**
 * `signature` over the raw bytes, compared in constant time: the whole route · `credentials` Basic authentication beside it ·
 * `once` each event_id acted on once, by the database itself · `answerFirst` the answer first, the work after it ·
 * `unknownTypes` what is not known is acknowledged · `brokenJson` JSON that cannot be read is answered 400 · `quietErrors`
 * nothing of the inside in an answer · `postOnly` nothing but POST is served · `limit` the body limit of 1 MB.
 */
export type RemedyName =
  | 'signature'
  | 'credentials'
  | 'once'
  | 'answerFirst'
  | 'unknownTypes'
  | 'brokenJson'
  | 'quietErrors'
  | 'postOnly'
  | 'limit'

/**
 * A stack and its code, a few lines for each fix; where they go stands in the first line. `db`, `apply` and `handlers` are the
 * reader's own.
 */
export interface Stack {
  /** As people call it. */
  readonly name: string
  /** Other words for it that `--framework` takes. */
  readonly aliases?: readonly string[]
  readonly code: Readonly<Record<RemedyName, string>>
}

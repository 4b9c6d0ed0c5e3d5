/** Looks at every answer of a check for what should not be in it: the body it answers, the inside of the program. */
import type { Exchange } from '../../core/finding.ts'

export interface Watch {
  /** @param signature the right one for the body that was sent; null when it was sent with it, or nothing is signed */
  look(exchange: Exchange, answerText: string, signature: string | null): void
  /** Answers that held the check's mark. */
  readonly echoes: readonly Exchange[]
  /** Answers that showed something of the inside, and what. */
  readonly internals: readonly Shown[]
  /** Answers that told what nobody but the gateway may know, and what. */
  readonly secrets: readonly Shown[]
}

interface Shown {
  readonly exchange: Exchange
  readonly what: string
}

/**
 * What stack traces and error pages look like: all patterns of a line fit. An answer is hostile text, so each repeats
 * within a bound: backtracking over a long answer would take longer than anyone waits.
 */
const traces: readonly { readonly patterns: readonly RegExp[]; readonly what: string }[] = [
  { patterns: [/^[ \t]{1,40}at .{1,300}:\d{1,9}:\d{1,9}\)?\r?$/m], what: 'a JavaScript stack trace' },
  { patterns: [/Traceback \(most recent call last\)/], what: 'a Python stack trace' },
  {
    patterns: [/(?:Fatal error|Warning|Notice|Parse error)(?:<\/b>)?:/, / in .{1,300} on line/],
    what: 'a PHP error with its file and line',
  },
  { patterns: [/^#\d{1,9} .{1,300}\(\d{1,9}\): /m], what: 'a PHP stack trace' },
  { patterns: [/\bat [\w.$]{1,300}\(\w{1,300}\.java:\d/], what: 'a Java stack trace' },
  { patterns: [/\b(?:SQLSTATE\[|ORA-\d{5}|syntax error at or near)/], what: 'an error of the database' },
  {
    patterns: [/(?<![\w/])(?:\/home\/|\/var\/www\/|\/usr\/src\/|[A-Z]:\\\\?(?:Users|inetpub)\\)/],
    what: 'a path of the server',
  },
]

/** @param secrets must not be in any answer; none so short that any text may hold it @param mark stands in every body */
export function openWatch(mark: string, secrets: readonly string[]): Watch {
  const echoes: Exchange[] = []
  const internals: Shown[] = []
  const told: Shown[] = []
  return {
    look(exchange, answerText, signature) {
      if (answerText === '') return
      if (answerText.includes(mark)) echoes.push(exchange)
      const trace = traces.find(({ patterns }) => patterns.every(pattern => pattern.test(answerText)))
      if (trace !== undefined) internals.push({ exchange, what: trace.what })
      if (secrets.some(secret => answerText.includes(secret))) told.push({ exchange, what: 'the key or the password' })
      // Echoing what was sent gives nothing away; telling a forger the right one does.
      else if (signature !== null && answerText.toLowerCase().includes(signature))
        told.push({ exchange, what: 'the right signature of a forged event' })
    },
    echoes,
    internals,
    secrets: told,
  }
}

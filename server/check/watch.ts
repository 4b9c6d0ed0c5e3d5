/** Looks at every answer of a check for what should not be in it: the body it answers, the inside of the program. */
import type { Exchange } from '../../core/finding.ts'

export interface Watch {
  /** @param signature the right one for the body that was sent; null when nothing is signed */
  look(exchange: Exchange, answerText: string, signature: string | null): void
  /** Answers that held the check's mark. */
  readonly echoes: readonly Exchange[]
  /** Answers that showed something of the inside, and what. */
  readonly internals: readonly { readonly exchange: Exchange; readonly what: string }[]
}

/** What stack traces and error pages look like. */
const traces: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /^\s+at .+\(?.+:\d+:\d+\)?$/m, what: 'a JavaScript stack trace' },
  { pattern: /Traceback \(most recent call last\)/, what: 'a Python stack trace' },
  {
    pattern: /(?:Fatal error|Warning|Notice|Parse error)<?\/?b?>?:.+ in .+ on line/s,
    what: 'a PHP error with its file and line',
  },
  { pattern: /^#\d+ .+\(\d+\): .+/m, what: 'a PHP stack trace' },
  { pattern: /\bat [\w.$]+\([\w]+\.java:\d+\)/, what: 'a Java stack trace' },
  { pattern: /\b(?:SQLSTATE\[|ORA-\d{5}|syntax error at or near)/, what: 'an error of the database' },
  {
    pattern: /(?<![\w/])(?:\/home\/|\/var\/www\/|\/usr\/src\/|[A-Z]:\\\\?(?:Users|inetpub)\\)/,
    what: 'a path of the server',
  },
]

const wasSent = ({ request }: Exchange, signature: string) =>
  request.headers.some(([, value]) => value.toLowerCase().includes(signature))

/** @param secrets must not be in any answer; none so short that any text may hold it @param mark stands in every body */
export function openWatch(mark: string, secrets: readonly string[]): Watch {
  const echoes: Exchange[] = []
  const internals: { exchange: Exchange; what: string }[] = []
  return {
    look(exchange, answerText, signature) {
      if (answerText === '') return
      if (answerText.includes(mark)) echoes.push(exchange)
      const trace = traces.find(({ pattern }) => pattern.test(answerText))
      if (trace !== undefined) internals.push({ exchange, what: trace.what })
      else if (secrets.some(secret => answerText.includes(secret)))
        internals.push({ exchange, what: 'the key or the password' })
      // Echoing what was sent gives nothing away; telling a forger the right one does.
      else if (signature !== null && answerText.includes(signature) && !wasSent(exchange, signature))
        internals.push({ exchange, what: 'the right signature of a forged event' })
    },
    echoes,
    internals,
  }
}

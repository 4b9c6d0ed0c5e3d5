/** Looks at every answer of a check for what should not be in it: the body it answers, the inside of the program. */
import type { Exchange } from '../../core/check/finding.ts'
import { headerValue } from '../../core/http/headers.ts'
import { insideOf } from './traces.ts'

export interface AnswerWatch {
  /** @param answerText empty where there is no answer @param signature the right one for the body that was sent; null when it was sent with it, or nothing is signed */
  look(exchange: Exchange, answerText: string, signature: string | null): void
  /** Answers that held the check's mark. */
  readonly echoes: readonly Exchange[]
  /** Answers that showed something of the inside, and what. */
  readonly internals: readonly Shown[]
  /** Answers that told what nobody but the gateway may know, and what. */
  readonly secrets: readonly Shown[]
  /** Answers that were read though they are not well-formed HTTP. */
  readonly sloppy: readonly Exchange[]
  /** Answers that were not HTTP. */
  readonly unreadable: readonly Exchange[]
}

interface Shown {
  readonly exchange: Exchange
  readonly what: string
}

/** @param secrets must not be in any answer; none so short that any text may hold it @param mark stands in every body */
export function openAnswerWatch(mark: string, secrets: readonly string[]): AnswerWatch {
  const echoes: Exchange[] = []
  const internals: Shown[] = []
  const told: Shown[] = []
  const sloppy: Exchange[] = []
  const unreadable: Exchange[] = []
  return {
    look(exchange, answerText, signature) {
      if (exchange.outcome === 'invalid-answer') unreadable.push(exchange)
      // Who sees no body in a chunked request answers its bytes as well: that is what chunked-body warns of.
      const isChunked = headerValue(exchange.request.headers, 'Transfer-Encoding') !== undefined
      if (exchange.answer?.sloppy !== undefined && !isChunked) sloppy.push(exchange)
      if (answerText === '') return
      if (answerText.includes(mark)) echoes.push(exchange)
      const inside = insideOf(answerText)
      if (inside !== null) internals.push({ exchange, what: inside })
      if (secrets.some(secret => answerText.includes(secret))) told.push({ exchange, what: 'the key or the password' })
      // Echoing what was sent gives nothing away; telling a forger the right one does.
      else if (signature !== null && answerText.toLowerCase().includes(signature))
        told.push({ exchange, what: 'the right signature of a forged event' })
    },
    echoes,
    internals,
    secrets: told,
    sloppy,
    unreadable,
  }
}

/** What befalls the endpoint while it is asked: it falls silent, its rate limit turns events away. */
import type { Exchange } from '../../core/check/finding.ts'
import { type RateLimit, readRateLimit } from '../../core/http/rate-limit.ts'

/** A genuine event that the endpoint's rate limit turned away. */
export interface Limited {
  readonly exchange: Exchange
  /** What its answer says of the limit. */
  readonly said: RateLimit
  /** What it had answered before, since the check began or last had to wait, and within how many seconds. */
  readonly answered: number
  readonly seconds: number
}

/** The endpoint gives no answer any more. */
export interface Silence {
  /** The last request that it dealt with; null when there was none. */
  readonly before: Exchange | null
  /** The first one without an answer. */
  readonly first: Exchange
}

export interface Lookout {
  /**
   * @param genuine whether it is an event as the gateway sends it
   * @param cut whether this side ended the connection
   */
  see(exchange: Exchange, how: { readonly genuine: boolean; readonly cut: boolean }): void
  /** null while it answers. */
  readonly silence: Silence | null
  readonly limited: readonly Limited[]
}

export function openLookout(): Lookout {
  const limited: Limited[] = []
  let before: Exchange | null = null
  let silence: Silence | null = null
  let answered = 0
  let since = performance.now()

  function count(exchange: Exchange, genuine: boolean): void {
    if (exchange.answer?.status !== 429) {
      answered += 1
      return
    }
    const now = performance.now()
    if (genuine) {
      const said = readRateLimit(exchange.answer.headers, new Date())
      limited.push({ exchange, said, answered, seconds: Math.ceil((now - since) / 1000) })
    }
    answered = 0
    since = now
  }

  return {
    see(exchange, { genuine, cut }) {
      const isAnswer = exchange.outcome === 'answered' || exchange.outcome === 'invalid-answer'
      if (isAnswer) {
        silence = null
        count(exchange, genuine)
      } else if (!cut) silence ??= { before, first: exchange }
      if (isAnswer || cut) before = exchange
    },
    get silence() {
      return silence
    },
    limited,
  }
}

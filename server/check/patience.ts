/** Waits where the endpoint limits rates, so that no question is answered by its limit. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Exchange } from '../../core/check/finding.ts'
import { readRateLimit } from '../../core/http/rate-limit.ts'
import type { CheckLimits } from './limits.ts'

export interface Patience {
  /** Resolves when requests are taken again, as far as is known. */
  ready(): Promise<void>
  /**
   * Learns from a 429 how long to wait.
   * @returns whether the same request may go out again then: not when that is too long, or has been too often
   */
  learn(exchange: Exchange): boolean
}

/** Requests that go out again, at most. */
export const mostRepeats = 60

/** Where the endpoint does not say how long, milliseconds: short at first, then longer. */
const firstPauseMs = 500
const longestPauseMs = 16_000
/** A person hears of a wait that is, or becomes, so much longer, milliseconds. */
const toldMs = 1000
/** Clocks differ, and windows end between two seconds. */
const slackMs = 100

/** @param onWait called when a wait begins, or becomes longer by a second, with how long it is now, milliseconds */
export function openRatePatience(
  { rateLimitMs }: Pick<CheckLimits, 'rateLimitMs'>,
  signal: AbortSignal,
  onWait: (ms: number) => void,
): Patience {
  let until = 0
  let leftMs = rateLimitMs
  let repeats = mostRepeats
  let pauseMs = firstPauseMs

  /** How long this answer asks to wait, milliseconds. */
  function asked({ answer }: Exchange, now: number): number {
    const { waitS } = readRateLimit(answer?.headers ?? [], new Date())
    if (waitS !== null) return waitS * 1000
    const pause = pauseMs
    // Those that were under way together are told once.
    if (now >= until) pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    return pause
  }

  return {
    async ready() {
      for (;;) {
        const ms = until - performance.now()
        if (ms <= 0) return
        await wait(ms, undefined, { signal })
      }
    },
    learn(exchange) {
      const now = performance.now()
      const end = now + asked(exchange, now) + slackMs
      const moreMs = Math.max(0, end - Math.max(now, until))
      if (repeats === 0 || moreMs > leftMs) return false
      repeats -= 1
      leftMs -= moreMs
      until = Math.max(until, end)
      if (moreMs >= toldMs) onWait(end - now)
      return true
    },
  }
}

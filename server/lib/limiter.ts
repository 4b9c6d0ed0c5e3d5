/** How often something may happen: a bucket of tokens that fills again with time. */

/** @returns false when it is too much */
export type Limiter = () => boolean

/**
 * @param burst how many may come at once
 * @param perSecond how many a second after that
 * @param now milliseconds; a clock that steps back refills nothing and breaks nothing
 */
export function openLimiter(burst: number, perSecond: number, now: () => number): Limiter {
  let tokens = burst
  let filledAt = now()
  return () => {
    const time = now()
    tokens = Math.min(burst, tokens + (Math.max(0, time - filledAt) / 1000) * perSecond)
    filledAt = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

/** A log that strangers can write to: lines beyond the limit are counted, and the next one that passes says how many. */
export function limitLog(log: (line: string) => void, limiter: Limiter): (line: string) => void {
  let dropped = 0
  return line => {
    if (!limiter()) {
      dropped += 1
      return
    }
    log(dropped === 0 ? line : `${line} (and ${dropped} lines like it were left out)`)
    dropped = 0
  }
}

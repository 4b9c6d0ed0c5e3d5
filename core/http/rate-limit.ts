/** What an answer says of its rate limit, however it is spelled: Retry-After, the RateLimit fields of every draft, X-RateLimit. */
import { type HeaderList, headerValue } from './headers.ts'

export interface RateLimit {
  /** Requests in a window; null when it does not say. */
  readonly limit: number | null
  /** The window, seconds. */
  readonly windowS: number | null
  /** Until it takes requests again, seconds. */
  readonly waitS: number | null
}

/** The first number that a pattern finds in any of these headers, in order. */
function firstOf(headers: HeaderList, asked: readonly (readonly [name: string, pattern: RegExp])[]): number | null {
  for (const [name, pattern] of asked) {
    const found = pattern.exec(headerValue(headers, name) ?? '')?.[1]
    if (found !== undefined) return Number(found)
  }
  return null
}

/** A moment in seconds or milliseconds since 1970 is larger than any wait. */
const [asSeconds, asMilliseconds] = [1e9, 1e12]

function untilReset(value: number, now: Date): number {
  if (value < asSeconds) return value
  return Math.max(0, Math.ceil((value < asMilliseconds ? value : value / 1000) - now.getTime() / 1000))
}

/** Seconds that Retry-After asks for: a number of them, or a date (RFC 9110, 10.2.3). */
function retryAfter(headers: HeaderList, now: Date): number | null {
  const value = headerValue(headers, 'Retry-After')?.trim() ?? ''
  if (/^\d{1,9}$/.test(value)) return Number(value)
  const date = /^[A-Z]/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now.getTime()) / 1000))
}

/** @param now what a date in the headers is counted from */
export function readRateLimit(headers: HeaderList, now: Date): RateLimit {
  const reset = firstOf(headers, [
    ['RateLimit', /[;,\s]t=(\d{1,15})/],
    ['RateLimit', /\breset=(\d{1,15})/],
    ['RateLimit-Reset', /^\s*(\d{1,15})/],
    ['X-RateLimit-Reset', /^\s*(\d{1,15})/],
    ['X-Rate-Limit-Reset', /^\s*(\d{1,15})/],
  ])
  return {
    limit: firstOf(headers, [
      ['RateLimit-Policy', /;\s*q=(\d{1,9})/],
      ['RateLimit-Policy', /^\s*(\d{1,9})\s*;/],
      ['RateLimit', /\blimit=(\d{1,9})/],
      ['RateLimit-Limit', /^\s*(\d{1,9})/],
      ['X-RateLimit-Limit', /^\s*(\d{1,9})/],
      ['X-Rate-Limit-Limit', /^\s*(\d{1,9})/],
    ]),
    windowS: firstOf(headers, [
      ['RateLimit-Policy', /;\s*w=(\d{1,9})/],
      ['RateLimit-Limit', /;\s*w=(\d{1,9})/],
    ]),
    waitS: retryAfter(headers, now) ?? (reset === null ? null : untilReset(reset, now)),
  }
}

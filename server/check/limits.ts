/** What the check measures against. */
import { isLoopback } from '../../core/http/loopback.ts'
import { gatewayLimits } from '../../core/simulate/schedule.ts'

export interface CheckLimits {
  /** As the gateway: until the connection stands, until the answer is whole, milliseconds; connections at once. */
  readonly connectMs: number
  readonly readMs: number
  readonly connections: number
  /** A connection that takes longer is warned of, milliseconds. */
  readonly promptConnectMs: number
  /** An answer that takes longer is warned of, milliseconds. */
  readonly recommendedMs: number
  /** An answer that takes longer has work in front of it, milliseconds. */
  readonly promptMs: number
  /** Events of the burst. */
  readonly burst: number
  /** How long the effect of an event is waited for, milliseconds. */
  readonly effectMs: number
  /** A certificate that ends sooner is warned of, days. */
  readonly renewDays: number
  /** How long an endpoint that went away may take to come back, milliseconds. */
  readonly returnMs: number
  /** How long the endpoint's rate limit may hold up the whole check, milliseconds. */
  readonly rateLimitMs: number
}

export const checkLimits: CheckLimits = {
  ...gatewayLimits,
  promptConnectMs: 1000,
  recommendedMs: 5000,
  promptMs: 1000,
  burst: 500,
  effectMs: 10_000,
  renewDays: 14,
  returnMs: 10_000,
  rateLimitMs: 120_000,
}

/** Requests a second to an endpoint elsewhere, unless asked otherwise; on this machine there is no limit. */
const gentleRate = 20

/** @param asked requests a second; null when nothing was asked for @returns null for no limit */
export function rateFor(url: URL, asked: number | null): number | null {
  return asked ?? (isLoopback(url.hostname) ? null : gentleRate)
}

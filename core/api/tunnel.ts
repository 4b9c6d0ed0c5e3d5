/** The state of the way from the public internet to the receiver. */
export type TunnelStatus =
  /** No tunnel was asked for, and no public URL was given. */
  | { readonly state: 'off' }
  | { readonly state: 'starting' }
  | {
      readonly state: 'up'
      /** Public base URL without a trailing slash. */
      readonly url: string
      /** Last end-to-end round trip through the public URL in milliseconds; null before the first probe. */
      readonly roundTripMs: number | null
      /** The URL the console may still have, when the tunnel server gave another name than before. */
      readonly changedFrom: string | null
      /** When a probe last came through (ISO 8601, UTC); absent before the first. */
      readonly reachedAt?: string
      /** The last time in this run that nothing could arrive (ISO 8601, UTC); absent where there was none. */
      readonly outage?: { readonly from: string; readonly to: string }
    }
  /** Not there now; another attempt is planned at `retryAt` (ISO 8601, UTC). */
  | {
      readonly state: 'retrying'
      readonly url: string | null
      readonly reason: string
      readonly retryAt: string
      readonly reachedAt?: string
    }
  /** Given up: needs the user (a program that is missing, a name that is refused). */
  | {
      readonly state: 'down'
      readonly url: string | null
      readonly reason: string
      readonly hint: string
      readonly reachedAt?: string
    }

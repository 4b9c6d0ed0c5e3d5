import type { TunnelWay, WayFacts } from '../tunnels/ways.ts'

/** Another way that is ready here, offered while this one fails; nobody but a person takes it, since its operator can read the deliveries. */
export interface TunnelOffer extends Pick<WayFacts, 'name' | 'seenBy' | 'stable'> {
  /** The URL that the console may have, which leads nowhere then unless it is this way's; null: none. */
  readonly consoleUrl: string | null
  readonly sameUrl?: SameUrl
}

/** Whether the Hook URL of a way is the one that the console may have; absent: it is another one. */
export type SameUrl = 'yes' | 'maybe'

/** A way that can be taken while hookscope runs. */
export interface TunnelChoiceWay extends Pick<WayFacts, 'seenBy' | 'stable' | 'limits'> {
  /** As `PUT /api/tunnel` takes it; `none`: the URL of one's own that hookscope was started with. */
  readonly name: TunnelWay | 'none'
  readonly ready: boolean
  /** Why, or what is missing: the end of a sentence without its full stop. */
  readonly note: string
  /** It is the one that is open now. */
  readonly current: boolean
  readonly sameUrl?: SameUrl
}

/** GET /api/tunnel: the ways that can be taken, in the order of preference. */
export interface TunnelChoice {
  readonly ways: readonly TunnelChoiceWay[]
  /** The URL that the console may have; null: none. */
  readonly consoleUrl: string | null
  /** What the options open at the next start, whatever is taken meanwhile; null: the way that was taken last. */
  readonly nextStart: { readonly name: TunnelChoiceWay['name']; readonly options: string } | null
}

/** The state of the way from the public internet to the receiver. */
export type TunnelStatus =
  /** No tunnel is open, and no public URL was given; `declined`: at the start a person was asked and wanted none. */
  | { readonly state: 'off'; readonly declined?: true }
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
      /** After repeated failure; absent where no other way is ready here. */
      readonly offer?: TunnelOffer
    }
  /** Given up: needs the user (a program that is missing, a name that is refused). */
  | {
      readonly state: 'down'
      readonly url: string | null
      readonly reason: string
      readonly hint: string
      readonly reachedAt?: string
      readonly offer?: TunnelOffer
    }

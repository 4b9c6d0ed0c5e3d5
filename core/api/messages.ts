/** What the inspector's stream and its status carry. */
import type { ProbeId } from '../check/probes.ts'
import type { AttemptError, AttemptSummary } from '../deliveries/attempt.ts'
import type { BulkEdit } from '../deliveries/bulk-edit.ts'
import type { DeliverySummary } from '../deliveries/delivery.ts'
import type { Leftover } from '../deliveries/leftover.ts'
import type { PinsBeyond } from '../deliveries/pins.ts'
import type { Preparing } from '../deliveries/preparing.ts'
import type { HookView, VerificationJob } from '../hooks/hook.ts'
import type { SimulatedEvent } from '../simulate/simulation.ts'
import type { Exposed } from './exposed.ts'
import type { FromStatus } from './from.ts'
import type { StoreTrouble } from './store-trouble.ts'
import type { TunnelStatus } from './tunnel.ts'

/** One durable change. Applying the same change twice does no harm: each carries the whole new state. */
export type Change =
  | { readonly kind: 'delivery'; readonly delivery: DeliverySummary }
  | { readonly kind: 'delivery-removed'; readonly id: number }
  | { readonly kind: 'attempt'; readonly attempt: AttemptSummary }
  | { readonly kind: 'simulated'; readonly event: SimulatedEvent }

/** A replay of several deliveries, as far as it has come. */
export interface ReplayJob {
  readonly id: string
  readonly target: string
  readonly total: number
  /** Rejected deliveries that were asked for and are not sent: they would be signed again. */
  readonly leftOut: number
  readonly sent: number
  readonly answered: number
  readonly failed: number
  /** Why the last one that failed did; null while none has. */
  readonly problem: string | null
  readonly state: 'running' | 'done' | 'cancelled'
}

/** One route: which deliveries go where, and what is sent differently there; secrets are left out. */
export interface RouteView {
  readonly target: string
  /** The id of the hook whose deliveries it takes; null: those of every hook. */
  readonly hook: string | null
  /** Event types and patterns such as `ach.*`; null: what no route with events takes. */
  readonly events: readonly string[] | null
  /** Where it was given. */
  readonly from: 'forward' | 'config' | 'hook'
  /** Names of the headers that it adds. */
  readonly headers: readonly string[]
  readonly host: string | null
  /** The user name of the target's credentials. */
  readonly username: string | null
  /** How long the app may take, milliseconds; null: 45 seconds. */
  readonly timeoutMs: number | null
  /** Its certificate is not checked. */
  readonly insecure: boolean
}

/** Which deliveries are forwarded, and by which routes. */
export interface RouteStatus {
  readonly routes: readonly RouteView[]
  /** Each route that fits takes a delivery, not only the first. */
  readonly all: boolean
  /** Only these events are forwarded; null: all. */
  readonly only: readonly string[] | null
  /** Also events that their hook is not subscribed to. */
  readonly unsubscribed: boolean
  /** The routes of `--forward` as they are written, `[EVENTS=]URL`: those that `PUT /api/forward` sets. */
  readonly given: readonly string[]
}

/** Where deliveries are forwarded. */
export interface ForwardStatus extends RouteStatus {
  /** The first target, which answers the gateway when an app does. */
  readonly target: string
  readonly paused: boolean
  /** Deliveries that wait: those of the target for which most do. */
  readonly waiting: number
  /** The id of the oldest delivery that waits; null when none does. */
  readonly oldestWaiting: number | null
  /** The id of the first delivery that was not queued since a queue is full; null while none is. */
  readonly oldestPassedOver: number | null
  /** The most that may wait for one target: with so many, what comes is kept and not queued. */
  readonly mostWaiting: number
  /** Every target, the first one included; `routes` say which deliveries go to which. */
  readonly targets: readonly TargetStatus[]
}

export interface TargetStatus {
  readonly target: string
  readonly waiting: number
  /** Its queue was full, and half of it is not sent yet: what comes now is not queued. */
  readonly isFull: boolean
  /** `down`: nothing takes connections there or keeps them open, no TLS handshake is done, or its newest answer is 502, 503 or 504 (`answered` says when: an app that recovers is not noticed before the next delivery); `unknown` until the first look has ended, and behind a proxy that relays http until the first answer. */
  readonly state: 'unknown' | 'up' | 'down'
  /** Why it is down, `UNAVAILABLE` for what it answered, `CLOSED_AT_ONCE` where only a port proxy is there; null when it is not. */
  readonly error: AttemptError | null
  /** When it was last seen to be so, by a look or by an attempt: ISO 8601, UTC; null until the first look has ended. A look that finds all as it was is not told to the stream. */
  readonly seenAt: string | null
  /** It is on this machine or in a private network, and looked at every few seconds. What is said of another may be old. */
  readonly watched: boolean
  /** Its newest answer since it is a target, those to the check aside; null while there is none. */
  readonly answered: { readonly status: number; readonly at: string } | null
  /** Until when what nobody took there is tried again: ISO 8601, UTC; null: nothing is. */
  readonly retryUntil: string | null
  /** Deliveries that it missed since it went down, without those that are tried again. */
  readonly missed: number
  /** The proxy that leads there, such as `proxy.example:3128`: what is known of the target, the proxy says. Left out where there is none. */
  readonly proxy?: string
}

/** What does not last: sent whole whenever it changes. */
export interface Status {
  readonly version: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Path of the database. */
  readonly db: string
  readonly tunnel: TunnelStatus
  /** The server that deliveries come from; absent: they come here. */
  readonly from?: FromStatus
  /** From where else than this machine it can be reached; null: from nowhere. */
  readonly exposed: Exposed | null
  readonly hooks: readonly HookView[]
  /** null: nothing is forwarded. */
  readonly forward: ForwardStatus | null
  /** Who answers the gateway. */
  readonly answer: 'hookscope' | 'app'
  /** Rejected deliveries are answered 200 as well. */
  readonly observe: boolean
  /** The sentence of `trouble`; null when all is well. */
  readonly storeTrouble: string | null
  /** What is wrong with the database; null when all is well. */
  readonly trouble: StoreTrouble | null
  readonly limits: { readonly bodyBytes: number }
  readonly retention: { readonly count: number | null; readonly days: number | null; readonly bytes: number | null }
  /** What pinned deliveries alone take up where that is more than `retention`; null when it is not. */
  readonly pinsBeyond: PinsBeyond | null
  /** Deliveries that were dropped before anybody was told of them since the start: more came than `retention` keeps. */
  readonly droppedUnseen: number
  /** Deliveries that are kept and answered, and neither listed nor sent on yet: hookscope prepares them. */
  readonly preparing: number
  /** How many deliveries waited to be sent on, or were offered to be, and were dropped or deleted before; those of the run before, once it is known. */
  readonly droppedWaiting: number
  readonly jobs: readonly ReplayJob[]
  /** Edits of many deliveries: the running ones, and the last few that ended. */
  readonly edits: readonly BulkEdit[]
  /** What was to be sent and is not. */
  readonly leftovers: readonly Leftover[]
  /** Checks of stored deliveries: the running ones, and the last few that ended. */
  readonly verifications: readonly VerificationJob[]
  /** Simulated events that are queued for an attempt, and those that are being sent. */
  readonly simulator: { readonly waiting: number; readonly sending: number }
  /** The readiness check that runs: probes that have concluded, of so many, and the one that is asked now; null when none runs. */
  readonly check: {
    readonly id: number
    readonly asked: number
    readonly of: number
    readonly current: ProbeId | null
  } | null
}

/** What the server writes to the stream, one JSON text a WebSocket frame. */
export type StreamFrame =
  /** First frame. `cursor` is where this viewer stands; batches follow from there. */
  | { readonly kind: 'hello'; readonly cursor: number; readonly status: Status }
  /** All changes after the last cursor up to this one. A delivery that changed twice in between comes once, as it is now. */
  | { readonly kind: 'batch'; readonly cursor: number; readonly changes: readonly Change[] }
  | { readonly kind: 'status'; readonly status: Status }
  /**
   * To who asks for them (`preparing=1`): the newest that are kept and not listed yet, some times a second while listing is late; null
   * once it is no longer.
   */
  | { readonly kind: 'preparing'; readonly preparing: Preparing | null }
  /** The cursor asked for is not known here (trimmed, or another database): load anew, then go on from `cursor`. */
  | { readonly kind: 'reset'; readonly cursor: number; readonly status: Status }
  /** Every 15 s, so that a viewer notices a dead connection. */
  | { readonly kind: 'beat' }

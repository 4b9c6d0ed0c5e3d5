/** What the inspector's stream and its status carry. */
import type { AttemptError, AttemptSummary } from './attempt.ts'
import type { DeliverySummary } from './delivery.ts'
import type { HookView, VerificationJob } from './hook.ts'
import type { ProbeId } from './probes.ts'
import type { SimulatedEvent } from './simulation.ts'
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
  readonly sent: number
  readonly answered: number
  readonly failed: number
  /** Why the last one that failed did; null while none has. */
  readonly problem: string | null
  readonly state: 'running' | 'done' | 'cancelled'
}

/** Where deliveries are forwarded. */
export interface ForwardStatus {
  /** The first target, which answers the gateway when an app does. */
  readonly target: string
  readonly paused: boolean
  /** Deliveries that wait: those of the target for which most do. */
  readonly waiting: number
  /** The id of the oldest delivery that waits; null when none does. */
  readonly oldestWaiting: number | null
  /** Every target, the first one included; each delivery goes to each. */
  readonly targets: readonly TargetStatus[]
}

export interface TargetStatus {
  readonly target: string
  readonly waiting: number
  /** Whether anything takes connections there; `unknown` until the first look has ended. */
  readonly state: 'unknown' | 'up' | 'down'
  /** Why it is down; null when it is not. */
  readonly error: AttemptError | null
  /** Deliveries that it missed since it went down. */
  readonly missed: number
}

/** What does not last: sent whole whenever it changes. */
export interface Status {
  readonly version: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** Path of the database. */
  readonly db: string
  readonly tunnel: TunnelStatus
  readonly hooks: readonly HookView[]
  /** null: nothing is forwarded. */
  readonly forward: ForwardStatus | null
  /** Who answers the gateway. */
  readonly answer: 'hookscope' | 'app'
  /** Rejected deliveries are answered 200 as well. */
  readonly observe: boolean
  /** Why nothing can be stored right now (disk full, file locked); null when all is well. */
  readonly storeTrouble: string | null
  readonly limits: { readonly bodyBytes: number }
  readonly retention: { readonly count: number | null; readonly days: number | null; readonly bytes: number | null }
  readonly jobs: readonly ReplayJob[]
  /** Checks of stored deliveries: the running ones, and the last few that ended. */
  readonly verifications: readonly VerificationJob[]
  /** Simulated events that wait for a try, and those that are being sent. */
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
  /** The cursor asked for is not known here (trimmed, or another database): load anew, then go on from `cursor`. */
  | { readonly kind: 'reset'; readonly cursor: number; readonly status: Status }
  /** Every 15 s, so that a viewer notices a dead connection. */
  | { readonly kind: 'beat' }

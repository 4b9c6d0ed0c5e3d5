/** What a server and a laptop that receives from it say to each other: one JSON text a WebSocket frame, at `laptopStreamPath`. */
import type { AttemptSource, SendResult } from '../deliveries/attempt.ts'
import type { AttemptChange } from '../deliveries/attempt-changes.ts'
import type { NewDelivery } from '../deliveries/delivery.ts'
import type { HeaderList } from '../http/headers.ts'
import { mostBodyBytes } from '../http/limits.ts'

/**
 * The upgrade's query: `log`, which the laptop's own log is called by; `cursor` to go on from, left out by a new one; `mark`, which came
 * with that cursor, where one did; `hook` for
 * each hook that is wanted, by label or id, none for all.
 */
export const laptopStreamPath = '/api/agent'

/** A hook as laptops know it. */
export interface SharedHook {
  readonly id: string
  readonly label: string
}

/** A delivery as it came to the server; its body as base64. */
export interface SharedDelivery extends Omit<NewDelivery, 'body' | 'origin'> {
  readonly id: number
  readonly body: string
}

/** Bodies are base64. */
export interface AttemptReport {
  readonly kind: 'attempt'
  /** Of the attempt, in the laptop's log. */
  readonly id: number
  /** Of the delivery, at the server. */
  readonly delivery: number
  readonly source: Extract<AttemptSource, 'forward' | 'replay'>
  readonly target: string
  /** Milliseconds since 1970, UTC. */
  readonly startedAt: number
  readonly changes: readonly AttemptChange[]
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: HeaderList
    /** null: the delivery's own. */
    readonly body: string | null
  }
  readonly result: Omit<SendResult, 'answer'> & {
    readonly answer: {
      readonly status: number
      readonly headers: HeaderList
      readonly body: string
      readonly bodyBytes: number
    } | null
  }
}

export type ToLaptop =
  /** First frame. `lost`: the cursor is none of this log, so deliveries begin with what comes now; `again`: or so early that none is missed. */
  | {
      readonly kind: 'hello'
      readonly person: string
      readonly laptop: string
      readonly hooks: readonly SharedHook[]
      readonly lost: boolean
      readonly again?: boolean
    }
  /** They have changed. */
  | { readonly kind: 'hooks'; readonly hooks: readonly SharedHook[] }
  /** It may come again after a new connection. */
  | { readonly kind: 'delivery'; readonly delivery: SharedDelivery }
  /** All deliveries up to here were sent; more come once this is acknowledged. `behind`: there are more already. `mark`: the server's own words, to be brought with the cursor. */
  | { readonly kind: 'cursor'; readonly cursor: string; readonly behind: boolean; readonly mark?: string }
  /** An attempt is kept, or its delivery is no longer. */
  | { readonly kind: 'reported'; readonly id: number }

export type FromLaptop =
  /** All up to this cursor is on the laptop's disk. */
  { readonly kind: 'ack'; readonly cursor: string } | AttemptReport

/** Why the server ends a stream, as the code of the close; the reason says it in words. */
export const laptopEnds = { signedOut: 4401, refused: 4403, wrong: 4400 } as const

/** Each side asks whether the other is there so often, and takes it for gone after twice as long, milliseconds. */
export const laptopBeatMs = 10_000

/** The largest frame to a laptop, bytes: a delivery with the largest body that a server can be told to take, as base64. */
export const largestToLaptop = (mostBodyBytes * 4) / 3 + 4 * 1024 * 1024

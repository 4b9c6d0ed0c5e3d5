/** The gateway simulated: what is asked for, what goes out, and how each event fares. */
import type { AnswerView, RequestView } from '../api/views.ts'
import type { AttemptOutcome } from '../deliveries/attempt.ts'
import type { Authentication, SigningKey } from '../hooks/hook.ts'
import type { FaultKind, FaultRates } from './faults.ts'
import type { Stations } from './stations.ts'

/** A value put at a path of the envelope (`event_body.object.amount`), as JSON. */
export interface SetField {
  readonly path: string
  readonly value: unknown
}

/** What is changed about one event of a scenario. */
export interface StepChanges {
  /** 1 for the event that is triggered first. */
  readonly step: number
  readonly set?: readonly SetField[] | undefined
  readonly unset?: readonly string[] | undefined
}

/** One thing to send. `set` and `unset` are applied to every event of it, in this order, after it was made. */
export type SimulationItem = {
  readonly set?: readonly SetField[] | undefined
  readonly unset?: readonly string[] | undefined
} & (
  | /** A sample of an event type, in either spelling: as it is written, so `event_type` is. */ {
      readonly kind: 'event'
      readonly type: string
    }
  | {
      readonly kind: 'journey'
      readonly name: string
      /** Applied after what is changed about all of its events. */
      readonly steps?: readonly StepChanges[] | undefined
    }
  /** A sample that was saved from a delivery. */
  | { readonly kind: 'sample'; readonly name: string }
  /** These bytes, UTF-8 text, whatever they are. */
  | { readonly kind: 'body'; readonly text: string }
)

/** Who gets the events. `subscribed`: every hook that is subscribed to the event's type, as the gateway does. */
export type Recipients =
  | { readonly kind: 'subscribed' }
  /** One hook, by id, whatever it is subscribed to. */
  | { readonly kind: 'hook'; readonly hook: string }
  | {
      readonly kind: 'target'
      readonly url: string
      readonly authentication: Authentication
      /** null: not signed. */
      readonly key: SigningKey | null
      /** A hook, by id: its credentials and its key are used where none is given here. */
      readonly hook?: string | undefined
    }

/** How time passes between attempts. What one attempt may take (5 s, 45 s) is not scaled: it is the app's real time. */
export type Clock = { readonly kind: 'instant' } | { readonly kind: 'times'; readonly factor: number }

export interface SimulationRequest {
  readonly items: readonly [SimulationItem, ...SimulationItem[]]
  readonly recipients: Recipients
  /** The items, so many times over, each time of another seed; 1 to 100,000 events in all. */
  readonly count: number
  /** First attempts a second; null: as fast as 20 connections allow. */
  readonly rate: number | null
  /** The same seed gives the same events, but for their time. */
  readonly seed: number
  /** `off`: one attempt. `schedule`: again until the app answers 2xx, as the gateway does, see schedule.ts. */
  readonly retries: 'off' | 'schedule'
  readonly clock: Clock
  readonly weather: FaultRates
}

/** What was asked for, as it is kept and shown: without the secrets of a URL that was named. */
export type AskedSimulation = Omit<SimulationRequest, 'items' | 'recipients'> & {
  /** null when they are too long to be kept beside their events. */
  readonly items: SimulationRequest['items'] | null
  readonly recipients:
    | Exclude<Recipients, { readonly kind: 'target' }>
    | {
        readonly kind: 'target'
        readonly url: string
        /** With what it was authenticated and signed, without user name, password and key. */
        readonly authentication: Authentication['kind']
        readonly signature: SigningKey['kind'] | 'none'
        /** The hook whose credentials and key it was sent with where none was given. */
        readonly hook?: string | undefined
      }
}

/** One request of the simulation, as far as it has come. */
export interface Simulation {
  readonly id: number
  readonly asked: AskedSimulation
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** What it sends, in a few words: “3 × transaction.sale.success”. */
  readonly title: string
  readonly events: number
  readonly delivered: number
  /** Given up: no attempt left, or none wanted. */
  readonly failed: number
  readonly cancelled: number
  readonly state: 'running' | 'done'
  /** Event types that no hook is subscribed to: nothing of them was sent. */
  readonly unsubscribed: readonly string[]
}

/**
 * `waiting` for its first or its next attempt · `sending`, until the last station has answered · `delivered` (answered 2xx by the
 * app, or by whoever is last) · `failed` (no attempt left) · `cancelled`. Contract with scripts.
 */
export type SimulatedState = 'waiting' | 'sending' | 'delivered' | 'failed' | 'cancelled'

/**
 * One POST of a simulated event. `outcome`, `status`, `ms`, `line`, `location` and `error` are of what it was sent to; when that
 * is a hook of this hookscope, `arrival` says how it fared there, and `app` what the app behind it answered.
 */
export interface SimulatedAttempt extends AttemptOutcome, Stations {
  /** The simulated event. */
  readonly event: number
  /** 1 for the first, up to 36. */
  readonly number: number
  /** Of the schedule, milliseconds from the first attempt: attemptInstants[number - 1]. */
  readonly instantMs: number
  readonly weather: readonly FaultKind[]
}

/** One event on its way to one recipient. */
export interface SimulatedEvent {
  readonly id: number
  readonly simulation: number
  /** The hook's id; null when it goes to a URL that was named. */
  readonly hook: string | null
  readonly target: string
  readonly eventId: string | null
  readonly eventType: string | null
  /** In the merchant's words, as in the list of deliveries. */
  readonly summary: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  readonly state: SimulatedState
  /** Oldest first. */
  readonly tries: readonly SimulatedAttempt[]
  /** The try that comes next and when, in real time (ISO 8601, UTC); null when none does. */
  readonly next: { readonly number: number; readonly instantMs: number; readonly at: string } | null
}

/** An attempt with its bytes. */
export interface SimulatedAttemptView extends SimulatedAttempt {
  readonly request: RequestView
  readonly answer: AnswerView | null
}

/** What a request would send first: each recipient's first request, signed, and nothing sent. */
export interface SimulationPreview {
  readonly events: number
  readonly requests: readonly (RequestView & { readonly hook: string | null })[]
  readonly unsubscribed: readonly string[]
  /** What is remarkable about the events: a `set` that broke the envelope, for instance. Sentences for people. */
  readonly remarks: readonly string[]
}

/** A captured delivery made a sample of the user's own, card data, names and mails scrubbed. */
export interface Sample {
  /** Lower-case letters, digits, dots and hyphens; never a catalogue type. */
  readonly name: string
  readonly eventType: string | null
  /** JSON text. */
  readonly body: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** The delivery it was made of. */
  readonly delivery: number | null
}

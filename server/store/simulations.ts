/** What the store knows of the simulated gateway: simulations, events on their way, and each attempt. */

import type { SendResult, SentRequest } from '../../core/deliveries/attempt.ts'
import type { BuiltEvent } from '../../core/events/generator/event-builder.ts'
import type { Authentication } from '../../core/hooks/hook.ts'
import type { FaultKind } from '../../core/simulate/faults.ts'
import type { AskedSimulation, SimulatedAttempt, SimulatedEvent, Simulation } from '../../core/simulate/simulation.ts'
import type { AppsAsked, HookStation } from '../../core/simulate/stations.ts'

/** What is signed and authenticated with at a URL that was named. */
export interface TargetSecrets {
  readonly authentication: Authentication
  readonly key: string | null
  /** A hook, by id, whose secrets are looked up at each attempt for what is not given here. */
  readonly hook?: string | undefined
}

/** How the events of a simulation are sent. */
export interface SimulationRules extends Pick<AskedSimulation, 'retries' | 'clock' | 'weather' | 'seed'> {
  /** null for hooks: theirs are looked up at each attempt. */
  readonly secrets: TargetSecrets | null
}

/** One event for one recipient, to be sent at `dueAt`. */
export interface NewSimulatedEvent {
  /** Its number among all of the simulation, from 0. */
  readonly ordinal: number
  readonly lane: string
  readonly hook: string | null
  readonly target: string
  readonly weather: readonly FaultKind[]
  /** Milliseconds since 1970. */
  readonly dueAt: number
  /** Decides among those that are due at the same time. */
  readonly place: number
}

/** One body and everyone who gets it. */
export interface NewSimulatedBody extends Pick<BuiltEvent, 'eventId' | 'eventType' | 'summary'> {
  readonly body: Uint8Array
  /** Of those that share it, each recipient gets one after the other, see `SimulationStore.next`; absent: it waits for none. */
  readonly scenario?: number | undefined
  readonly recipients: readonly NewSimulatedEvent[]
}

/** An event that waits for an attempt. */
export interface WaitingEvent extends Pick<NewSimulatedEvent, 'ordinal' | 'hook' | 'target' | 'weather' | 'dueAt'> {
  readonly id: number
  readonly simulation: number
  readonly body: number
  /** Tries so far. */
  readonly tries: number
}

export interface SimulatedStart {
  readonly event: number
  readonly number: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly weather: readonly FaultKind[]
  /** What goes out, credentials left out. */
  readonly request: Pick<SentRequest, 'method' | 'url' | 'headers'>
  /** null when it is the event's own body. */
  readonly body: Uint8Array | null
}

/** What an attempt was answered, and at which hook of this hookscope; its event goes on being sent while apps are awaited. */
export interface SimulatedAnswer {
  readonly result: SendResult
  /** null when it ends elsewhere, or did not arrive. */
  readonly arrival: HookStation | null
}

/** How an attempt ends. */
export interface SimulatedEnd {
  /** null when it is kept already, see `answerAttempt`. */
  readonly answer: SimulatedAnswer | null
  /** null when there are none behind what answered. */
  readonly apps: AppsAsked | null
  readonly after: AfterAttempt
}

/** What becomes of an event after an attempt. */
export type AfterAttempt =
  | { readonly state: 'delivered' | 'failed' }
  | { readonly state: 'waiting' /** Milliseconds since 1970. */; readonly dueAt: number }

/** An attempt that a crash left without an end. */
export interface InterruptedAttempt extends WaitingEvent {
  readonly attempt: number
  readonly startedAt: number
  /** Whether what it was sent to had answered, so that only the apps behind that are not known. */
  readonly isAnswered: boolean
}

/** An attempt with its bytes. */
export interface StoredSimulatedAttempt extends SimulatedAttempt {
  readonly request: SentRequest
  readonly answer: SendResult['answer']
}

export interface SimulationStore {
  /** @returns the id */
  begin(simulation: {
    readonly startedAt: number
    readonly title: string
    readonly asked: AskedSimulation
    readonly secrets: TargetSecrets | null
  }): Promise<number>
  add(simulation: number, bodies: readonly NewSimulatedBody[]): Promise<void>
  /** All of its events are there. */
  complete(simulation: number, unsubscribed: readonly string[]): Promise<void>
  rules(simulation: number): Promise<SimulationRules | undefined>
  /** Every lane in which an event waits that may go out. */
  lanes(): Promise<readonly string[]>
  /** The one of a lane that is due first, without those whose turn in their scenario has not come. */
  next(lane: string): Promise<WaitingEvent | undefined>
  body(id: number): Promise<Uint8Array>
  /** @returns the attempt's id; null when its event does not wait any more (cancelled, or sent by another process): nothing is kept then */
  startAttempt(start: SimulatedStart): Promise<number | null>
  /**
   * Keeps what an attempt was answered by a hook, while the apps behind it are awaited.
   * @param isLetBy whether the next step of its scenario may go out all the same
   */
  answerAttempt(id: number, answer: SimulatedAnswer, isLetBy?: boolean): Promise<void>
  /** Ends an attempt, and lets the next step of its scenario go out. An event that was cancelled meanwhile is not tried again. */
  endAttempt(id: number, end: SimulatedEnd): Promise<void>
  /** Those that are being sent by no process that is there. */
  interrupted(): Promise<readonly InterruptedAttempt[]>
  /** Ids of the events that wait or are being sent, those first that are due first. */
  unsettled(of: 'all' | { readonly simulation: number }): Promise<readonly number[]>
  /** Those of these events that wait are due at `at`. @returns how many */
  hurry(events: readonly number[], at: number): Promise<number>
  /** Those of these events that wait are due so much earlier, milliseconds. @returns how many */
  advance(events: readonly number[], ms: number): Promise<number>
  /** When the newest attempt began; null when there was none. */
  newestAttemptAt(): Promise<number | null>
  /** Ends those of these events that wait, and lets no attempt follow those that are being sent. @returns how many */
  cancel(events: readonly number[]): Promise<number>
  /** Events that wait or are being sent. */
  unfinished(): Promise<number>
  /** Whether nothing of a simulation is left to do; also when it is not there. */
  isDone(simulation: number): Promise<boolean>
  /** Called in every process with a simulation's id when nothing of it is left to do. @returns a function that stops the calls */
  onDone(listener: (simulation: number) => void): () => void
  /**
   * Called when another process has added, hurried or cancelled events, so that lanes are looked at again; within a second.
   * @returns a function that stops the calls
   */
  onChanged(listener: () => void): () => void
  /** Drops the oldest finished simulations beyond `count`, or with more than `events` events in all, in small steps. */
  prune(count: number, events: number): Promise<void>

  /** Newest first, at most 100. */
  list(): Promise<Simulation[]>
  get(id: number): Promise<Simulation | undefined>
  /** In the order they were kept: as they were asked for, late ones behind those that overtake them; at most 1,000. */
  events(simulation: number, after: number | null): Promise<SimulatedEvent[]>
  /** Those that wait, the next one first, at most 1,000. */
  pending(): Promise<SimulatedEvent[]>
  attempt(id: number): Promise<StoredSimulatedAttempt | undefined>
}

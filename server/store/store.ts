/** The Store: where deliveries last. One implementation (SQLite); the type is what the rest of the server knows. */
import type { Attempt, AttemptSource, AttemptSummary, SendResult, SentRequest } from '../../core/attempt.ts'
import type { EventType, Family } from '../../core/catalogue.ts'
import type { Arrival, Delivery, DeliverySummary, Verdict, VerdictChange, VerdictKind } from '../../core/delivery.ts'
import type { HeaderList } from '../../core/headers.ts'
import type { HookHistoryEntry } from '../../core/hook.ts'
import type { Change } from '../../core/messages.ts'
import type { Query } from '../../core/query.ts'
import type { Rehearsal } from '../../core/rehearsal.ts'
import type { CheckRunStore } from './check-runs.ts'
import type { Waypoint } from './grouping.ts'
import type { SampleStore } from './samples.ts'
import type { SimulationStore } from './simulation-store.ts'

export { StoreUnavailable } from './problem.ts'

/** A hook as it is kept. Secrets are null unless they were entered in the inspector. */
export interface StoredHook {
  readonly id: string
  readonly label: string
  readonly path: string
  readonly savedSecrets: {
    readonly basicAuth: { readonly username: string; readonly password: string } | null
    readonly signatureKey: string | null
    readonly sourceKey: string | null
  }
  /** null for its own path under the public URL. */
  readonly customUrl: string | null
  /** null for every event of the catalogue. */
  readonly events: readonly EventType[] | null
  readonly rehearsal: Rehearsal | null
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** An event, as one hook gets it. */
export interface EventKey {
  readonly hook: string
  readonly eventId: string
}

/** What it takes to judge a stored delivery again. */
export interface JudgedDelivery {
  readonly id: number
  readonly verdict: Verdict
  readonly headers: HeaderList
  readonly body: Uint8Array
}

export interface ListRequest {
  readonly query: Query
  /** Only deliveries with a smaller id; null for the newest. */
  readonly before: number | null
  /** 1 to 500. */
  readonly limit: number
  /** Show only the latest delivery of each event. */
  readonly grouped: boolean
  /** Stops the scan early; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Newest first. `next` is the `before` of the following page; null at the end. */
export interface ListPage {
  readonly deliveries: readonly DeliverySummary[]
  readonly next: number | null
  /**
   * Text was asked for, and deliveries of an older hookscope up to this one are still on their way into the index: accents and
   * escaped characters are not seen through in them yet. Absent when there are none.
   */
  readonly partialUpTo?: number
}

export interface TimelineRequest {
  readonly query: Query
  /** At most this many buckets, 1 to 500. */
  readonly buckets: number
  readonly from: number | null
  readonly to: number | null
  readonly signal?: AbortSignal
}

/**
 * Counts by verdict per stretch of time; `start` in milliseconds, ascending, empty stretches included. Everything kept
 * begins with a whole minute where a stretch is longer than that.
 */
export interface Timeline {
  readonly from: number
  readonly to: number
  readonly bucketMs: number
  readonly buckets: readonly ({
    readonly start: number
    /** Of those below, the ones that the app did not take. */
    readonly failed: Readonly<Record<VerdictKind, number>>
  } & Readonly<Record<VerdictKind, number>>)[]
}

/** Totals over everything kept, for the filter chips and menus. */
export interface Facets {
  readonly total: number
  readonly bytes: number
  readonly verdicts: Readonly<Record<VerdictKind, number>>
  readonly duplicates: number
  readonly unknown: number
  readonly failed: number
  readonly pinned: number
  readonly types: readonly { readonly type: string; readonly family: Family | null; readonly count: number }[]
  readonly hooks: readonly { readonly hook: string; readonly count: number }[]
}

export interface AttemptStart {
  readonly delivery: number
  readonly source: AttemptSource
  readonly target: string
  /** Milliseconds since 1970, UTC. */
  readonly startedAt: number
  readonly request: SentRequest
}

/** Limits of what is kept; null for no limit. Pinned deliveries are never dropped. */
export interface Retention {
  readonly count: number | null
  readonly days: number | null
  readonly bytes: number | null
}

/** The changes after a cursor; `reset` when that cursor is older than what is still known, or newer than the newest. */
export type ChangesAfter =
  | { readonly kind: 'changes'; readonly cursor: number; readonly changes: readonly Change[]; readonly more: boolean }
  | { readonly kind: 'reset'; readonly cursor: number }

/**
 * Reads that answer with a promise run on threads of their own and see all that was written before they were asked;
 * they reject with StoreUnavailable once the store is closed. Writes other than `append` and `purge` are done when they
 * return, and throw StoreUnavailable as `append` does.
 */
export interface Store {
  readonly path: string

  /**
   * Writes a delivery to the log; the promise resolves with its id once it is durable (committed with synchronous=FULL).
   * Calls that arrive together share one transaction.
   * @throws StoreUnavailable on a full disk, a locked file or an I/O error
   */
  append(arrival: Arrival): Promise<number>
  /** Records what the gateway was answered, when that was not known at `append`. */
  setAnswered(id: number, status: number): void

  /**
   * Called with every delivery once it is indexed: parsed, noted, grouped with its retries. Always after the append was
   * durable, in id order, and for each delivery once a process (deliveries left unindexed by a crash come at the next start).
   * @returns a function that stops the calls
   */
  onIndexed(listener: (deliveries: readonly DeliverySummary[]) => void): () => void
  /** Called when an attempt has ended. @returns a function that stops the calls */
  onAttempt(listener: (attempt: AttemptSummary) => void): () => void
  /** Called when `cursor()` has moved on. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
  /** Resolves when everything appended so far is indexed. */
  settled(): Promise<void>

  list(request: ListRequest): Promise<ListPage>
  timeline(request: TimelineRequest): Promise<Timeline>
  facets(): Promise<Facets>
  /** How many deliveries a query matches, counted up to `cap`. */
  count(query: Query, cap: number, signal?: AbortSignal): Promise<number>
  get(id: number): Promise<Delivery | undefined>
  /** Those of them that are there, with headers and body, in the order of their ids. */
  deliveries(ids: readonly number[]): Promise<Delivery[]>
  /** Those of them that are there, in the order of their ids. */
  summaries(ids: readonly number[]): Promise<DeliverySummary[]>
  /** All attempts of a delivery, oldest first. */
  attempts(delivery: number): Promise<Attempt[]>
  attempt(id: number): Promise<Attempt | undefined>
  /**
   * Every delivery about the same object, and what its batch or its source joins it to: of a sale the settlement, of a
   * settlement the sales. By `event_triggered`, then id; at most 200.
   */
  journey(id: number): Promise<DeliverySummary[]>
  /** Deliveries with smaller ids are still linked as an older hookscope did; null when none is left. */
  renewingBelow(): number | null
  /** All deliveries of one event, oldest first; at most 200. */
  deliveriesOfEvent(hook: string, eventId: string): Promise<DeliverySummary[]>

  /** Begins an attempt (it shows as pending). @returns its id */
  startAttempt(start: AttemptStart): number
  /** Ends it. A pending attempt left by a crash is ended as `reset` at the next start. */
  endAttempt(id: number, result: SendResult): void

  setPinned(ids: readonly number[], pinned: boolean): void
  /**
   * Replaces verdicts, for instance after a key was changed; those that are others now go on record.
   * @param reason in words
   * @returns events with so many deliveries that they are still grouped by the old verdicts: `regroup` is for them
   */
  setVerdicts(
    verdicts: readonly { readonly id: number; readonly verdict: Verdict }[],
    reason: string,
  ): readonly EventKey[]
  /** Groups some of an event's deliveries by the verdicts of now. @param from null to begin @returns from where to go on; null at the end */
  regroup(event: EventKey, from: Waypoint | null): Waypoint | null
  /** The verdicts a delivery had before, oldest first. */
  verdictHistory(delivery: number): Promise<VerdictChange[]>
  /** Takes deliveries away; they can be restored until `purge`. @returns the ids that were there */
  remove(ids: readonly number[]): number[]
  restore(ids: readonly number[]): void

  /** The newest cursor of the change log. */
  cursor(): number
  /** Changes after a cursor, at most `limit`. */
  changesAfter(cursor: number, limit: number): Promise<ChangesAfter>

  /** Oldest first, without those that were removed. */
  hooks(): StoredHook[]
  removedHooks(): StoredHook[]
  /** Adds it or replaces it by its id; whether it is removed stays. */
  saveHook(hook: StoredHook): void
  /** What a rehearsal still has to count, written without waiting for the disk. */
  setRehearsal(hook: string, rehearsal: Rehearsal | null): void
  /** Takes a hook away; its deliveries stay. @returns whether it was there */
  removeHook(id: string): boolean
  /** @returns whether it was removed */
  restoreHook(id: string): boolean
  addHookHistory(hook: string, entry: HookHistoryEntry['entry']): void
  /** Oldest first. */
  hookHistory(hook: string): Promise<HookHistoryEntry[]>
  /** How many deliveries of a hook are kept and not removed. */
  countOfHook(hook: string): number
  /** The id of the newest delivery that came so far, also of one that is not committed yet. */
  newest(): Promise<number>
  /**
   * A hook's deliveries with ids above `after`, up to `upTo`, oldest first: a page of bounded size. `next` is the `after`
   * of the following page; null when there was nothing left.
   */
  deliveriesOfHook(
    hook: string,
    after: number,
    upTo: number,
  ): Promise<{ readonly deliveries: readonly JudgedDelivery[]; readonly next: number | null }>
  /** Small settings that last (subdomain, last public URL). */
  setting(name: string): string | null
  setSetting(name: string, value: string | null): void

  /** What the simulated gateway sent and will send. */
  readonly simulations: SimulationStore
  /** Samples of the user's own. */
  readonly samples: SampleStore
  /** Runs of the readiness check. */
  readonly checks: CheckRunStore

  /** Applies retention and drops removed deliveries for good, in small steps between other work. @returns how many went */
  purge(retention: Retention): Promise<number>
  /** Finishes what is queued, checkpoints and closes. */
  close(): Promise<void>
}

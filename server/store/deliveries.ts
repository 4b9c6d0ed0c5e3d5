/** Deliveries as they are kept and found. */
import type { Rebuilding } from '../../core/api/store-trouble.ts'
import type {
  Delivery,
  DeliveryOrigin,
  DeliverySummary,
  NewDelivery,
  Verdict,
  VerdictKind,
} from '../../core/deliveries/delivery.ts'
import type { Preparing } from '../../core/deliveries/preparing.ts'
import type { Family } from '../../core/events/catalogue.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import type { Query } from '../../core/search/query.ts'

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
  /** For someone who acts on all that is found: a part of it is refused with StoreUnavailable `rebuilding`. Default false. */
  readonly whole?: boolean
  /** Stops the scan early; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** What is found in the list, or counted. */
export interface MaybePartial {
  /** It was read while the list was being rebuilt or looked at, and may lack what is not in it yet. Absent when it lacks nothing. */
  readonly rebuilding?: Rebuilding
  /**
   * Text was asked for, and deliveries of an older hookscope up to this one are still on their way into the index: accents and
   * escaped characters are not seen through in them yet. Absent when there are none.
   */
  readonly partialUpTo?: number
}

/** Newest first. `next` is the `before` of the following page; null at the end. */
export interface ListPage extends MaybePartial {
  readonly deliveries: readonly DeliverySummary[]
  readonly next: number | null
  /** Of a first page: what is kept and not listed yet. Absent where that is not late. */
  readonly preparing?: Preparing
}

export interface PreparingRequest {
  /** Default: all. */
  readonly query?: Query
  /** So many of the newest are looked at, at most `mostPrepared`. */
  readonly limit?: number
}

/** What is counted, and how long that may take. */
export interface CountOptions {
  readonly signal?: AbortSignal | undefined
  /** After so long an estimate will do, milliseconds; some tens more are needed for it. Default: all is counted. */
  readonly withinMs?: number | undefined
}

export interface MaybeEstimated {
  /**
   * There was no time to count all: the numbers are about right (`about`), or so little was found that they are only what
   * was counted so far (`at least`). Absent when all was counted.
   */
  readonly estimated?: 'about' | 'at least'
}

export interface TimelineRequest extends CountOptions {
  readonly query: Query
  /** At most this many buckets, 1 to 500. */
  readonly buckets: number
  readonly from: number | null
  readonly to: number | null
  /** Stretches as a person divides time: a minute, ten, an hour; the first begins before `from` where that is needed. Default false. */
  readonly even?: boolean
  /** The time zone, as IANA names it, whose hours and days even stretches are; default: UTC. */
  readonly zone?: string
}

/**
 * Counts by verdict per stretch of time; `start` in milliseconds, ascending, empty stretches included. Everything kept
 * begins with a whole minute where a stretch is longer than that.
 */
export interface Timeline extends MaybePartial, MaybeEstimated {
  readonly from: number
  readonly to: number
  readonly bucketMs: number
  readonly buckets: readonly ({
    readonly start: number
    /** Of those below, the ones that the app did not take. */
    readonly failed: Readonly<Record<VerdictKind, number>>
  } & Readonly<Record<VerdictKind, number>>)[]
}

/** Totals over everything kept, or over what a search finds, for the filter chips and menus. */
export interface Facets extends MaybePartial, MaybeEstimated {
  readonly total: number
  /** Counting ended where enough was found: there may be more of each. */
  readonly capped: boolean
  readonly bytes: number
  readonly verdicts: Readonly<Record<VerdictKind, number>>
  readonly duplicates: number
  readonly unknown: number
  readonly failed: number
  readonly pinned: number
  readonly types: readonly { readonly type: string; readonly family: Family | null; readonly count: number }[]
  readonly hooks: readonly { readonly hook: string; readonly count: number }[]
}

export interface FacetsRequest extends CountOptions {
  readonly query: Query
  /** Counting ends with so many. */
  readonly cap: number
}

export interface Counted extends MaybePartial, MaybeEstimated {
  readonly count: number
}

export interface DeliveryStore {
  /**
   * Writes a delivery to the log; the promise resolves with its id once it is durable: the disk has it.
   * Calls that arrive together share one transaction.
   * @throws StoreUnavailable on a full disk, a locked file or an I/O error
   */
  append(incoming: NewDelivery): Promise<number>
  /**
   * For who reads much, part after part: resolves at once while no delivery comes, and else after a rest, so that receiving
   * keeps nine tenths of the time.
   * @param tookMs how long the last part took, milliseconds
   */
  giveWay(tookMs: number): Promise<void>
  /** How many deliveries are durable and not indexed yet. */
  backlog(): number
  /** What is known of the newest of those, while some have waited for more than a moment; null while they have not. */
  preparing(request?: PreparingRequest): Promise<Preparing | null>
  /** Resolves when everything appended so far is indexed. */
  settled(): Promise<void>
  /** The id of the newest delivery that came so far, also of one that is not committed yet. */
  newest(): Promise<number>
  /**
   * When the newest delivery of the log was received, milliseconds since 1970; null when there is none.
   * @throws StoreUnavailable `rebuilding` while not all are known
   */
  newestAt(): Promise<number | null>

  /**
   * Called with every delivery once it is indexed: parsed, noted, grouped with its retries. Always after the append was
   * durable, and for each delivery once in every process that works on the log (deliveries left unindexed by a crash come at
   * the next start); in id order where one process does.
   * @returns a function that stops the calls
   */
  onIndexed(listener: (deliveries: readonly DeliverySummary[]) => void): () => void
  /** Called in every process with deliveries that were dropped for good, a slice at a time. @returns a function that stops the calls */
  onDropped(listener: (ids: readonly number[]) => void): () => void

  list(request: ListRequest): Promise<ListPage>
  timeline(request: TimelineRequest): Promise<Timeline>
  /** @param search what is counted, newest first, until there are `cap` of them; default: everything kept */
  facets(search?: FacetsRequest): Promise<Facets>
  /** How many deliveries a query matches, counted up to `cap`; an estimate may be more. */
  count(query: Query, cap: number, options?: CountOptions): Promise<Counted>
  /**
   * Hands over the ids of all that a query matches, newest first, some thousand at a time.
   * @throws StoreUnavailable `rebuilding` when those may not be all
   */
  matching(query: Query, visit: (ids: readonly number[]) => void, signal?: AbortSignal): Promise<void>

  /** The newest delivery that is from there, and was received there at this time (milliseconds since 1970); null: none is kept. */
  ofOrigin(origin: DeliveryOrigin, receivedAt: number): Promise<number | null>
  get(id: number): Promise<Delivery | undefined>
  /** Those of them that are there, with headers and body, in the order of their ids. */
  getMany(ids: readonly number[]): Promise<Delivery[]>
  /** Those of them that are there, in the order of their ids. */
  summaries(ids: readonly number[]): Promise<DeliverySummary[]>
  /**
   * Every delivery about the same object, and what its batch or its source joins it to: of a sale the settlement, of a
   * settlement the sales. By `event_triggered`, then id; at most 200.
   * @throws StoreUnavailable `rebuilding` when those may not be all
   */
  related(id: number): Promise<DeliverySummary[]>
  /** Deliveries with smaller ids are still linked as an older hookscope did; null when none is left. */
  renewingBelow(): number | null
  /** All deliveries of one event, oldest first; at most 200. @throws StoreUnavailable `rebuilding` when those may not be all */
  ofEvent(hook: string, eventId: string): Promise<DeliverySummary[]>
  /**
   * A hook's deliveries with ids above `after`, up to `upTo`, oldest first: a page of bounded size. `next` is the `after`
   * of the following page; null when there was nothing left.
   */
  ofHook(
    hook: string,
    after: number,
    upTo: number,
  ): Promise<{ readonly deliveries: readonly JudgedDelivery[]; readonly next: number | null }>
  /** How many deliveries of a hook are kept and not removed. */
  countOfHook(hook: string): Promise<number>
}

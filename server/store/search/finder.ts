/** What an engine of the Store answers about the deliveries that a query matches; how that makes a page or a count is in this folder. */
import type { DeliverySummary, VerdictKind } from '../../../core/deliveries/delivery.ts'
import type { Query } from '../../../core/search/query.ts'

/** Ids, both included. */
export interface IdRange {
  readonly from: number
  readonly to: number
}

export interface ScanOptions {
  /** Only smaller ids; null for all. */
  readonly before?: number | null
  /** Only the newest of each event. */
  readonly grouped?: boolean
  readonly signal?: AbortSignal | undefined
  /** Until when it is looked, by the clock of `performance.now()`; default: until the end. */
  readonly by?: number | undefined
}

export interface Scanned {
  /** The newest delivery that the text index lacks; null when it has all. */
  readonly unfilled: number | null
  /** What there was no time for; null when there was for all, or for enough. */
  readonly left: IdRange | null
}

/** What a part was worth: enough, not enough, or so many more like it would probably be enough. */
export type Visited = 'enough' | 'more' | number

/** Deliveries of one kind that a search finds. */
export interface KindRow extends Record<'repeat' | 'unknown' | 'failed' | 'pinned', 0 | 1> {
  readonly verdict: VerdictKind
  readonly type: string | null
  readonly hook: string
  readonly n: number
  readonly bytes: number
}

/** A maintained counter. */
export interface CounterRow {
  readonly facet: string
  readonly name: string
  readonly n: number
}

/** The stretches that time is cut into, milliseconds. */
export interface Grid {
  readonly from: number
  readonly to: number
  readonly bucketMs: number
}

/** Deliveries of one stretch, counted from `Grid.from`, and of one verdict. */
export interface BucketRow {
  readonly bucket: number
  readonly verdict: VerdictKind
  readonly n: number
  readonly failed: number
}

/** What is counted a minute: deliveries of one verdict, or of all (null); those that the app did not take, or all of them. */
export interface Tally {
  readonly verdict: VerdictKind | null
  readonly of: 'all' | 'failed'
}

/** Where a body holds a text: `place` in `around`, from 1, in characters. */
export interface PlaceRow {
  readonly id: number
  readonly around: string
  readonly place: number
}

/** One search. `Part`: a part of what is kept, such as a stretch of ids, and in it what a query matches. */
export interface Finder<Part> {
  /**
   * Asks part after part, newest first, until `visit` has enough.
   * @throws the signal's reason
   */
  scan(query: Query, options: ScanOptions, visit: (part: Part) => Promise<Visited>): Promise<Scanned>
  /** Those of these few ids that a query matches. @param unfilled the newest delivery that the text index lacks */
  among(query: Query, ids: readonly number[], unfilled: number | null): Part
  /** Newest first. */
  ids(part: Part): Promise<readonly number[]>
  count(part: Part): Promise<number>
  kinds(part: Part): Promise<readonly KindRow[]>
  buckets(part: Part, grid: Grid): Promise<readonly BucketRow[]>

  /** Those of them that are there, newest first. */
  summaries(ids: readonly number[]): Promise<DeliverySummary[]>
  /** Where bodies hold a text that their summary does not. */
  places(text: string, ids: readonly number[], unfilled: number | null): Promise<readonly PlaceRow[]>

  counter(facet: string, name: string): Promise<number>
  /** All that are above 0; of types and hooks the largest, at most `longest` of each, first. */
  counters(longest: number): Promise<readonly CounterRow[]>
  /** When the first and the last delivery came; null when there is none. */
  span(): Promise<{ readonly first: number | null; readonly last: number | null }>
  /** Everything from a whole minute on, by what was counted a minute. */
  minutes(tally: Tally, grid: Grid): Promise<readonly BucketRow[]>
  /** Everything kept. */
  allBuckets(grid: Grid): Promise<readonly BucketRow[]>
}

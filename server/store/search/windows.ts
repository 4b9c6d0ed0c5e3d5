/** Walks ids from the newest down, in windows that are each a short read. */
import type { Query } from '../../../core/search/query.ts'
import type { IdRange, Visited } from './finder.ts'

/** How wide windows are, in ids, or in those that a walk meets. */
export interface WindowSizes {
  /** Small at first, so that a page of the newest is quick. */
  readonly first: number
  readonly smallest: number
  readonly largest: number
}

/** How long a window should take, milliseconds: shorter ones grow, longer ones shrink. */
const windowMs = 50

export interface WalkOptions {
  readonly range: IdRange
  readonly sizes: WindowSizes
  readonly signal?: AbortSignal | undefined
  /** By the clock of `performance.now()`. */
  readonly by: number
  /** How long the reads took so far, milliseconds. */
  usedMs(): number
  /** Where a window begins that ends with `end`; null where nothing is left. Default: so many ids before it. */
  startOf?(end: number, width: number): Promise<number | null>
}

/** @returns what there was no time for; null when there was for all, or for enough. @throws the signal's reason */
export async function walkWindows(
  { range: { from, to }, sizes, signal, by, usedMs, startOf }: WalkOptions,
  visit: (window: IdRange) => Promise<Visited>,
): Promise<IdRange | null> {
  let width = sizes.first
  for (let end = to; end >= from; ) {
    if (performance.now() > by) return { from, to: end }
    const start = startOf === undefined ? Math.max(from, end - width + 1) : await startOf(end, width)
    if (start === null) return null
    const asked = width
    const before = usedMs()
    const visited = await visit({ from: start, to: end })
    if (visited === 'enough') return null
    signal?.throwIfAborted()
    end = start - 1
    const took = usedMs() - before
    if (took > windowMs) width = Math.max(sizes.smallest, Math.floor(width / 2))
    else if (took < windowMs / 4) width = Math.min(width * 4, sizes.largest)
    if (typeof visited === 'number') width = Math.max(sizes.smallest, Math.min(width, Math.ceil(asked * visited)))
  }
  return null
}

/** What a query's `id:` terms leave of a range. */
export function rangeOf({ terms }: Query, range: IdRange): IdRange {
  let { from, to } = range
  for (const { negated, anyOf } of terms) {
    const ranges = anyOf.flatMap(condition => (condition.field === 'id' ? [condition] : []))
    if (negated || ranges.length < anyOf.length) continue
    from = Math.max(from, Math.min(...ranges.map(one => one.from)))
    to = Math.min(to, Math.max(...ranges.map(one => one.to)))
  }
  return { from, to }
}

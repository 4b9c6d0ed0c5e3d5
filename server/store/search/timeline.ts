/** The strip over the list: counts per stretch of time. */
import { wallOf } from '../../../core/search/search-time.ts'
import { dayMs, hourMs, minuteMs } from '../../../core/text/duration.ts'
import type { MaybeEstimated, Timeline, TimelineRequest } from '../deliveries.ts'
import { draw } from './draw.ts'
import type { BucketRow, Finder, Grid } from './finder.ts'
import { byOf, partial } from './list.ts'
import { minutesOf } from './tallies.ts'

/** A finer stretch than a second tells a person nothing. */
const shortestBucket = 1000

/** Stretches as a person divides time, milliseconds; longer ones are of whole days. */
const evenStretches = [
  ...[1, 2, 5, 10, 15, 30].map(seconds => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map(minutes => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map(hours => hours * hourMs),
]

/**
 * The finest of them that cut a time into so many at most, by the clock of who asks: where that is put forward or back meanwhile,
 * by the clock of the end.
 */
function evenGrid(from: number, to: number, buckets: number, zone: string): Grid {
  const ahead = wallOf(zone)(to) - to
  const cut = (bucketMs: number): Grid => ({ from: from - modulo(from + ahead, bucketMs), to, bucketMs })
  const isCoarse = (grid: Grid) => Math.ceil((to - grid.from) / grid.bucketMs) <= buckets
  const days = (count: number): Grid => (isCoarse(cut(count * dayMs)) ? cut(count * dayMs) : days(count + 1))
  return evenStretches.map(cut).find(isCoarse) ?? days(Math.max(1, Math.floor((to - from) / buckets / dayMs)))
}

/** West of Greenwich the first hours of 1970 are before it. */
const modulo = (value: number, by: number) => ((value % by) + by) % by

/** Cuts the time that is asked for, or everything kept, into stretches; everything kept into whole minutes where it is long. */
async function gridOf<Part>(finder: Finder<Part>, request: TimelineRequest): Promise<Grid> {
  const { first, last } = await finder.span()
  const from = request.from ?? first ?? 0
  const to = Math.max(from, request.to ?? (last ?? from - 1) + 1)
  if (request.even) return evenGrid(from, to, request.buckets, request.zone ?? 'UTC')
  const cut = (start: number, unit: number): Grid => ({
    from: start,
    to,
    bucketMs: Math.max(shortestBucket, Math.ceil((to - start) / request.buckets / unit) * unit),
  })
  const everything = request.from === null && request.to === null
  const isLong = to - from > request.buckets * minuteMs
  return everything && isLong ? cut(from - (from % minuteMs), minuteMs) : cut(from, 1)
}

/** Counts per stretch of time; see DeliveryStore.timeline. Without `from` and `to` it spans everything kept. */
export async function readTimeline<Part>(finder: Finder<Part>, request: TimelineRequest): Promise<Timeline> {
  const { query, signal, withinMs } = request
  const by = byOf(withinMs)
  const grid = await gridOf(finder, request)
  const { from, to, bucketMs } = grid
  const buckets = Array.from({ length: Math.ceil((to - from) / bucketMs) }, (_, index) => ({
    start: from + index * bucketMs,
    verified: 0,
    unchecked: 0,
    rejected: 0,
    failed: { verified: 0, unchecked: 0, rejected: 0 },
  }))
  /** @param each how many deliveries one stands for */
  const add = (rows: readonly BucketRow[], each = 1) => {
    for (const { bucket, verdict, n, failed } of rows) {
      const target = buckets[bucket]
      if (target === undefined) continue
      target[verdict] += Math.round(n * each)
      target.failed[verdict] += Math.round(failed * each)
    }
  }
  const isWhole = from % minuteMs === 0 && bucketMs % minuteMs === 0 && request.to === null
  signal?.throwIfAborted()
  const minutes = isWhole ? minutesOf(query) : null
  let unfilled: number | null = null
  let estimated: MaybeEstimated['estimated']
  if (minutes !== null) add(await finder.minutes(minutes, grid))
  else if (query.terms.length > 0) {
    const scanned = await finder.scan(query, { signal, by }, async part => {
      add(await finder.buckets(part, grid))
      return 'more'
    })
    unfilled = scanned.unfilled
    const { left } = scanned
    if (left !== null) {
      const rows: BucketRow[] = []
      const drawn = await draw(left, async ids => {
        const read = await finder.buckets(finder.among(query, ids, unfilled), grid)
        rows.push(...read)
        return read.reduce((sum, { n }) => sum + n, 0)
      })
      add(rows, drawn.each)
      estimated = drawn.estimated
    }
  } else add(await finder.allBuckets(grid))
  return { from, to, bucketMs, buckets, ...(estimated && { estimated }), ...partial(query, unfilled) }
}

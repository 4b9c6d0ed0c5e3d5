/** What the filter chips, the menus and the strip over the list show: counts, not deliveries. */
import type { VerdictKind } from '../../../../core/deliveries/delivery.ts'
import { findEvent } from '../../../../core/events/catalogue.ts'
import { wallOf } from '../../../../core/search/search-time.ts'
import { dayMs, hourMs, minuteMs } from '../../../../core/text/duration.ts'
import type { Facets, FacetsRequest, MaybeEstimated, Timeline, TimelineRequest } from '../../deliveries.ts'
import { draw, type IdRange, roughly } from './draw.ts'
import type { Reads, SearchReads } from './reader.ts'
import { byOf, partial, scan, type Window } from './scan.ts'
import type { Sql } from './sql.ts'
import { minutesOf } from './tallies.ts'

/** Most event types and hooks that are listed: strangers can post as many types as they like. */
const longestList = 200

interface CounterRow {
  readonly facet: string
  readonly name: string
  readonly n: number
}

/** Reads the maintained counters; see DeliveryStore.facets. */
export async function readFacets(reader: Reads): Promise<Facets> {
  const rows = await reader.all<CounterRow>(
    `SELECT facet, name, n FROM counter WHERE n > 0 AND facet NOT IN ('type', 'hook')
     UNION ALL SELECT * FROM (SELECT facet, name, n FROM counter WHERE facet = 'type' AND n > 0 ORDER BY n DESC, name LIMIT ?)
     UNION ALL SELECT * FROM (SELECT facet, name, n FROM counter WHERE facet = 'hook' AND n > 0 ORDER BY n DESC, name LIMIT ?)`,
    [longestList, longestList],
  )
  return toFacets(rows, false)
}

/** Deliveries of one kind that a search finds. */
interface KindRow extends Record<'repeat' | 'unknown' | 'failed' | 'pinned', 0 | 1> {
  readonly verdict: VerdictKind
  readonly type: string | null
  readonly hook: string
  readonly n: number
  readonly bytes: number
}

/** Counts what a search finds, newest first, until there are more than `cap` of them, or estimates it; see DeliveryStore.facets. */
export async function readFacetsOf(
  reader: SearchReads,
  { query, cap, signal, withinMs }: FacetsRequest,
): Promise<Facets> {
  const counters = new Map<string, CounterRow>()
  const add = (facet: string, name: string | null, n: number) => {
    if (name === null || n === 0) return
    const key = `${facet} ${name}`
    counters.set(key, { facet, name, n: (counters.get(key)?.n ?? 0) + n })
  }
  const kindsOf = (where: Sql, named: Window['named']) =>
    reader.all<KindRow>(
      `SELECT d.verdict, d.repeat, d.unknown, d.failed, d.pinned, coalesce(d.type, d.event_type) AS type, d.hook,
        count(*) AS n, sum(d.kept) AS bytes FROM delivery d WHERE ${where.text} GROUP BY 1, 2, 3, 4, 5, 6, 7`,
      where.values,
      named,
    )
  /** @param each how many deliveries one stands for */
  const addKinds = (kinds: readonly KindRow[], each: number) => {
    for (const { verdict, repeat, unknown, failed, pinned, type, hook, n, bytes } of kinds) {
      add('total', '', n * each)
      add('bytes', '', bytes * each)
      add('verdict', verdict, n * each)
      add('duplicates', '', repeat * n * each)
      add('unknown', '', unknown * n * each)
      add('failed', '', failed * n * each)
      add('pinned', '', pinned * n * each)
      add('type', type, n * each)
      add('hook', hook, n * each)
    }
  }
  const total = () => counters.get('total ')?.n ?? 0
  const { unfilled, left } = await scan(reader, query, { signal, by: byOf(withinMs) }, async ({ where, named }) => {
    addKinds(await kindsOf(where, named), 1)
    return total() > cap ? 'enough' : 'more'
  })
  const estimated = left === null ? undefined : await estimate({ left, unfilled })
  const isCapped = estimated === undefined ? total() > cap : estimated === 'at least'
  const rows = [...counters.values()].map(row => (estimated === 'about' ? { ...row, n: roughly(row.n) } : row))
  const byCount = rows.sort((one, other) => other.n - one.n || (one.name < other.name ? -1 : 1))
  return {
    ...toFacets(byCount, isCapped),
    ...(estimated && { estimated }),
    ...partial(query, unfilled),
  }

  /** Adds what was not looked at. */
  async function estimate(rest: { readonly left: IdRange; readonly unfilled: number | null }) {
    const kinds: KindRow[] = []
    const drawn = await draw(query, rest, async (where, named) => {
      const read = await kindsOf(where, named)
      kinds.push(...read)
      return read.reduce((sum, { n }) => sum + n, 0)
    })
    addKinds(kinds, drawn.each)
    return drawn.estimated
  }
}

/** @param rows those of a list with the largest count first */
function toFacets(rows: readonly CounterRow[], capped: boolean): Facets {
  const one = (facet: string, name = '') => rows.find(row => row.facet === facet && row.name === name)?.n ?? 0
  const all = (facet: string) => rows.filter(row => row.facet === facet).slice(0, longestList)
  return {
    total: one('total'),
    capped,
    bytes: one('bytes'),
    verdicts: {
      verified: one('verdict', 'verified'),
      unchecked: one('verdict', 'unchecked'),
      rejected: one('verdict', 'rejected'),
    },
    duplicates: one('duplicates'),
    unknown: one('unknown'),
    failed: one('failed'),
    pinned: one('pinned'),
    types: all('type').map(({ name, n }) => ({ type: name, family: findEvent(name)?.family ?? null, count: n })),
    hooks: all('hook').map(({ name, n }) => ({ hook: name, count: n })),
  }
}

interface BucketRow {
  readonly bucket: number
  readonly verdict: VerdictKind
  readonly n: number
  readonly failed: number
}

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

/** The stretches that time is cut into. */
interface Grid {
  readonly from: number
  readonly to: number
  readonly bucketMs: number
}

/** Cuts the time that is asked for, or everything kept, into stretches; everything kept into whole minutes where it is long. */
async function gridOf(reader: Reads, request: TimelineRequest): Promise<Grid> {
  const [kept] = await reader.all<{ first: number | null; last: number | null }>(
    `SELECT (SELECT min(received_at) FROM delivery WHERE removed_at IS NULL) AS first,
      (SELECT max(received_at) FROM delivery WHERE removed_at IS NULL) AS last`,
    [],
  )
  const from = request.from ?? kept?.first ?? 0
  const to = Math.max(from, request.to ?? (kept?.last ?? from - 1) + 1)
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
export async function readTimeline(reader: SearchReads, request: TimelineRequest): Promise<Timeline> {
  const { query, signal, withinMs } = request
  const by = byOf(withinMs)
  const { from, to, bucketMs } = await gridOf(reader, request)
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
  const bounds = { start: from, end: to, width: bucketMs }
  // The casts, because better-sqlite3 binds every number as REAL.
  const bucketOf = (time: string) => `CAST((${time} - @start) / @width AS INTEGER) AS bucket`
  const counted = (
    where: string,
    counts: string,
    time = 'd.received_at',
  ) => `SELECT ${bucketOf(time)}, d.verdict, ${counts}
    FROM delivery d WHERE ${where} AND ${time} >= @start AND ${time} < @end GROUP BY 1, 2`
  const isWhole = from % minuteMs === 0 && bucketMs % minuteMs === 0 && request.to === null
  signal?.throwIfAborted()
  const minutes = isWhole ? minutesOf(query) : null
  let unfilled: number | null = null
  let estimated: MaybeEstimated['estimated']
  if (minutes !== null) {
    const perMinute = `SELECT ${bucketOf(`minute * ${minuteMs}`)}, verdict, sum(${minutes.n}) AS n, sum(failed) AS failed
      FROM delivery_minute WHERE ${minutes.text} AND minute * ${minuteMs} >= @start GROUP BY 1, 2`
    add(await reader.all<BucketRow>(perMinute, minutes.values, { start: from, width: bucketMs }))
  } else if (query.terms.length > 0) {
    const countedIn = (where: Sql, named: Window['named']) => {
      // The plus keeps the index on the time out: each window would walk all of it.
      const text = counted(where.text, 'count(*) AS n, sum(d.failed) AS failed', '+d.received_at')
      return reader.all<BucketRow>(text, where.values, { ...named, ...bounds })
    }
    const scanned = await scan(reader, query, { signal, by }, async ({ where, named }) => {
      add(await countedIn(where, named))
      return 'more'
    })
    unfilled = scanned.unfilled
    const { left } = scanned
    if (left !== null) {
      const rows: BucketRow[] = []
      const drawn = await draw(query, { left, unfilled }, async (where, named) => {
        const read = await countedIn(where, named)
        rows.push(...read)
        return read.reduce((sum, { n }) => sum + n, 0)
      })
      add(rows, drawn.each)
      estimated = drawn.estimated
    }
  } else {
    // Apart, so that each is served by its index alone.
    add(await reader.all<BucketRow>(counted('d.removed_at IS NULL', 'count(*) AS n, 0 AS failed'), [], bounds))
    const failures = counted('d.failed = 1 AND d.removed_at IS NULL', '0 AS n, count(*) AS failed')
    add(await reader.all<BucketRow>(failures, [], bounds))
  }
  return { from, to, bucketMs, buckets, ...(estimated && { estimated }), ...partial(query, unfilled) }
}

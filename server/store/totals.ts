/** What the filter chips, the menus and the strip over the list show: counts, not deliveries. */

import { findEvent } from '../../core/catalogue.ts'
import type { VerdictKind } from '../../core/delivery.ts'
import type { Reader } from './reader.ts'
import { scan } from './scan.ts'
import type { Facets, Timeline, TimelineRequest } from './store.ts'

/** Most event types and hooks that are listed: strangers can post as many types as they like. */
const longestList = 200

/** Reads the maintained counters; see Store.facets. */
export async function readFacets(reader: Reader): Promise<Facets> {
  const rows = await reader.all<{ facet: string; name: string; n: number }>(
    `SELECT facet, name, n FROM counter WHERE n > 0 AND facet NOT IN ('type', 'hook')
     UNION ALL SELECT * FROM (SELECT facet, name, n FROM counter WHERE facet = 'type' AND n > 0 ORDER BY n DESC, name LIMIT ?)
     UNION ALL SELECT * FROM (SELECT facet, name, n FROM counter WHERE facet = 'hook' AND n > 0 ORDER BY n DESC, name LIMIT ?)`,
    [longestList, longestList],
  )
  const one = (facet: string, name = '') => rows.find(row => row.facet === facet && row.name === name)?.n ?? 0
  const all = (facet: string) => rows.filter(row => row.facet === facet)
  return {
    total: one('total'),
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
const minuteMs = 60_000

/** The stretches that time is cut into. */
interface Grid {
  readonly from: number
  readonly to: number
  readonly bucketMs: number
}

/** Cuts the time that is asked for, or everything kept, into stretches; everything kept into whole minutes where it is long. */
async function gridOf(reader: Reader, request: TimelineRequest): Promise<Grid> {
  const [kept] = await reader.all<{ first: number | null; last: number | null }>(
    `SELECT (SELECT min(received_at) FROM delivery WHERE removed_at IS NULL) AS first,
      (SELECT max(received_at) FROM delivery WHERE removed_at IS NULL) AS last`,
    [],
  )
  const from = request.from ?? kept?.first ?? 0
  const to = Math.max(from, request.to ?? (kept?.last ?? from - 1) + 1)
  const cut = (start: number, unit: number): Grid => ({
    from: start,
    to,
    bucketMs: Math.max(shortestBucket, Math.ceil((to - start) / request.buckets / unit) * unit),
  })
  const everything = request.from === null && request.to === null
  const isLong = to - from > request.buckets * minuteMs
  return everything && isLong ? cut(from - (from % minuteMs), minuteMs) : cut(from, 1)
}

/** Counts per stretch of time; see Store.timeline. Without `from` and `to` it spans everything kept. */
export async function readTimeline(reader: Reader, request: TimelineRequest): Promise<Timeline> {
  const { query, signal } = request
  const { from, to, bucketMs } = await gridOf(reader, request)
  const buckets = Array.from({ length: Math.ceil((to - from) / bucketMs) }, (_, index) => ({
    start: from + index * bucketMs,
    verified: 0,
    unchecked: 0,
    rejected: 0,
    failed: { verified: 0, unchecked: 0, rejected: 0 },
  }))
  const add = (rows: readonly BucketRow[]) => {
    for (const { bucket, verdict, n, failed } of rows) {
      const target = buckets[bucket]
      if (target === undefined) continue
      target[verdict] += n
      target.failed[verdict] += failed
    }
  }
  const bounds = { start: from, end: to, width: bucketMs }
  // The casts, because better-sqlite3 binds every number as REAL.
  const bucketOf = (time: string) => `CAST((${time} - @start) / @width AS INTEGER) AS bucket`
  const counted = (where: string, counts: string) => `SELECT ${bucketOf('d.received_at')}, d.verdict, ${counts}
    FROM delivery d WHERE ${where} AND d.received_at >= @start AND d.received_at < @end GROUP BY 1, 2`
  const isWhole = from % minuteMs === 0 && bucketMs % minuteMs === 0 && request.to === null
  signal?.throwIfAborted()
  if (query.terms.length > 0) {
    await scan(reader, query, { signal }, async ({ where, named }) => {
      add(
        await reader.all<BucketRow>(counted(where.text, 'count(*) AS n, sum(d.failed) AS failed'), where.values, {
          ...named,
          ...bounds,
        }),
      )
      return 'more'
    })
  } else if (isWhole) {
    const perMinute = `SELECT ${bucketOf(`minute * ${minuteMs}`)}, verdict, sum(n) AS n, sum(failed) AS failed
      FROM delivery_minute WHERE minute * ${minuteMs} >= @start GROUP BY 1, 2`
    add(await reader.all<BucketRow>(perMinute, [], { start: from, width: bucketMs }))
  } else {
    // Apart, so that each is served by its index alone.
    add(await reader.all<BucketRow>(counted('d.removed_at IS NULL', 'count(*) AS n, 0 AS failed'), [], bounds))
    const failures = counted('d.failed = 1 AND d.removed_at IS NULL', '0 AS n, count(*) AS failed')
    add(await reader.all<BucketRow>(failures, [], bounds))
  }
  return { from, to, bucketMs, buckets }
}

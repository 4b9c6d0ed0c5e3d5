/** Finds the deliveries that a query matches, newest first, in windows of ids that are each a short read. */
import type { Query } from '../../../../core/search/query.ts'
import { minuteMs } from '../../../../core/text/duration.ts'
import { type SummaryRow, toSummary } from '../../rows.ts'
import type {
  BucketRow,
  CounterRow,
  Finder,
  IdRange,
  KindRow,
  PlaceRow,
  Scanned,
  ScanOptions,
  Visited,
} from '../../search/finder.ts'
import { rangeOf, walkWindows } from '../../search/windows.ts'
import type { Grams } from '../schema/grams.ts'
import { summarySelect } from '../select.ts'
import { candidates } from './candidates.ts'
import { compileQuery, within } from './conditions.ts'
import type { Reads, SearchReads } from './reads.ts'
import { idList, nothing, ours, type Sql, sql } from './sql.ts'
import { inStates, startOfStates, statesOf } from './states.ts'
import { walkStretches } from './stretches.ts'
import { placesOf } from './texts.ts'

const sizes = { first: 512, smallest: 128, largest: 65_536 } as const

/** The smallest and the largest id that the query's `id:` terms and `before` leave. */
async function bounds(reads: Reads, query: Query, before: number | null): Promise<IdRange> {
  const [kept] = await reads.all<{ first: number | null; last: number | null }>(
    sql`SELECT (SELECT min(id) FROM delivery) AS first, (SELECT max(id) FROM delivery) AS last`,
  )
  const to = Math.min(kept?.last ?? 0, (before ?? Number.POSITIVE_INFINITY) - 1)
  return rangeOf(query, { from: kept?.first ?? 1, to })
}

const idsIn = (ids: readonly number[]) => sql`d.id = ANY(${idList(ids)}::bigint[])`
const between = ({ from, to }: IdRange) => sql`d.id BETWEEN ${from}::bigint AND ${to}::bigint`

/** Few ids at first: a page needs no more. */
function* inParts(ids: readonly number[]): Generator<readonly number[]> {
  for (let [at, width] = [0, sizes.first]; at < ids.length; at += width, width *= 8) yield ids.slice(at, at + width)
}

/** @param grams what the index of texts finds them by */
async function scan(
  reads: SearchReads,
  grams: Grams,
  { query, options }: { readonly query: Query; readonly options: ScanOptions },
  visit: (where: Sql) => Promise<Visited>,
): Promise<Scanned> {
  const { before = null, grouped = false, signal, by = Number.POSITIVE_INFINITY } = options
  signal?.throwIfAborted()
  const range = await bounds(reads, query, before)
  const whole: Scanned = { unfilled: null, left: null }
  if (range.from > range.to) return whole
  const where = sql`d.removed_at IS NULL${compileQuery(query)}${grouped ? sql` AND d.superseded = 0` : nothing}`
  const states = statesOf(query)
  // A walk that meets nothing else is as short; of several terms another one may have fewer.
  const isWalk = states !== null && query.terms.length === 1
  const found = isWalk ? null : await candidates(reads, grams, query, range)
  const visitIds = (ids: readonly number[]) => visit(sql`${idsIn(ids)} AND ${between(range)} AND ${where}`)
  if (found !== null && 'ids' in found) {
    for (const ids of inParts(found.ids)) if ((await visitIds(ids)) === 'enough') return whole
    return whole
  }
  const from = states === null ? where : sql`${inStates(states)} AND ${where}`
  const walk = (part: IdRange, visitPart: (window: Sql) => Promise<Visited>) =>
    walkWindows(
      {
        ...{ range: part, sizes, signal, by },
        usedMs: reads.usedMs,
        // A walk counts only the deliveries that it meets.
        ...(states && {
          async startOf(end, width) {
            const [first] = await reads.all<{ start: number | null }>(startOfStates(states, part.from, end, width))
            return first?.start ?? null
          },
        }),
      },
      window => visitPart(sql`${between(window)} AND ${from}`),
    )
  if (found === null) return { unfilled: null, left: await walk(range, visit) }
  const left = await walkStretches({
    ...{ range, signal, by, look: found.look, visit: visitIds },
    async walk(part) {
      let isEnough = false
      const rest = await walk(part, async window => {
        const visited = await visit(window)
        isEnough = visited === 'enough'
        return visited
      })
      return isEnough ? 'enough' : rest
    },
  })
  return { unfilled: null, left }
}

interface Stretch {
  readonly from: number
  readonly bucketMs: number
}

const bucketOf = (time: Sql, { from, bucketMs }: Stretch) =>
  sql`floor((${time} - ${from}::float8) / ${bucketMs}::float8)::integer AS bucket`

/** @param reads the reads of one search @param grams what the index of texts finds them by */
export function createFinder(reads: SearchReads, grams: Grams): Finder<Sql> {
  return {
    scan: (query, options, visit) => scan(reads, grams, { query, options }, visit),
    among: (query, ids) => sql`${idsIn(ids)} AND d.removed_at IS NULL${compileQuery(query)}`,
    async ids(where) {
      const rows = await reads.all<{ id: number }>(sql`SELECT d.id FROM delivery d WHERE ${where} ORDER BY d.id DESC`)
      return rows.map(({ id }) => id)
    },
    async count(where) {
      const [row] = await reads.all<{ n: number }>(sql`SELECT count(*) AS n FROM delivery d WHERE ${where}`)
      return row?.n ?? 0
    },
    kinds: where =>
      reads.all<KindRow>(sql`
        SELECT d.verdict, d.repeat, d.unknown, d.failed, d.pinned, coalesce(d.type, d.event_type) AS type, d.hook,
          count(*) AS n, sum(d.kept) AS bytes FROM delivery d WHERE ${where} GROUP BY 1, 2, 3, 4, 5, 6, 7`),
    buckets: (where, grid) =>
      reads.all<BucketRow>(sql`
        SELECT ${bucketOf(ours('d.received_at'), grid)}, d.verdict, count(*) AS n, sum(d.failed) AS failed FROM delivery d
        WHERE ${where} AND ${within(ours('d.received_at + 0'), grid.from, grid.to)} GROUP BY 1, 2`),
    async summaries(ids) {
      if (ids.length === 0) return []
      const rows = await reads.all<SummaryRow>(sql`${ours(summarySelect)} AND ${idsIn(ids)} ORDER BY d.id DESC`)
      return rows.map(toSummary)
    },
    places: async (text, ids) =>
      ids.length === 0 ? [] : reads.all<PlaceRow>(placesOf(text, sql`${idList(ids)}::bigint[]`)),
    async counter(facet, name) {
      const [row] = await reads.all<{ n: number | null }>(
        sql`SELECT sum(n) AS n FROM counter WHERE facet = ${facet} AND name = ${name}`,
      )
      return row?.n ?? 0
    },
    counters: longest =>
      reads.all<CounterRow>(sql`
        SELECT facet, name, n FROM (
          SELECT facet, name, sum(n) AS n, row_number() OVER (PARTITION BY facet ORDER BY sum(n) DESC, name) AS place
          FROM counter GROUP BY facet, name HAVING sum(n) > 0) counted
        WHERE place <= ${longest}::bigint ORDER BY place`),
    async span() {
      const [kept] = await reads.all<{ first: number | null; last: number | null }>(sql`
        SELECT (SELECT min(received_at) FROM delivery WHERE removed_at IS NULL) AS first,
          (SELECT max(received_at) FROM delivery WHERE removed_at IS NULL) AS last`)
      return { first: kept?.first ?? null, last: kept?.last ?? null }
    },
    minutes: ({ verdict, of }, grid) =>
      reads.all<BucketRow>(sql`
        SELECT ${bucketOf(sql`minute * ${minuteMs}::bigint`, grid)}, verdict,
          sum(${ours(of === 'failed' ? 'failed' : 'n')}) AS n, sum(failed) AS failed FROM delivery_minute
        WHERE verdict = coalesce(${verdict}, verdict) AND minute >= ${Math.ceil(grid.from / minuteMs)}::bigint
        GROUP BY 1, 2`),
    async allBuckets(grid) {
      const counted = (counts: Sql, state: Sql) => sql`
        SELECT ${bucketOf(ours('d.received_at'), grid)}, d.verdict, ${counts} FROM delivery d
        WHERE d.removed_at IS NULL${state} AND ${within(ours('d.received_at'), grid.from, grid.to)} GROUP BY 1, 2`
      // Apart, so that each is served by its index alone.
      const all = counted(sql`count(*) AS n, 0 AS failed`, nothing)
      const failed = counted(sql`0 AS n, count(*) AS failed`, sql` AND d.failed = 1`)
      return [...(await reads.all<BucketRow>(all)), ...(await reads.all<BucketRow>(failed))]
    },
  }
}

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
import { placesOf, type TextWalk, walkText } from '../index/text-index.ts'
import { summarySelect } from '../select.ts'
import { compileLookups, compileQuery } from './query.ts'
import type { Reads, SearchReads } from './reader.ts'
import type { Sql, SqlValue } from './sql.ts'
import { stateWalk } from './states.ts'

/** While a window is read, the write-ahead log cannot be emptied, and nobody else is answered. */
const sizes = { first: 512, smallest: 16, largest: 16_384 } as const
/** Up to so many ids a condition is looked up at once instead of being searched for window by window. */
const lookupLimit = 4096

/** A statement's middle: `FROM delivery d … AND` and so on, with the ids it is about. */
export interface Window {
  readonly where: Sql
  readonly named: Readonly<Record<string, SqlValue>>
}

/**
 * The ids of one term that an index finds at once, when they are few: then nothing else needs to be looked at.
 * @returns null when no term is like that
 */
async function lookup(reader: Reads, { terms }: Query): Promise<readonly number[] | null> {
  let fewest: readonly number[] | null = null
  for (const { negated, anyOf } of terms) {
    const lookups = anyOf.map(compileLookups)
    if (negated || lookups.includes(null)) continue
    const ids = new Set<number>()
    for (const found of lookups.flatMap(several => several ?? [])) {
      if (ids.size > lookupLimit) break
      const rows = await reader.all<{ id: number }>(found.text, found.values, { most: lookupLimit + 1 })
      for (const { id } of rows) ids.add(id)
    }
    if (ids.size <= lookupLimit && ids.size < (fewest?.length ?? Number.POSITIVE_INFINITY)) fewest = [...ids]
  }
  return fewest
}

/** The walk over what holds a text that a query asks for; null where none meets all of it. */
async function textWalk(reader: Reads, { terms }: Query): Promise<TextWalk | null> {
  for (const { negated, anyOf } of terms) {
    const [condition] = anyOf
    if (negated || anyOf.length > 1 || condition.field !== 'text' || condition.also !== undefined) continue
    const walk = walkText(condition.text)
    if (walk === null) continue
    const { text, values } = walk.elsewhere
    if ((await reader.all(text, values)).length === 0) return walk
  }
  return null
}

interface Bounds extends IdRange {
  /** The newest delivery that the text index lacks; null when it has all. */
  readonly unfilled: number | null
}

/** The smallest and the largest id that the query's `id:` terms and `before` leave. */
async function bounds(reader: Reads, query: Query, before: number | null): Promise<Bounds> {
  const [kept] = await reader.all<{ first: number | null; last: number | null; unfilled: number | null }>(
    `SELECT (SELECT min(id) FROM delivery) AS first, (SELECT max(id) FROM delivery) AS last,
      (SELECT below - 1 FROM renewal) AS unfilled`,
    [],
  )
  const to = Math.min(kept?.last ?? 0, (before ?? Number.POSITIVE_INFINITY) - 1)
  return { ...rangeOf(query, { from: kept?.first ?? 1, to }), unfilled: kept?.unfilled ?? null }
}

async function scan(
  reader: SearchReads,
  query: Query,
  options: ScanOptions,
  visit: (window: Window) => Promise<Visited>,
): Promise<Scanned> {
  const { before = null, grouped = false, signal, by = Number.POSITIVE_INFINITY } = options
  signal?.throwIfAborted()
  const { from, to, unfilled } = await bounds(reader, query, before)
  const whole: Scanned = { unfilled, left: null }
  const states = stateWalk(query)
  const texts = states === null && unfilled === null ? await textWalk(reader, query) : null
  const walk = states ?? texts
  // What the walk met need not be asked of the index again.
  const compiled = compileQuery(query, unfilled, texts === null || texts.isSure ? 'index' : 'text')
  const { values } = compiled
  const text = `d.removed_at IS NULL${compiled.text}${grouped ? ' AND d.superseded = 0' : ''}`
  // A walk that meets nothing else is as short; of several terms another one may have fewer.
  const ids = unfilled === null && (walk === null || query.terms.length > 1) ? await lookup(reader, query) : null
  signal?.throwIfAborted()
  if (ids) {
    if (ids.length === 0 || from > to) return whole
    const where = {
      text: `d.id IN (SELECT value FROM json_each(@ids)) AND d.id BETWEEN @from AND @to AND ${text}`,
      values,
    }
    await visit({ where, named: { ids: JSON.stringify(ids), from, to } })
    return whole
  }
  const within = walk === null ? 'd.id BETWEEN @from AND @to' : `d.id IN (${walk.ids})`
  const where = { text: `${within} AND ${text}`, values: [...(walk?.values ?? []), ...values] }
  const left = await walkWindows(
    {
      range: { from, to },
      // Each window of a text costs a look into all of the index before it.
      sizes: texts === null ? sizes : { ...sizes, smallest: sizes.first },
      signal,
      by,
      usedMs: reader.usedMs,
      // A walk counts only the deliveries that it meets.
      ...(walk && {
        async startOf(end, width) {
          const [found] = await reader.all<{ start: number | null }>(walk.start, walk.values, {
            from,
            to: end,
            most: width,
          })
          return found?.start ?? null
        },
      }),
    },
    window => visit({ where, named: { ...window } }),
  )
  return { unfilled, left }
}

// The casts, because better-sqlite3 binds every number as REAL.
const bucketOf = (time: string) => `CAST((${time} - @start) / @width AS INTEGER) AS bucket`
const counted = (
  where: string,
  counts: string,
  time = 'd.received_at',
) => `SELECT ${bucketOf(time)}, d.verdict, ${counts}
  FROM delivery d WHERE ${where} AND ${time} >= @start AND ${time} < @end GROUP BY 1, 2`

/** @param reader the reads of one search */
export function createFinder(reader: SearchReads): Finder<Window> {
  return {
    scan: (query, options, visit) => scan(reader, query, options, visit),
    among(query, ids, unfilled) {
      // Few ids are looked at as they are: the text index would be asked for all between them.
      const { text, values } = compileQuery(query, unfilled, 'text')
      const where = { text: `d.id IN (SELECT value FROM json_each(@ids)) AND d.removed_at IS NULL${text}`, values }
      return { where, named: { ids: JSON.stringify(ids) } }
    },
    async ids({ where, named }) {
      // Forward inside the window, as disks read ahead; as one text, since thousands of rows would hold this thread up while
      // they are taken over.
      const [found] = await reader.all<{ ids: string }>(
        `SELECT json_group_array(id) AS ids FROM (SELECT d.id FROM delivery d WHERE ${where.text} ORDER BY d.id)`,
        where.values,
        named,
      )
      const ids: number[] = JSON.parse(found?.ids ?? '[]')
      return ids.reverse()
    },
    async count({ where, named }) {
      const text = `SELECT count(*) AS n FROM delivery d WHERE ${where.text}`
      const [row] = await reader.all<{ n: number }>(text, where.values, named)
      return row?.n ?? 0
    },
    kinds: ({ where, named }) =>
      reader.all<KindRow>(
        `SELECT d.verdict, d.repeat, d.unknown, d.failed, d.pinned, coalesce(d.type, d.event_type) AS type, d.hook,
        count(*) AS n, sum(d.kept) AS bytes FROM delivery d WHERE ${where.text} GROUP BY 1, 2, 3, 4, 5, 6, 7`,
        where.values,
        named,
      ),
    buckets({ where, named }, { from: start, to: end, bucketMs: width }) {
      // The plus keeps the index on the time out: each window would walk all of it.
      const text = counted(where.text, 'count(*) AS n, sum(d.failed) AS failed', '+d.received_at')
      return reader.all<BucketRow>(text, where.values, { ...named, start, end, width })
    },
    async summaries(ids) {
      const rows = await reader.all<SummaryRow>(
        `${summarySelect} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id DESC`,
        [JSON.stringify(ids)],
      )
      return rows.map(toSummary)
    },
    places(text, ids, unfilled) {
      const select = placesOf(text, ids, unfilled)
      return reader.all<PlaceRow>(select.text, select.values)
    },
    async counter(facet, name) {
      const [row] = await reader.all<{ n: number }>('SELECT n FROM counter WHERE facet = ? AND name = ?', [facet, name])
      return row?.n ?? 0
    },
    counters: longest =>
      reader.all<CounterRow>(
        `SELECT facet, name, n FROM counter WHERE n > 0 AND facet NOT IN ('type', 'hook')
         UNION ALL SELECT * FROM (SELECT facet, name, n FROM counter WHERE facet = 'type' AND n > 0 ORDER BY n DESC, name LIMIT ?)
         UNION ALL SELECT * FROM (SELECT facet, name, n FROM counter WHERE facet = 'hook' AND n > 0 ORDER BY n DESC, name LIMIT ?)`,
        [longest, longest],
      ),
    async span() {
      const [kept] = await reader.all<{ first: number | null; last: number | null }>(
        `SELECT (SELECT min(received_at) FROM delivery WHERE removed_at IS NULL) AS first,
          (SELECT max(received_at) FROM delivery WHERE removed_at IS NULL) AS last`,
        [],
      )
      return { first: kept?.first ?? null, last: kept?.last ?? null }
    },
    minutes: ({ verdict, of }, { from: start, bucketMs: width }) =>
      reader.all<BucketRow>(
        `SELECT ${bucketOf(`minute * ${minuteMs}`)}, verdict, sum(${of === 'failed' ? 'failed' : 'n'}) AS n,
        sum(failed) AS failed FROM delivery_minute
        WHERE verdict = coalesce(?, verdict) AND minute * ${minuteMs} >= @start GROUP BY 1, 2`,
        [verdict],
        { start, width },
      ),
    async allBuckets({ from: start, to: end, bucketMs: width }) {
      // Apart, so that each is served by its index alone.
      const bounds = { start, end, width }
      const all = counted('d.removed_at IS NULL', 'count(*) AS n, 0 AS failed')
      const failed = counted('d.failed = 1 AND d.removed_at IS NULL', '0 AS n, count(*) AS failed')
      return [...(await reader.all<BucketRow>(all, [], bounds)), ...(await reader.all<BucketRow>(failed, [], bounds))]
    },
  }
}

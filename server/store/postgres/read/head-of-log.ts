/** The head of the list from the log, while the index is late. */
import { setTimeout as sleep } from 'node:timers/promises'
import { mostPrepared, type Preparing } from '../../../../core/deliveries/preparing.ts'
import { isKnownAhead } from '../../../../core/search/match.ts'
import type { BodyReader } from '../../../bodies/reader.ts'
import type { PreparingRequest } from '../../deliveries.ts'
import { type AheadRow, headsAhead } from '../../index/unlisted.ts'
import type { Reads } from './reads.ts'
import { ours, sql } from './sql.ts'

/** From such a wait on it is late, milliseconds. */
const lateMs = 300
/** Larger bodies are not read for it, bytes: the gateway's events are a few thousand. */
const longestBody = ours(String(8 * 1024))
/** How long describing them may take, milliseconds. */
const longestMs = 400

interface WaitingRow {
  readonly count: number
  /** When the first of them was received; null when there is none. */
  readonly since: number | null
  readonly after: number
}

const waiting = sql`SELECT count(*) AS count, min(received_at) AS since, (SELECT coalesce(max(id), 0) FROM delivery) AS after
  FROM unindexed`

const newest = (limit: number) => sql`
  SELECT a.id, a.received_at, a.bytes, coalesce(u.status, a.status) AS status, a.hook, a.method, a.verdict, a.headers,
    a.rehearsed, CASE WHEN strpos(a.path, chr(63)) > 0 THEN substr(a.path, strpos(a.path, chr(63)) + 1) END AS query,
    CASE WHEN length(a.body) <= ${longestBody} THEN a.body END AS body
  FROM (SELECT * FROM unindexed ORDER BY id DESC LIMIT ${limit}::bigint) u
  JOIN arrival a ON a.id = u.id AND a.received_at = u.received_at ORDER BY a.id DESC`

export interface HeadOfLogOptions {
  readonly reads: Reads
  readonly bodies: Pick<BodyReader, 'read'>
  /** Milliseconds since 1970. */
  now(): number
}

/** See DeliveryStore.preparing. */
export function createHeadOfLog({ reads, bodies, now }: HeadOfLogOptions) {
  return async ({ query = { terms: [] }, limit = mostPrepared }: PreparingRequest = {}): Promise<Preparing | null> => {
    const [late] = await reads.all<WaitingRow>(waiting)
    if (!late || late.since === null || now() - late.since <= lateMs) return null
    const told = { count: late.count, after: late.after }
    if (!query.terms.every(isKnownAhead)) return { ...told, looked: 0, newest: [] }
    const rows = await reads.all<AheadRow>(newest(Math.min(limit, mostPrepared)))
    const input = { rows, query }
    // The thread may have to start first, or be at something long.
    const tooLate = sleep(longestMs, null, { ref: false })
    const described = await Promise.race([bodies.read('describe-newest', input, { ms: longestMs }), tooLate])
    const looked = described === null && query.terms.length > 0 ? 0 : rows.length
    return { ...told, looked, newest: described ?? headsAhead(input) }
  }
}

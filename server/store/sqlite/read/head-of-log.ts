/** The head of the list from the log, while the index is late. */
import { setTimeout as sleep } from 'node:timers/promises'
import { mostPrepared, type Preparing } from '../../../../core/deliveries/preparing.ts'
import { isKnownAhead } from '../../../../core/search/match.ts'
import type { BodyReader } from '../../../bodies/reader.ts'
import type { PreparingRequest } from '../../deliveries.ts'
import { type AheadRow, headsAhead } from '../../index/unlisted.ts'
import type { Indexer } from '../index/indexer.ts'
import { isDamage } from '../problem.ts'
import type { Reads } from './reader.ts'

/** Larger bodies are not read for it, bytes: the gateway's events are a few thousand. */
const longestBody = 8 * 1024
/** How long describing them may take, milliseconds. */
const longestMs = 400

const newest = `SELECT id, received_at, bytes, status, hook, method, verdict, headers, rehearsed,
    CASE WHEN instr(path, '?') > 0 THEN substr(path, instr(path, '?') + 1) END AS query,
    CASE WHEN length(body) <= ${longestBody} THEN body END AS body
  FROM arrival WHERE id > ? AND id <= ? ORDER BY id DESC LIMIT ?`

export interface HeadOfLogOptions {
  readonly reader: Reads
  readonly bodies: BodyReader
  readonly indexer: Pick<Indexer, 'late'>
}

/** See DeliveryStore.preparing. */
export function createHeadOfLog({ reader, bodies, indexer }: HeadOfLogOptions) {
  return async ({ query = { terms: [] }, limit = mostPrepared }: PreparingRequest = {}): Promise<Preparing | null> => {
    const late = indexer.late()
    if (late === null) return null
    const { after, upTo } = late
    const told = { count: upTo - after, after }
    if (!query.terms.every(isKnownAhead)) return { ...told, looked: 0, newest: [] }
    const most = Math.min(limit, mostPrepared)
    try {
      const rows = await reader.all<AheadRow>(newest, [after, upTo, most])
      const input = { rows, query }
      // The thread may have to start first, or be at something long.
      const tooLate = sleep(longestMs, null, { ref: false })
      const described = await Promise.race([bodies.read('describe-newest', input, { ms: longestMs }), tooLate])
      const looked = described === null && query.terms.length > 0 ? 0 : rows.length
      return { ...told, looked, newest: described ?? headsAhead(input) }
    } catch (error) {
      // A page of the log that does not read: the index says what is lost.
      if (isDamage(error)) return { ...told, looked: 0, newest: [] }
      throw error
    }
  }
}

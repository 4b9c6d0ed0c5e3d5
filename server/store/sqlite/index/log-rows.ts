/** The log, row by row where a page of it does not read. */
import type { Database } from 'better-sqlite3'
import { fewBytes } from '../../../bodies/decode.ts'
import type { ArrivalRow } from '../../rows.ts'
import { isDamage } from '../problem.ts'

/** A delivery of the log, as far as the index needs it: a large body is read by who looks into it. */
export type LogRow = Omit<ArrivalRow, 'body' | 'read_ms' | 'http_version' | 'remote_address' | 'path'> & {
  readonly body_bytes: number
  readonly path_length: number
  /** null when it is large. */
  readonly body: Uint8Array | null
}

const columns = `id, received_at, bytes, status, hook, method, verdict, headers, rehearsed, length(body) AS body_bytes,
  length(path) AS path_length, CASE WHEN length(body) <= ${fewBytes} THEN body END AS body`

export interface ReadOn {
  /** Deliveries in a row that read. */
  readonly rows: readonly LogRow[]
  /** The id up to which was looked. */
  readonly through: number
  /** Those before and among them that do not read. */
  readonly lost: readonly number[]
}

export interface LogRows {
  /** The deliveries after an id, at most so many. @throws where one of them does not read */
  following(after: number, limit: number): LogRow[]
  /** The same, past those that do not read, a bounded number of ids at a time. */
  readOn(after: number, limit: number): ReadOn
  /** The body of one. @throws where it does not read */
  body(id: number): Uint8Array | undefined
  /** The newest id. */
  newest(): number
}

/** Ids that are looked at in one go: one that does not read costs a microsecond or two. */
const mostLooked = 2000

/** @param durable deliveries with larger ids are not there yet */
export function openLogRows(db: Database, durable = () => Number.MAX_SAFE_INTEGER): LogRows {
  const following = db.prepare<[number, number, number], LogRow>(
    `SELECT ${columns} FROM arrival WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
  )
  const one = db.prepare<[number], LogRow>(`SELECT ${columns} FROM arrival WHERE id = ?`)
  const body = db.prepare<[number], Uint8Array>('SELECT body FROM arrival WHERE id = ?').pluck()
  const largest = db.prepare<[], number | null>('SELECT max(id) FROM arrival').pluck()
  const given = db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'arrival'").pluck()

  function newest(): number {
    try {
      return Math.min(largest.get() ?? 0, durable())
    } catch (error) {
      if (!isDamage(error)) throw error
      return given.get() ?? 0
    }
  }

  return {
    newest,
    body: id => body.get(id),
    following: (after, limit) => following.all(after, durable(), limit),
    readOn(after, limit) {
      const rows: LogRow[] = []
      const lost: number[] = []
      const last = Math.min(newest(), after + mostLooked)
      let through = after
      for (let id = after + 1; id <= last && rows.length < limit; id += 1) {
        try {
          const row = one.get(id)
          if (row !== undefined) rows.push(row)
        } catch (error) {
          if (!isDamage(error)) throw error
          if (rows.length > 0) break
          lost.push(id)
        }
        through = id
      }
      return { rows, through, lost }
    },
  }
}

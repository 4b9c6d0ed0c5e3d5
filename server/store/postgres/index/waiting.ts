/** Arrivals that wait to be indexed, with what they are. */

import { foldText } from '../../../../core/search/search-text.ts'
import type { BodyReader } from '../../../bodies/reader.ts'
import { type Described, describeLogged, isMuch, undescribable } from '../../index/described.ts'
import { openPatience } from '../../index/patience.ts'
import type { ArrivalRow } from '../../rows.ts'
import type { Sql } from '../connection.ts'
import { keptText } from '../schema/grams.ts'

/** An arrival, as far as the index needs it. */
export type LoggedRow = Omit<ArrivalRow, 'read_ms' | 'http_version' | 'remote_address'> & {
  readonly origin: string | null
}

export interface Waiting {
  readonly logged: LoggedRow
  readonly described: Described
  /** What is searched of it, as it is kept. */
  readonly text: string
  /** 1 where its characters are those of summary and body but for their case. */
  readonly plain: 0 | 1
}

export interface Arrivals {
  /** The ids that wait, the smallest first, at most so many. */
  ids(limit: number): Promise<number[]>
  /** Those of them that are in the log, described, in the order of their ids. */
  read(ids: readonly number[]): Promise<Waiting[]>
}

/** How long bodies are described before others get a turn, milliseconds. */
const sliceMs = 4

const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())

/** The text, where describing left it to the database to make it of the summary and the body. */
function searchedText({ searchable, description }: Described, body: Uint8Array): Pick<Waiting, 'text' | 'plain'> {
  if (searchable.text !== null) return { plain: 0 as const, text: keptText(searchable.text) }
  const came = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
  const text = `${foldText(description.summary)}\n${lowerAscii(came.replaceAll('\\/', '/'))}`
  return { plain: 1 as const, text: keptText(text) }
}

/** @param bodies the thread that looks into those that are much */
export function createDescriber(bodies: BodyReader): (logged: LoggedRow) => Promise<Waiting> {
  const describeMuch = openPatience(bodies)
  return async logged => {
    const { hook, method, headers, verdict, body } = logged
    try {
      if (isMuch({ hook, method, headers, verdict }, body.length)) {
        // It is handed to the thread: this one is kept.
        const copy = new Uint8Array(body)
        const found = await describeMuch({ hook, method, headers, verdict, body: copy })
        return { logged, described: found, ...searchedText(found, body) }
      }
      // Its database makes its own of the text.
      const found = describeLogged({ hook, method, headers, verdict, body }, false)
      return { logged, described: found, ...searchedText(found, body) }
    } catch {
      return { logged, described: undescribable(), plain: 0, text: '\n' }
    }
  }
}

/** @param bodies the thread that looks into those that are much */
export function createArrivals(sql: Sql, bodies: BodyReader): Arrivals {
  const described = createDescriber(bodies)
  return {
    async ids(limit) {
      const rows = await sql<{ id: number }[]>`SELECT id FROM unindexed ORDER BY id LIMIT ${limit}`
      return rows.map(({ id }) => id)
    },
    async read(ids) {
      const rows = await sql<LoggedRow[]>`
        SELECT a.id, a.received_at, a.bytes, a.status, a.hook, a.method, a.verdict, a.path, a.headers, a.body, a.rehearsed,
          a.origin
        FROM unindexed u JOIN arrival a ON a.id = u.id AND a.received_at = u.received_at
        WHERE u.id = ANY(${ids as number[]}::bigint[]) ORDER BY a.id`
      const found: Waiting[] = []
      let began = performance.now()
      for (const row of rows) {
        found.push(await described(row))
        if (performance.now() - began < sliceMs) continue
        await new Promise(setImmediate)
        began = performance.now()
      }
      return found
    },
  }
}

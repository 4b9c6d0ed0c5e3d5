/** Reads of the database, each a statement of its own; one that nobody waits for any more is cancelled there as well. */
import type { Row } from 'postgres'
import type { Queries } from '../connection.ts'
import { postgresCode, unavailable } from '../problem.ts'
import { type Sql, statement } from './sql.ts'

/** Every read sees what was committed before it was asked. They reject with StoreUnavailable when the database is away. */
export interface Reads {
  all<Found>(select: Sql): Promise<Found[]>
}

/** The reads of one search. */
export interface SearchReads extends Reads {
  /** How long they took so far, milliseconds. */
  usedMs(): number
}

/** PostgreSQL's code of a statement that was cancelled, by whomever. */
const cancelled = '57014'

async function ask(pool: Queries, select: Sql, signal: AbortSignal | undefined): Promise<Row[]> {
  signal?.throwIfAborted()
  const { text, values } = statement(select)
  const query = pool.unsafe(text, [...values])
  const stop = () => query.cancel()
  signal?.addEventListener('abort', stop)
  try {
    return await query
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

async function askSurely(pool: Queries, select: Sql, signal: AbortSignal | undefined): Promise<Row[]> {
  for (let isAgain = false; ; isAgain = true)
    try {
      return await ask(pool, select, signal)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      // Meant for the statement before it on the same connection, which had ended by then.
      if (postgresCode(error) !== cancelled || isAgain) throw unavailable(error) ?? error
    }
}

export const createReads = (pool: Queries): Reads => ({
  all: async <Found>(select: Sql) => (await askSurely(pool, select, undefined)) as Row[] as Found[],
})

/** For someone who asks question after question. @param signal nobody waits any more: what is asked rejects with its reason */
export function createSearchReads(pool: Queries, signal?: AbortSignal): SearchReads {
  let used = 0
  return {
    async all<Found>(select: Sql) {
      const began = performance.now()
      try {
        return (await askSurely(pool, select, signal)) as Row[] as Found[]
      } finally {
        used += performance.now() - began
      }
    },
    usedMs: () => used,
  }
}

/** What the simulated gateway did and will do, as it is read. */
import type { SimulatedEvent } from '../../../../core/simulate/simulation.ts'
import { type AttemptContentRow, readHeaders } from '../../rows.ts'
import {
  type SimulatedAttemptRow,
  type SimulatedRow,
  type SimulationRow,
  toSimulatedAttempt,
  toSimulatedEvents,
  toSimulation,
} from '../../simulation-rows.ts'
import type { SimulationStore } from '../../simulations.ts'
import type { Queries } from '../connection.ts'
import { createReads, type Reads } from './reads.ts'
import { idList, ours, type Sql, sql } from './sql.ts'

/** Most simulations, and most events, of one answer. */
const longest = { simulations: ours('100'), events: ours('1000') } as const

const page = (simulation: number, after: number) =>
  sql`WHERE e.simulation = ${simulation}::bigint AND e.id > ${after}::bigint ORDER BY e.id LIMIT ${longest.events}`
const waiting = sql`WHERE e.state = 'waiting' ORDER BY e.due_at, e.id LIMIT ${longest.events}`
const chosen = (ids: readonly number[]) => sql`WHERE e.id = ANY(${idList(ids)}::bigint[]) ORDER BY e.id`
const tryWithBytes = (id: number) => sql`
  SELECT t.*, c.method, c.url, c.request_headers, c.answer_headers, c.answer_body, c.answer_bytes,
    coalesce(c.request_body, (SELECT b.body FROM simulated e JOIN simulated_body b ON b.id = e.body WHERE e.id = t.event))
      AS request_body
  FROM simulated_try t JOIN simulated_try_content c ON c.id = t.id WHERE t.id = ${id}::bigint`

interface AttemptWithBytesRow
  extends SimulatedAttemptRow,
    Pick<AttemptContentRow, 'url' | 'request_headers' | 'answer_headers' | 'answer_body' | 'answer_bytes'> {
  readonly method: string
  readonly request_body: Uint8Array | null
}

interface WithTriesRow extends SimulatedRow {
  /** JSON: SimulatedAttemptRow[]; null when there are none. */
  readonly attempts: string | null
}

/** Events with their tries, in one statement so that both are of one moment. @param which what follows `FROM simulated e` */
async function read(reads: Reads, which: Sql): Promise<SimulatedEvent[]> {
  const rows = await reads.all<WithTriesRow>(sql`
    SELECT e.*, (SELECT json_agg(t ORDER BY t.id)::text FROM simulated_try t WHERE t.event = e.id) AS attempts
    FROM simulated e ${which}`)
  const tries = rows.flatMap(({ attempts }): SimulatedAttemptRow[] => (attempts === null ? [] : JSON.parse(attempts)))
  return toSimulatedEvents(rows, tries)
}

/** Those of them that are there, in the order of their ids. */
export const readSimulatedEvents = (pool: Queries, ids: readonly number[]): Promise<SimulatedEvent[]> =>
  read(createReads(pool), chosen(ids))

export function createSimulationReads(
  pool: Queries,
): Pick<SimulationStore, 'list' | 'get' | 'events' | 'pending' | 'attempt'> {
  const reads = createReads(pool)
  return {
    list: async () =>
      (await reads.all<SimulationRow>(sql`SELECT * FROM simulation ORDER BY id DESC LIMIT ${longest.simulations}`)).map(
        toSimulation,
      ),
    async get(id) {
      const [row] = await reads.all<SimulationRow>(sql`SELECT * FROM simulation WHERE id = ${id}::bigint`)
      return row && toSimulation(row)
    },
    events: (simulation, after) => read(reads, page(simulation, after ?? 0)),
    pending: () => read(reads, waiting),
    async attempt(id) {
      const [row] = await reads.all<AttemptWithBytesRow>(tryWithBytes(id))
      if (!row) return undefined
      const { method, url, status, answer_headers: headers, answer_body: body, answer_bytes: bytes } = row
      return {
        ...toSimulatedAttempt(row),
        request: {
          method,
          url,
          headers: readHeaders(row.request_headers),
          body: row.request_body ?? new Uint8Array(),
        },
        answer:
          status === null || headers === null || body === null
            ? null
            : { status, headers: readHeaders(headers), body, bodyBytes: bytes ?? body.length },
      }
    },
  }
}

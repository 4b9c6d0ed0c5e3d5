/** What the simulated gateway did and will do, read on a thread of its own. */

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
import type { Reader } from '../read/reader.ts'
import type { Select } from '../read/thread.ts'

/** Most simulations, and most events, of one answer. */
const longest = { simulations: 100, events: 1000 } as const

const simulations = `SELECT * FROM simulation ORDER BY id DESC LIMIT ${longest.simulations}`
const page = `FROM simulated WHERE simulation = ? AND id > ? ORDER BY id LIMIT ${longest.events}`
const waiting = `FROM simulated WHERE state = 'waiting' ORDER BY due_at, id LIMIT ${longest.events}`
const chosen = 'FROM simulated WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id'
const tryWithBytes = `SELECT t.*, c.method, c.url, c.request_headers, c.answer_headers, c.answer_body, c.answer_bytes,
    coalesce(c.request_body, (SELECT b.body FROM simulated e JOIN simulated_body b ON b.id = e.body WHERE e.id = t.event))
      AS request_body
  FROM simulated_try t JOIN simulated_try_content c ON c.id = t.id WHERE t.id = ?`

interface AttemptWithBytesRow
  extends SimulatedAttemptRow,
    Pick<AttemptContentRow, 'url' | 'request_headers' | 'answer_headers' | 'answer_body' | 'answer_bytes'> {
  readonly method: string
  readonly request_body: Uint8Array | null
}

/** @param from what follows `SELECT … ` */
async function read(reader: Reader, from: string, values: Select['values']) {
  const [rows, tries] = await reader.together<[SimulatedRow[], SimulatedAttemptRow[]]>([
    { text: `SELECT * ${from}`, values },
    { text: `SELECT * FROM simulated_try WHERE event IN (SELECT id ${from}) ORDER BY event, id`, values },
  ])
  return toSimulatedEvents(rows, tries)
}

/** Those of them that are there, in the order of their ids. */
export const readSimulatedEvents = (reader: Reader, ids: readonly number[]) =>
  read(reader, chosen, [JSON.stringify(ids)])

export function createSimulationLookups(
  reader: Reader,
): Pick<SimulationStore, 'list' | 'get' | 'events' | 'pending' | 'attempt'> {
  return {
    list: async () => (await reader.all<SimulationRow>(simulations, [])).map(toSimulation),
    async get(id) {
      const [row] = await reader.all<SimulationRow>('SELECT * FROM simulation WHERE id = ?', [id])
      return row && toSimulation(row)
    },
    events: (simulation, after) => read(reader, page, [simulation, after ?? 0]),
    pending: () => read(reader, waiting, []),
    async attempt(id) {
      const [row] = await reader.all<AttemptWithBytesRow>(tryWithBytes, [id])
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

/** The change log as the stream reads it: what changed since a cursor, as it is now. */
import type { Change } from '../../../core/api/messages.ts'
import type { ChangeStore, ChangesAfter } from '../changes.ts'
import { type AttemptRow, type SummaryRow, toAttemptSummary, toSummary } from '../rows.ts'
import type { Reader } from './read/reader.ts'
import { summarySelect } from './select.ts'
import { readSimulatedEvents } from './simulations/lookups.ts'
import type { Writer } from './writer.ts'

interface ChangeRow {
  readonly seq: number
  readonly kind: 'delivery' | 'attempt' | 'simulated'
  readonly id: number
}

const bounds = `SELECT (SELECT min(seq) FROM feed) AS first,
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'feed'), 0) AS newest`
const following = 'SELECT * FROM feed WHERE seq > ? ORDER BY seq LIMIT ?'
const changed = (kind: ChangeRow['kind']) => `SELECT id FROM (${following}) WHERE kind = '${kind}'`
const deliveries = `${summarySelect} AND d.id IN (${changed('delivery')})`
const attempts = `SELECT * FROM attempt WHERE id IN (${changed('attempt')})`

async function readChanges(reader: Reader, cursor: number, limit: number): Promise<ChangesAfter> {
  const values = [cursor, limit]
  const [[kept], rows, deliveryRows, attemptRows] = await reader.together<
    [{ first: number | null; newest: number }[], ChangeRow[], SummaryRow[], AttemptRow[]]
  >([{ text: bounds, values: [] }, ...[following, deliveries, attempts].map(text => ({ text, values }))])
  const newest = kept?.newest ?? 0
  const firstKept = kept?.first ?? newest + 1
  if (cursor > newest || cursor + 1 < firstKept) return { kind: 'reset', cursor: newest }
  // A key that is set again keeps its place: take it out first, so that the order is that of the newest change.
  const last = new Map<string, ChangeRow>()
  for (const row of rows) {
    const key = `${row.kind} ${row.id}`
    last.delete(key)
    last.set(key, row)
  }
  const deliveryById = new Map(deliveryRows.map(row => [row.id, toSummary(row)]))
  const attemptById = new Map(attemptRows.map(row => [row.id, toAttemptSummary(row)]))
  const simulated = [...last.values()].filter(({ kind }) => kind === 'simulated').map(({ id }) => id)
  const events = simulated.length === 0 ? [] : await readSimulatedEvents(reader, simulated)
  const eventById = new Map(events.map(event => [event.id, event]))
  const changes: Change[] = []
  for (const { kind, id } of last.values()) {
    const delivery = deliveryById.get(id)
    const attempt = attemptById.get(id)
    if (kind === 'attempt') {
      // Without a row its delivery was dropped, which has a change of its own.
      if (attempt) changes.push({ kind, attempt })
    } else if (kind === 'simulated') {
      // Without a row its simulation was dropped, as old ones are.
      const event = eventById.get(id)
      if (event) changes.push({ kind, event })
    } else changes.push(delivery ? { kind, delivery } : { kind: 'delivery-removed', id })
  }
  const reached = rows.at(-1)?.seq ?? cursor
  return { kind: 'changes', cursor: reached, changes, more: reached < newest }
}

const newestArrival = 'SELECT coalesce(max(id), 0) AS newest FROM arrival WHERE id <= ?'
const arrivalsAfter = 'SELECT id FROM arrival WHERE id > ? AND id <= ? ORDER BY id LIMIT ?'

/** Ids are in the order of the log. What is not on the disk yet is not told of. */
async function readArrivals(reader: Reader, durable: number, after: string | null, limit: number) {
  const [kept] = await reader.all<{ newest: number }>(newestArrival, [durable])
  const newest = kept?.newest ?? 0
  const from = after !== null && /^\d{1,15}$/.test(after) ? Number(after) : null
  // Deliveries may have been dropped; but of what was never given, nothing is known.
  const lost = after !== null && (from === null || from > Math.max(newest, durable))
  if (from === null || lost) return { cursor: String(newest), ids: [], last: newest, more: false, lost }
  const rows = await reader.all<{ id: number }>(arrivalsAfter, [from, durable, limit])
  const ids = rows.map(({ id }) => id)
  const last = ids.at(-1) ?? from
  return { cursor: String(last), ids, last, more: ids.length === limit, lost: false }
}

/** @param durable the newest delivery that is on the disk */
export const createChanges = ({ cursor, onChange }: Writer, reader: Reader, durable: () => number): ChangeStore => ({
  ...{ cursor, onChange },
  after: (cursor, limit) => readChanges(reader, cursor, limit),
  arrivals: (after, limit) => readArrivals(reader, durable(), after, limit),
  since: String,
})

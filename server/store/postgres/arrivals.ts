/**
 * Deliveries in the order of the change log, which is gap-free: who has gone on to an entry has missed none before it. Of what is
 * trimmed, by their ids; those are given a little before they are committed, so that some come again then.
 */
import type { ArrivalsAfter } from '../changes.ts'
import type { Queries, Sql } from './connection.ts'

/** An entry of the change log, and the largest id up to it; or that far by ids, and from that entry on by the log. */
interface Cursor {
  readonly byIds: boolean
  readonly seq: number
  readonly id: number
}

/** Ids that are given and not committed yet are never so far behind the newest. */
const mostUncommitted = 5000

const textOf = ({ byIds, seq, id }: Cursor) => `${byIds ? '~' : ''}${seq}.${id}`

interface Bounds {
  readonly first: number
  readonly newest: number
}

/** @returns null for one that is none of this log. A number alone is of a log in SQLite that was moved here, or of `arrivalsSince`. */
function readCursor(text: string, { first, newest }: Bounds): Cursor | null {
  const [, tilde, seqText, idText] = /^(~?)(\d{1,15})\.(\d{1,15})$/.exec(text) ?? []
  if (seqText === undefined) return /^\d{1,15}$/.test(text) ? { byIds: true, seq: newest, id: Number(text) } : null
  const [seq, id] = [Number(seqText), Number(idText)]
  if (seq > newest) return null
  const isTrimmed = seq + 1 < first
  if (isTrimmed) return { byIds: true, seq: newest, id: Math.max(0, id - mostUncommitted) }
  return { byIds: tilde === '~', seq, id }
}

async function byIds(tx: Queries, { seq, id }: Cursor, limit: number): Promise<ArrivalsAfter> {
  const rows = await tx<{ id: number }[]>`SELECT id FROM delivery WHERE id > ${id} ORDER BY id LIMIT ${limit}`
  const ids = rows.map(row => row.id)
  const isPast = ids.length < limit
  const last = ids.at(-1) ?? id
  return { cursor: textOf({ byIds: !isPast, seq, id: last }), ids, last, more: true, lost: false }
}

async function byEntries(tx: Queries, { seq, id }: Cursor, newest: number, limit: number): Promise<ArrivalsAfter> {
  const rows = await tx<{ seq: number; id: number }[]>`
    SELECT seq, id FROM feed WHERE seq > ${seq} AND kind = 'delivery' AND event = 'indexed' ORDER BY seq LIMIT ${limit}`
  const ids = [...new Set(rows.map(row => row.id))]
  const more = rows.length === limit
  const reached = more ? (rows.at(-1)?.seq ?? newest) : newest
  const last = Math.max(id, ...ids)
  return { cursor: textOf({ byIds: false, seq: reached, id: last }), ids, last, more, lost: false }
}

/** See ChangeStore.since. */
export const arrivalsSince = (id: number) => String(Math.max(0, id - mostUncommitted))

/** See ChangeStore.arrivals. */
export const createArrivalReads =
  (sql: Sql) =>
  (after: string | null, limit: number): Promise<ArrivalsAfter> =>
    // Of one moment: nothing is trimmed between the looks.
    sql.begin('isolation level repeatable read read only', async tx => {
      const [bounds] = await tx<Bounds[]>`SELECT min(seq) AS first, max(seq) AS newest FROM feed`
      const { first, newest } = bounds ?? { first: 0, newest: 0 }
      const cursor = after === null ? null : readCursor(after, { first, newest })
      if (cursor === null) {
        const [row] = await tx<{ id: number }[]>`SELECT coalesce(max(id), 0) AS id FROM delivery`
        const last = row?.id ?? 0
        const now = textOf({ byIds: false, seq: newest, id: last })
        return { cursor: now, ids: [], last, more: false, lost: after !== null }
      }
      return cursor.byIds ? byIds(tx, cursor, limit) : byEntries(tx, cursor, newest, limit)
    })

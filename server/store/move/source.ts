/** Reads a file that nobody writes to, a bounded part at a time. */
import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { storable } from '../postgres/storable.ts'
import {
  arrivalTable,
  attemptContentTable,
  attemptTable,
  columnsOf,
  deliveryTable,
  type MovedRow,
  type Table,
  verdictTable,
} from './tables.ts'

/** Deliveries with what became of them. */
export interface SourcePart {
  readonly arrivals: readonly MovedRow[]
  readonly deliveries: readonly MovedRow[]
  readonly attempts: readonly MovedRow[]
  readonly contents: readonly MovedRow[]
  readonly verdicts: readonly MovedRow[]
  /** The id of the last one. */
  readonly last: number
}

export interface Source {
  /** Tells this log, and copies of it, from any other. */
  readonly identity: string
  readonly deliveries: number
  readonly newest: number
  /** The largest id that was ever given in a table. */
  largest(table: Table): number
  /** Those behind `after`, up to another one; null when there are none. */
  part(after: number, upTo: number): SourcePart | null
  /** Rows of a table whose ids are behind `after`, in the order of their ids, at most so many. */
  page(table: Table, after: number, limit: number): MovedRow[]
  /** All rows of a small table. */
  rows(table: Table): MovedRow[]
  /** Runs of the simulated gateway that are not over. */
  readonly openSimulations: number
  close(): void
}

/** Of a part: so many deliveries, and no more bytes of bodies than these unless one alone has more. */
const [partRows, partBytes] = [500, 8 * 1024 * 1024]

/** @param path of a database that this process has opened, and so indexed, before */
export function openSource(path: string): Source {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  const select = (table: Table, rest: string) =>
    db.prepare<unknown[], MovedRow>(`SELECT ${columnsOf(table).join(', ')} FROM ${table.name} ${rest}`)
  const arrivals = select(arrivalTable, 'WHERE id > ? ORDER BY id LIMIT ?')
  const sizes = db.prepare<[number, number, number], { id: number; size: number }>(
    'SELECT id, length(body) AS size FROM arrival WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
  )
  const deliveries = select(deliveryTable, 'WHERE id > ? AND id <= ? ORDER BY id')
  const ofThose = 'WHERE delivery > ? AND delivery <= ? ORDER BY id'
  const attempts = select(attemptTable, ofThose)
  const verdicts = select(verdictTable, ofThose)
  const contents = select(
    attemptContentTable,
    'WHERE id IN (SELECT id FROM attempt WHERE delivery > ? AND delivery <= ?) ORDER BY id',
  )
  const count = (what: string) => Number(db.prepare(`SELECT ${what} FROM arrival`).pluck().get() ?? 0)

  return {
    identity: identityOf(db),
    deliveries: count('count(*)'),
    newest: count('max(id)'),
    largest({ name }) {
      const given = db.prepare<[string], number>('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(name)
      return Number(given ?? db.prepare(`SELECT max(id) FROM ${name}`).pluck().get() ?? 0)
    },
    part(after, upTo) {
      const next = sizes.all(after, upTo, partRows)
      let bytes = 0
      const fits = next.findIndex(({ size }, index) => {
        bytes += size
        return index > 0 && bytes > partBytes
      })
      const taken = fits < 0 ? next : next.slice(0, fits)
      const last = taken.at(-1)?.id
      if (last === undefined) return null
      return {
        arrivals: arrivals.all(after, taken.length).map(storableRow),
        deliveries: deliveries.all(after, last).map(storableRow),
        attempts: attempts.all(after, last).map(storableRow),
        contents: contents.all(after, last).map(storableRow),
        verdicts: verdicts.all(after, last).map(storableRow),
        last,
      }
    },
    page(table, after, limit) {
      // What belongs to an attempt that is not there is nobody's.
      const only = table === attemptContentTable ? 'id IN (SELECT id FROM attempt)' : table.only
      const known = only === undefined ? '' : `AND ${only}`
      return select(table, `WHERE id > ? ${known} ORDER BY id LIMIT ?`).all(after, limit).map(storableRow)
    },
    rows: table =>
      select(table, `WHERE ${table.only ?? 'true'} ORDER BY ${table.order}`)
        .all()
        .map(storableRow),
    openSimulations: Number(db.prepare("SELECT count(*) FROM simulation WHERE state <> 'done'").pluck().get()),
    close: () => void db.close(),
  }
}

/** As PostgreSQL can hold it: what strangers sent as text may have half a character, bytes are bytes. */
const storableRow = (row: MovedRow): MovedRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? storable(value) : value]),
  )

/** The path of its oldest hook is random, and stays. */
function identityOf(db: Database.Database): string {
  const oldest = db
    .prepare<[], { id: string; path: string; created_at: number }>(
      'SELECT id, path, created_at FROM hook ORDER BY created_at, id LIMIT 1',
    )
    .get()
  return createHash('sha256')
    .update(JSON.stringify([oldest?.id, oldest?.path, oldest?.created_at]))
    .digest('hex')
}

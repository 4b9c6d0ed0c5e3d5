/** Copies the rows of one table that read, past those that do not. */
import type { Database, Statement } from 'better-sqlite3'
import { isDamage, sqliteCode } from '../problem.ts'

export interface Salvaged {
  readonly copied: number
  /** Ids that are there, or were once, and do not read; empty where rows have none. */
  readonly lost: readonly number[]
  /** All that was there was read. */
  readonly isWhole: boolean
}

type Row = Record<string, unknown>

/** Where the largest id does not read, so many ids in a row that do not read end the table. */
const longestGap = 100_000

/** Columns that are stored, by name. */
function columnsOf(db: Database, table: string): string[] {
  return db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0').pluck().all(table)
}

/** The columns of a WITHOUT ROWID table's key, in order; empty for all others. */
function keyOf(db: Database, table: string): string[] {
  const isKeyed = db
    .prepare<[string], number>(`SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'`)
    .pluck()
    .get(table)
  if (isKeyed !== 1) return []
  return db
    .prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk')
    .pluck()
    .all(table)
}

/**
 * @param from as its name is in `source`
 * @param to as it is in `target`; default: the same
 * @param replaces a row that is there already gives way
 */
export function salvage(source: Database, target: Database, from: string, to = from, replaces = false): Salvaged {
  const known = new Set(columnsOf(source, from))
  const columns = columnsOf(target, to).filter(name => known.has(name))
  const insert = target.prepare<Row>(
    `INSERT OR ${replaces ? 'REPLACE' : 'IGNORE'} INTO ${to} (${columns.join(', ')}) VALUES (${columns.map(name => `@${name}`).join(', ')})`,
  )
  const key = keyOf(source, from)
  return key.length > 0 ? byKey(source, from, columns, key, insert) : byId(source, from, columns, insert)
}

/** @returns whether it fits the table; what does not was no row of it */
function put(insert: Statement<Row>, row: Row): boolean {
  try {
    insert.run(row)
    return true
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT')) return false
    throw error
  }
}

/** From both ends, up to what does not read. */
function byKey(
  source: Database,
  table: string,
  columns: readonly string[],
  key: readonly string[],
  insert: Statement<Row>,
): Salvaged {
  let copied = 0
  let isWhole = true
  const seen = new Set<string>()
  for (const order of ['ASC', 'DESC']) {
    const rows = source.prepare<[], Row>(
      `SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${key.map(name => `${name} ${order}`).join(', ')}`,
    )
    try {
      for (const row of rows.iterate()) {
        const name = JSON.stringify(key.map(column => row[column]))
        if (seen.has(name)) continue
        seen.add(name)
        if (put(insert, row)) copied += 1
        else isWhole = false
      }
      break
    } catch (error) {
      if (!isDamage(error)) throw error
      isWhole = false
    }
  }
  return { copied, lost: [], isWhole }
}

/** The largest id that the table has or had; null where that does not read. */
function largestId(source: Database, table: string): number | null {
  for (const text of [`SELECT max(rowid) FROM ${table}`, `SELECT seq FROM sqlite_sequence WHERE name = '${table}'`]) {
    try {
      const largest = source.prepare(text).pluck().get()
      if (largest !== undefined) return Number(largest ?? 0)
    } catch (error) {
      if (!isDamage(error)) throw error
    }
  }
  return null
}

function byId(source: Database, table: string, columns: readonly string[], insert: Statement<Row>): Salvaged {
  const selected = `SELECT rowid AS "row id", ${columns.join(', ')} FROM ${table}`
  const following = source.prepare<[number], Row>(`${selected} WHERE rowid > ? ORDER BY rowid`)
  const one = source.prepare<[number], Row>(`${selected} WHERE rowid = ?`)
  const last = largestId(source, table)
  const lost: number[] = []
  let copied = 0
  let after = 0

  function keep({ 'row id': id, ...row }: Row): void {
    if (put(insert, row)) copied += 1
    else lost.push(Number(id))
  }

  /** Id by id up to the first that reads after some that do not. @returns whether there may be more */
  function pass(): boolean {
    const { stackTraceLimit } = Error
    // Each id that does not read is an error: where it came from nobody asks, and that is most of what it costs.
    Error.stackTraceLimit = 0
    try {
      return passGap()
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
  }

  function passGap(): boolean {
    const gapBegan = after
    while (last === null ? after - gapBegan < longestGap : after < last) {
      const id = after + 1
      after = id
      try {
        const row = one.get(id)
        if (row === undefined) continue
        keep(row)
        if (lost.at(-1) === id - 1) return true
      } catch (error) {
        if (!isDamage(error)) throw error
        lost.push(id)
      }
    }
    return false
  }

  for (let more = true; more; ) {
    try {
      for (const row of following.iterate(after)) {
        keep(row)
        after = Number(row['row id'])
      }
      more = false
    } catch (error) {
      if (!isDamage(error)) throw error
      more = pass()
    }
  }
  // Where the end does not read, nothing is there beyond the last that did.
  const end = last === null ? after - longestGap : last
  const named = lost.filter(id => id <= Math.max(end, 0))
  return { copied, lost: named, isWhole: named.length === 0 && last !== null }
}

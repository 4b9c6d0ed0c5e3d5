/**
 * Places for what a rebuild makes anew. SQLite puts a new table right behind the others and moves away what stands there: what
 * does not read cannot be moved. Places that were taken before, and are given back in the same transaction, need no move.
 */
import type { Database } from 'better-sqlite3'
import { unavailable } from '../problem.ts'
import { isDerived } from './derived.ts'

/** It never holds a row; each of its indexes holds a place. */
export const spareTable = 'spare'

const rootsOf = (db: Database) =>
  db.prepare<[], string>('SELECT tbl_name FROM sqlite_schema WHERE rootpage > 0').pluck().all()

/** Takes the places that are missing; not where that cannot be written, or a damaged page is in the way. */
export function keepSpare(db: Database): void {
  const roots = rootsOf(db)
  const has = roots.filter(table => table === spareTable).length
  // And one that notes how far the rebuild told.
  const needed = roots.filter(isDerived).length + 1
  if (has >= needed) return
  try {
    db.transaction(() => {
      if (has === 0) db.exec(`CREATE TABLE ${spareTable} (held INTEGER) STRICT`)
      for (let place = Math.max(1, has); place < needed; place += 1)
        db.exec(`CREATE INDEX ${spareTable}_${place} ON ${spareTable} (held)`)
    }).immediate()
  } catch (error) {
    if (unavailable(error) === undefined) throw error
  }
}

/** Gives the places back; only inside the transaction that makes the tables anew. */
export const giveSpare = (db: Database): void => {
  db.exec(`DROP TABLE IF EXISTS ${spareTable}`)
}

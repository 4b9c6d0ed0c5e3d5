/**
 * Takes what does not read out of the schema and makes it anew, empty. The damaged pages stay where they are and belong to
 * nothing from then on: dropping a table would read them.
 */
import type { Database } from 'better-sqlite3'
import { openLogRows } from '../index/log-rows.ts'
import { isDamage } from '../problem.ts'
import { lastAnnounced } from './announced.ts'
import { beforeTable, isDerived } from './derived.ts'
import { giveSpare, keepSpare } from './spare.ts'

interface SchemaRow {
  readonly type: string
  readonly name: string
  readonly tbl_name: string
  readonly sql: string | null
}

const schemaOf = (db: Database) =>
  db.prepare<[], SchemaRow>('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid').all()

/** Runs work that edits the schema itself, whole or not at all. */
function editSchema(db: Database, work: () => void): void {
  db.unsafeMode(true)
  db.pragma('writable_schema = ON')
  try {
    db.transaction(work).immediate()
  } finally {
    // Also after a failure: what is in memory must be what the file says.
    db.pragma('writable_schema = RESET')
    db.unsafeMode(false)
  }
}

const forget = (db: Database) => {
  const one = db.prepare('DELETE FROM sqlite_schema WHERE name = ?')
  return (names: readonly string[]) => {
    for (const name of names) one.run(name)
  }
}

/** Reads the schema anew within the transaction, then makes what is listed; the new tables make every connection read it. */
function make(db: Database, rows: readonly SchemaRow[]): void {
  db.pragma('writable_schema = RESET')
  for (const { sql } of rows) if (sql !== null) db.exec(sql)
}

/** Tables below a full text table are made with it. */
const isMadeByAnother = ({ name }: SchemaRow) => /^delivery_gram_/.test(name)

/**
 * Empties everything that is made of the log. What `delivery` held stays readable, as far as it is, in `beforeTable`; a rebuild
 * that was cut short keeps that of its beginning.
 * @param told deliveries up to this id were told of; kept for a start after a crash
 * @param withChanges the change log as well
 * @throws where a damaged page is in the way of the new tables, and nothing was spared for them
 */
export function emptyDerived(db: Database, told: number, withChanges: boolean): void {
  try {
    makeEmpty(db, told, withChanges)
  } catch (error) {
    if (!isDamage(error)) throw error
    makeEmpty(db, told, withChanges, giveSpare)
  }
}

/** @param makeRoom called first */
function makeEmpty(
  db: Database,
  told: number,
  withChanges: boolean,
  makeRoom: (db: Database) => void = () => {},
): void {
  const all = schemaOf(db)
  const isAgain = all.some(({ name }) => name === beforeTable)
  const derived = all.filter(({ tbl_name: table }) => isDerived(table) && (withChanges || table !== 'feed'))
  const goes = derived.filter(({ name }) => isAgain || name !== 'delivery')
  editSchema(db, () => {
    makeRoom(db)
    forget(db)(goes.map(({ name }) => name))
    if (!isAgain)
      db.prepare(`UPDATE sqlite_schema SET name = @before, tbl_name = @before,
        sql = 'CREATE TABLE ' || @before || substr(sql, instr(sql, '(') - 1) WHERE name = 'delivery'`).run({
        before: beforeTable,
      })
    make(
      db,
      derived.filter(row => !isMadeByAnother(row)),
    )
    db.exec('CREATE TABLE IF NOT EXISTS rebuild (told INTEGER NOT NULL) STRICT')
    db.exec('DELETE FROM rebuild')
    db.prepare('INSERT INTO rebuild VALUES (?)').run(told)
    db.exec(`INSERT INTO delivery_gram (delivery_gram, rank) VALUES ('deletemerge', 0)`)
  })
}

/** The text index does not even open where its own settings do not read: then everything that is made of the log is emptied first. */
export function emptyUnusable(db: Database): void {
  try {
    db.prepare('INSERT INTO delivery_gram (rowid, grams) VALUES (?, ?)')
  } catch (error) {
    if (!isDamage(error)) throw error
    emptyDerived(db, lastAnnounced(db) ?? openLogRows(db).newest(), false)
  }
}

/** In a database without deliveries that are listed: a rebuild begins with its first start. The rows of before go into `beforeTable`. */
export function prepareRebuild(db: Database, told: number): void {
  const sql = db.prepare<[], string>(`SELECT sql FROM sqlite_schema WHERE name = 'delivery'`).pluck().get() ?? ''
  db.exec(`CREATE TABLE ${beforeTable} ${sql.slice(sql.indexOf('('))}`)
  db.exec('CREATE TABLE rebuild (told INTEGER NOT NULL) STRICT')
  db.prepare('INSERT INTO rebuild VALUES (?)').run(told)
}

/** Up to which delivery was told when a rebuild began that has not ended; null when none is under way. */
export function rebuildUnderWay(db: Database): number | null {
  const has = db.prepare<[string], number>('SELECT count(*) FROM sqlite_schema WHERE name = ?').pluck()
  if (has.get('rebuild') !== 1 || has.get(beforeTable) !== 1) return null
  return db.prepare<[], number>('SELECT told FROM rebuild').pluck().get() ?? null
}

/** Notes what was told since, in the transaction that makes it so: a start after a crash does not tell of it again. */
export const noteAnnounced = (db: Database, told: number): void => {
  db.prepare('UPDATE rebuild SET told = ?').run(told)
}

/** The rebuild is done: the rows of before go. */
export function endRebuild(db: Database): void {
  editSchema(db, () => {
    forget(db)([beforeTable])
    make(db, [])
    // The table stays: dropping one may move a damaged page into its place.
    db.exec('DELETE FROM rebuild')
  })
  keepSpare(db)
}

/**
 * Makes the indexes of a table anew.
 * @throws when the table itself does not read
 */
export function remakeIndexes(db: Database, table: string): void {
  const indexes = schemaOf(db).filter(row => row.tbl_name === table && row.type === 'index' && row.sql !== null)
  if (indexes.length === 0) return
  editSchema(db, () => {
    forget(db)(indexes.map(({ name }) => name))
    make(db, indexes)
  })
}

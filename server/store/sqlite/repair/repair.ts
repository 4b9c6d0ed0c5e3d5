/** Copies what reads of a database into a new file. The old one is only read. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../../../lib/errors.ts'
import { checkSqlite } from '../file/native.ts'
import { createPrivate, lockDatabase } from '../file/owner.ts'
import { isDamage, openingProblem, sqliteCode } from '../problem.ts'
import { lastAnnounced } from '../recovery/announced.ts'
import { beforeTable, isDerived } from '../recovery/derived.ts'
import { prepareRebuild } from '../recovery/rebuild.ts'
import { spareTable } from '../recovery/spare.ts'
import { checkVersion, migrate, newestVersion } from '../schema/migrations.ts'
import { endAtLastPage } from './cut-off.ts'
import { salvageLeaves } from './from-leaves.ts'
import { makePeopleTables, peopleTablesIn } from './people.ts'
import { copyReadable } from './raw-copy.ts'
import { type Salvaged, salvage } from './salvage.ts'

export interface RepairedTable extends Salvaged {
  readonly table: string
}

export interface Repaired {
  readonly from: string
  /** The new file. */
  readonly to: string
  /** What could not even be read from the disk, or is missing at the end of the file, bytes. */
  readonly unreadBytes: number
  /** Tables that are copied, in the order of the schema; those that are made of others are made anew. */
  readonly tables: readonly RepairedTable[]
}

export interface RepairOptions {
  readonly path: string
  /** The new file; null for one beside the old. */
  readonly to: string | null
  /** Called with a table's name before it is copied. */
  progress(table: string): void
}

/** A name beside the old file that is free. */
function freeName(path: string): string {
  const extension = extname(path)
  const start = join(dirname(path), basename(path, extension))
  for (let count = 1; ; count += 1) {
    const name = `${start}.repaired${count === 1 ? '' : `-${count}`}${extension}`
    if (!existsSync(name)) return name
  }
}

/** Whether the write-ahead log holds something. */
const hasLog = (path: string) => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0

/** @throws UserError when there is nothing to copy, or something where the copy should be */
function checkPlaces(path: string, to: string): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats?.isFile()) throw new UserError(`There is no database at ${path}.`, 'Name the damaged file with --db.')
  if (stats.size === 0 && !hasLog(path))
    throw new UserError(`${path} is empty: there is nothing to save.`, 'Restore it from a backup.')
  if (existsSync(to)) throw new UserError(`${to} already exists.`, 'Choose a new file with --to.')
}

/** Keeps others from the old file meanwhile; where nothing can be written beside it, nobody can have it open. */
function lockOld(path: string): { release(): void } {
  try {
    return lockDatabase(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (/^(EACCES|EPERM|EROFS|SQLITE_(READONLY|CANTOPEN))/.test(code)) return { release() {} }
    throw error
  }
}

/** @returns null when not even the schema reads: then there are only the pages themselves */
function openOld(copy: string, path: string): Database.Database | null {
  const db = new Database(copy)
  try {
    // Moves what the write-ahead log holds, as far as its checksums say that it is whole.
    checkVersion(db, path)
    db.pragma('wal_checkpoint(TRUNCATE)')
    return db
  } catch (error) {
    db.close()
    if (!isDamage(error)) throw error
    return null
  }
}

/** The version of the old schema; the newest where it says something else. */
function versionOf(db: Database.Database): number {
  const version = Number(db.pragma('user_version', { simple: true }))
  return version >= 1 && version <= newestVersion ? version : newestVersion
}

const isCopied = (table: string) =>
  !isDerived(table) && !table.startsWith('sqlite_') && table !== 'rebuild' && table !== spareTable

const tablesOf = (db: Database.Database): string[] =>
  db
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid`)
    .pluck()
    .all()

/** Ids that were given are not given again. */
function keepSequences(old: Database.Database, made: Database.Database): void {
  const given = old.prepare<[], { name: string; seq: number }>(
    `SELECT name, seq FROM sqlite_sequence WHERE name <> 'feed'`,
  )
  const raise = made.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?')
  const begin = made.prepare(`INSERT INTO sqlite_sequence (name, seq)
    SELECT @name, @seq WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = @name)`)
  try {
    for (const { name, seq } of given.all()) {
      begin.run({ name, seq })
      raise.run(seq, name)
    }
  } catch (error) {
    if (!isDamage(error)) throw error
  }
}

/** Nothing of a table is known but that it should be there. */
const unknown: Salvaged = { copied: 0, lost: [], isWhole: false }

function copyTables(
  old: Database.Database | null,
  copy: string,
  made: Database.Database,
  progress: (table: string) => void,
): RepairedTable[] {
  const there = new Set(old === null ? tablesOf(made) : tablesOf(old))
  const along = new Map<string, Salvaged>()
  for (const table of tablesOf(made).filter(one => isCopied(one) && there.has(one))) {
    progress(table)
    along.set(table, old === null ? unknown : made.transaction(() => salvage(old, made, table))())
  }
  const all = made.transaction(() => salvageLeaves(copy, made, along))()
  if (old !== null) keepSequences(old, made)
  const leftOut = old === null ? peopleTablesIn(copy).map(table => ({ table, ...unknown })) : []
  return [...[...all].map(([table, salvaged]) => ({ table, ...salvaged })), ...leftOut]
}

/** The rows of the list as they are now: a rebuild takes from them what a person did. */
function copyRows(old: Database.Database | null, made: Database.Database): void {
  const announced = old && lastAnnounced(old)
  prepareRebuild(made, announced ?? Number(made.prepare('SELECT coalesce(max(id), 0) FROM arrival').pluck().get()))
  if (old === null) return
  made.transaction(() => {
    for (const table of [beforeTable, 'delivery'])
      if (tablesOf(old).includes(table)) salvage(old, made, table, beforeTable, true)
  })()
}

function fill(
  old: Database.Database | null,
  copy: string,
  to: string,
  progress: (table: string) => void,
): RepairedTable[] {
  createPrivate(to)
  const made = new Database(to)
  try {
    // Nobody reads it before it is done; a copy that was cut short is made again.
    made.pragma('journal_mode = OFF')
    made.pragma('synchronous = OFF')
    migrate(made, old === null ? newestVersion : versionOf(old))
    if (old !== null) makePeopleTables(old, made)
    const tables = copyTables(old, copy, made, progress)
    migrate(made)
    copyRows(old, made)
    made.pragma('synchronous = FULL')
    made.pragma('journal_mode = WAL')
    made.pragma('wal_checkpoint(TRUNCATE)')
    return tables
  } finally {
    made.close()
  }
}

/**
 * Makes a new database of what reads of an old one. What shows is rebuilt at its first start.
 * @throws UserError when it is open in a running hookscope or not there; when there is no space
 */
export function repair({ path: wanted, to: named, progress }: RepairOptions): Repaired {
  checkSqlite()
  const path = resolve(wanted)
  const to = named === null ? freeName(path) : resolve(named)
  checkPlaces(path, to)
  const lock = lockOld(path)
  let folder: string | undefined
  try {
    // Where the new one goes there is space; a database that is opened is written to, if only beside it.
    folder = mkdtempSync(join(dirname(to), '.hookscope-repair-'))
    const copy = join(folder, 'copy.db')
    let unreadBytes = copyReadable(path, copy)
    const missingBytes = endAtLastPage(copy)
    // What is missing may be in the write-ahead log: then a crash came as that was moved.
    if (!hasLog(path)) unreadBytes += missingBytes
    else unreadBytes += copyReadable(`${path}-wal`, `${copy}-wal`)
    const old = openOld(copy, path)
    try {
      const tables = fill(old, copy, to, progress)
      if (old === null && tables.every(({ copied }) => copied === 0))
        throw new UserError(`Nothing in ${path} can be read as a hookscope database.`, 'Restore it from a backup.')
      return { from: path, to, unreadBytes, tables }
    } finally {
      old?.close()
    }
  } catch (error) {
    rmSync(to, { force: true })
    throw sqliteCode(error) === undefined && !isSystemError(error) ? error : openingProblem(to, error)
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    lock.release()
  }
}

const isSystemError = (error: unknown) =>
  error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))

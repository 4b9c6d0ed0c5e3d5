/** The database file: private, locked, of the right format, and migrated before anyone reads it. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { checkVersion, migrate } from './migrations.ts'
import { checkSqlite } from './native.ts'
import { createPrivate, lockDatabase, type OwnerLock } from './owner.ts'
import { openingProblem } from './problem.ts'

/** How long a write waits for another program's lock, milliseconds: the event loop stands still meanwhile. */
const busyMs = 200
/** Pages in the write-ahead log at which a commit itself moves them to the file (64 MiB), should the thread lag behind. */
const checkpointPages = 16_384
/** What every SQLite file begins with. */
const formatMark = Buffer.from('SQLite format 3\0')

/** Makes a folder and those above it, one by one: Node's own way does not end where a folder is there and takes no new one (/proc). */
function makeFolder(folder: string): void {
  const missing: string[] = []
  for (let at = folder; !existsSync(at) && at !== dirname(at); at = dirname(at)) missing.unshift(at)
  for (const one of missing) {
    try {
      mkdirSync(one, { mode: 0o700 })
    } catch (error) {
      // Another start may have made it meanwhile.
      if (!statSync(one, { throwIfNoEntry: false })?.isDirectory()) throw error
    }
  }
}

/** The same file under one name, so that one lock guards it. */
function canonicalPath(path: string): string {
  const absolute = resolve(path)
  makeFolder(dirname(absolute))
  try {
    return realpathSync(absolute)
  } catch {
    return join(realpathSync(dirname(absolute)), basename(absolute))
  }
}

/**
 * Whether a mode lets nobody write. On Windows a folder's says nothing: its read-only attribute only marks the folders that
 * Explorer shows in a way of their own, Documents for instance.
 */
export function isReadOnly(stats: Pick<Stats, 'mode' | 'isDirectory'>, platform: NodeJS.Platform): boolean {
  return (stats.mode & 0o222) === 0 && !(platform === 'win32' && stats.isDirectory())
}

/** @throws UserError when the file or its folder is not to be written; asks the mode as well, which root is not held by */
function checkWritable(path: string): void {
  const problem = (what: string) =>
    new UserError(`${what} is read-only`, 'Make the file and its folder writable, or name another file with --db.')
  for (const one of [dirname(path), path]) {
    const stats = statSync(one, { throwIfNoEntry: false })
    if (stats === undefined) continue
    if (isReadOnly(stats, process.platform)) throw problem(one)
    try {
      accessSync(one, constants.W_OK)
    } catch {
      throw problem(one)
    }
  }
}

/** Only with the lock: nobody else in this process may have the file open. SQLite itself overwrites what is very short. */
function checkFormat(path: string): void {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(formatMark.length)
    const length = readSync(file, start, 0, start.length, 0)
    if (length > 0 && !start.equals(formatMark))
      throw new UserError(`${path} is not a database`, 'Name another file with --db.')
  } finally {
    closeSync(file)
  }
}

function openDatabase(path: string, maxPages: number | undefined): Database.Database {
  const db = new Database(path, { timeout: busyMs })
  try {
    checkVersion(db)
    chmodSync(path, 0o600)
    db.pragma('journal_mode = WAL')
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`)
    db.pragma('temp_store = MEMORY')
    // What is taken out of a page, a key for instance, is zeros from then on; pages that are free cost nothing more.
    db.pragma('secure_delete = FAST')
    migrate(db)
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export interface TakenDatabase {
  /** The file's own name, whatever links led to it. */
  readonly path: string
  readonly lock: OwnerLock
  readonly db: Database.Database
}

/**
 * Takes a database file for this process alone: makes it, with its folder, when it is not there, and migrates it.
 * @param maxPages its largest size, in pages of 4 KiB; undefined for no limit
 * @throws UserError when it cannot be used: open elsewhere, no database, of a newer version, read-only
 */
export function takeDatabase(wanted: string, maxPages: number | undefined): TakenDatabase {
  checkSqlite()
  try {
    const path = canonicalPath(wanted)
    checkWritable(path)
    const lock = lockDatabase(path)
    try {
      createPrivate(path)
      checkFormat(path)
      return { path, lock, db: openDatabase(path, maxPages) }
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw openingProblem(wanted, error)
  }
}

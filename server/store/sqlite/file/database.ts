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
import { isDatabaseUrl, shownDatabase } from '../../../lib/database-url.ts'
import { UserError } from '../../../lib/errors.ts'
import { openingProblem, sqliteCode, unavailable } from '../problem.ts'
import { checkVersion, migrate, newestVersion } from '../schema/migrations.ts'
import { type Identity, watchIdentity } from './identity.ts'
import { checkSqlite } from './native.ts'
import { createPrivate, lockDatabase, type OwnerLock } from './owner.ts'

/** How long a write waits for another program's lock, milliseconds: the event loop stands still meanwhile. */
const busyMs = 200
/** Pages in the write-ahead log at which a commit itself moves them to the file (96 MiB), should the thread lag behind. */
const checkpointPages = 24_576
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
    new UserError(`${what} is read-only.`, 'Make the file and its folder writable, or choose another file with --db.')
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

/** What stands at a path that is no file, in words. */
function otherKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

/** @throws UserError when the database, or a file beside it, is something else than a file: reading a pipe would wait for ever */
function checkFiles(path: string): void {
  for (const one of ['', '-wal', '-shm', '-journal', '.lock', '.session.json'].map(ending => `${path}${ending}`)) {
    const stats = statSync(one, { throwIfNoEntry: false })
    if (stats !== undefined && !stats.isFile())
      throw new UserError(`${one} is ${otherKind(stats)}, not a file.`, 'Choose another file with --db.')
  }
}

/** Only with the lock: nobody else in this process may have the file open. SQLite itself overwrites what is very short. */
function checkFormat(path: string): void {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(formatMark.length)
    const length = readSync(file, start, 0, start.length, 0)
    if (length > 0 && !start.equals(formatMark))
      throw new UserError(`${path} is not a database.`, 'Choose another file with --db.')
  } finally {
    closeSync(file)
  }
}

/**
 * A hard link is another name of the file, with a lock and a write-ahead log of its own. Whoever has it open in WAL mode holds
 * a lock on the file itself, which keeps this connection from having it alone.
 * @throws UserError when somebody has it open by another name
 */
function refuseOtherName(path: string): void {
  const { nlink } = statSync(path)
  if (nlink < 2) return
  const alone = new Database(path, { timeout: busyMs })
  try {
    alone.pragma('locking_mode = EXCLUSIVE')
    alone.exec('BEGIN EXCLUSIVE; COMMIT')
  } catch (error) {
    // Whatever else is wrong with it shows itself when it is opened.
    if (!sqliteCode(error)?.startsWith('SQLITE_BUSY')) return
    throw new UserError(
      `${path} is already open in another program: the file has ${nlink} names (hard links).`,
      'End the program that has it open, or choose another file with --db.',
    )
  } finally {
    alone.close()
  }
}

/** So large a file of an older hookscope is written anew at a start, bytes: it takes about a second. */
const writtenAnewBytes = 64 * 1024 * 1024

/**
 * Has free pages given back to the disk. This must be known before the first table is made; a file of an older hookscope is
 * written anew for it where it is small, and otherwise keeps its size.
 */
function giveSpaceBack(db: Database.Database, path: string): void {
  if (Number(db.pragma('auto_vacuum', { simple: true })) !== 0 || statSync(path).size > writtenAnewBytes) return
  db.pragma('auto_vacuum = INCREMENTAL')
  if (Number(db.pragma('page_count', { simple: true })) === 0) return
  try {
    db.exec('VACUUM')
  } catch (error) {
    // No space, or somebody reads it: the next start tries again. Whatever else is wrong shows itself where it matters.
    if (unavailable(error) === undefined) throw error
  }
}

/** From so many deliveries on a change of the format takes long enough to be told of. */
export const manyToUpdate = 50_000

/** Brings the database to the newest format, and tells of each step where that takes a while. */
function update(db: Database.Database, path: string, say: (line: string) => void): void {
  migrate(db, newestVersion, step => {
    const newest = Number(db.prepare('SELECT max(id) FROM arrival').pluck().get())
    if (newest < manyToUpdate) return
    say(`Updating ${path} to format ${newestVersion}: step ${step} of ${newestVersion}…`)
  })
}

function openDatabase(path: string, { maxPages, log = () => {} }: TakenOptions): Database.Database {
  const db = new Database(path, { timeout: busyMs })
  try {
    checkVersion(db)
    chmodSync(path, 0o600)
    giveSpaceBack(db, path)
    db.pragma('journal_mode = WAL')
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`)
    db.pragma('temp_store = MEMORY')
    // What is taken out of a page, a key for instance, is zeros from then on; pages that are free cost nothing more.
    db.pragma('secure_delete = FAST')
    update(db, path, log)
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A watch on the file from before SQLite opens it until after it has closed it. */
function openWatched(path: string, options: TakenOptions, lock: OwnerLock): Omit<TakenDatabase, 'path'> {
  const identity = watchIdentity(path, lock.look)
  try {
    const db = openDatabase(path, options)
    identity.renewLog()
    return {
      db,
      identity,
      release() {
        db.close()
        identity.close()
        lock.release()
      },
    }
  } catch (error) {
    identity.close()
    throw error
  }
}

/** How `takeDatabase` opens the file. */
export interface TakenOptions {
  /** The largest size of the file, in pages of 4 KiB; default: no limit. */
  readonly maxPages?: number
  /** One line about what takes a while. */
  readonly log?: (line: string) => void
}

export interface TakenDatabase {
  /** The file's own name, whatever links led to it. */
  readonly path: string
  readonly db: Database.Database
  readonly identity: Identity
  /** Closes it and lets others have it. */
  release(): void
}

/**
 * Takes a database file for this process alone: makes it, with its folder, when it is not there, and migrates it.
 * @throws UserError when it cannot be used: open elsewhere, no database, of a newer version, read-only
 */
export function takeDatabase(wanted: string, options: TakenOptions): TakenDatabase {
  checkSqlite()
  if (isDatabaseUrl(wanted))
    throw new UserError(`${shownDatabase(wanted)} is no file.`, 'Name a database file with --db.')
  try {
    const path = canonicalPath(wanted)
    checkFiles(path)
    checkWritable(path)
    const lock = lockDatabase(path)
    try {
      createPrivate(path)
      checkFormat(path)
      refuseOtherName(path)
      return { path, ...openWatched(path, options, lock) }
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw openingProblem(wanted, error)
  }
}

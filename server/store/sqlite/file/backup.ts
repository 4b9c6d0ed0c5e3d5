/** A copy of a database as it is at one moment, also while a hookscope writes to it. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { isDatabaseUrl, shownDatabase } from '../../../lib/database-url.ts'
import { UserError } from '../../../lib/errors.ts'
import { openingProblem, sqliteCode } from '../problem.ts'
import { checkSqlite } from './native.ts'
import { createPrivate } from './owner.ts'

export interface BackupOptions {
  /** The database. */
  readonly path: string
  /** The new file; it must not be there. */
  readonly to: string
  /** Ends it early; nothing is left of it then. */
  readonly signal: AbortSignal
  /** How much of it is copied, 0 to 1. */
  progress?(done: number): void
}

export interface BackedUp {
  readonly deliveries: number
  /** Size of the new file, bytes. */
  readonly bytes: number
  /** False: pages of the database do not read as they should; the copy holds them as they are. */
  readonly isWhole: boolean
}

/** Copied at a time, 4 KiB each: a few milliseconds, after which a Ctrl-C is heard. */
const pagesAtOnce = 1000

/**
 * Nobody waits for it: in WAL mode whoever writes goes on, and its log grows until the copy is there.
 * @throws UserError when there is no database, or the file cannot be made; then there is none
 */
export async function backUp({ path, to, signal, progress }: BackupOptions): Promise<BackedUp> {
  checkSqlite()
  // Its own tool sees one moment of it, and knows its permissions and versions.
  if (isDatabaseUrl(path))
    throw new UserError(
      `${shownDatabase(path)} is on a PostgreSQL server, which has a backup of its own.`,
      'Run pg_dump --format=custom --schema=hookscope --schema=hookscope_people --file=FILE with that URL; pg_restore brings it back.',
    )
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UserError(`There is no database at ${path}.`, 'Choose another with --db.')
  const part = `${to}.part`
  if (existsSync(to)) throw new UserError(`${to} is there already.`, 'Name a new file, or delete that one first.')
  const isOwn = makePart(part)
  if (!isOwn)
    throw new UserError(`${part} is there already.`, 'Another backup may be writing it. Delete it if none is.')
  try {
    await copyPages(path, part, { signal, progress })
    const found = examine(part)
    renameSync(part, to)
    return { ...found, bytes: statSync(to).size }
  } catch (error) {
    for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(`${part}${ending}`, { force: true })
    throw signal.aborted ? signal.reason : problemOf(path, to, error)
  }
}

function makePart(part: string): boolean {
  try {
    return createPrivate(part)
  } catch (cause) {
    throw new UserError(`${part} cannot be made.`, 'Check the folder and its permissions.', { cause })
  }
}

async function copyPages(
  path: string,
  part: string,
  { signal, progress }: Pick<BackupOptions, 'signal'> & { readonly progress: BackupOptions['progress'] },
): Promise<void> {
  const source = new Database(path, { readonly: true, fileMustExist: true })
  try {
    // Reads that are under way see one moment: what is written meanwhile would have the copy begin again and again.
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await source.backup(part, {
      progress({ totalPages, remainingPages }) {
        signal.throwIfAborted()
        progress?.(totalPages === 0 ? 1 : 1 - remainingPages / totalPages)
        return pagesAtOnce
      },
    })
  } finally {
    source.close()
  }
}

/** Looks at all of the copy, and leaves one file of it. */
function examine(part: string): Pick<BackedUp, 'deliveries' | 'isWhole'> {
  const copy = new Database(part)
  try {
    copy.pragma('journal_mode = DELETE')
    const isWhole = copy.pragma('quick_check(1)', { simple: true }) === 'ok'
    return { deliveries: Number(copy.prepare('SELECT count(*) FROM arrival').pluck().get()), isWhole }
  } finally {
    copy.close()
  }
}

function problemOf(path: string, to: string, error: unknown): unknown {
  if (error instanceof UserError) return error
  const code = sqliteCode(error) ?? ''
  if (/^SQLITE_(FULL|IOERR_WRITE)/.test(code))
    return new UserError(`There is no room for ${to}.`, 'Free some space, or write to another disk.', { cause: error })
  return openingProblem(path, error)
}

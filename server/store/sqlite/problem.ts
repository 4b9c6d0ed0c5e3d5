/** What SQLite's errors mean for those who use the store. */
import { UserError } from '../../lib/errors.ts'
import { StoreUnavailable } from '../problem.ts'
import { repairHint } from '../repair-hint.ts'

/** SQLite's code (`SQLITE_FULL`, `SQLITE_IOERR_WRITE`, …); undefined for every other error. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
    ? error.code
    : undefined
}

/** What better-sqlite3 says of everything that is asked of a closed database. */
const isClosed = (error: unknown) =>
  error instanceof TypeError && error.message === 'The database connection is not open'

const isDamageCode = (code = '') => /^SQLITE_(CORRUPT|NOTADB)/.test(code)

/** The StoreUnavailable that an error is or stands for; undefined when it is no matter of the file, the disk or locks. */
export function unavailable(error: unknown): StoreUnavailable | undefined {
  if (error instanceof StoreUnavailable) return error
  if (isClosed(error)) return new StoreUnavailable('io', 'The database is closed', { cause: error })
  const code = sqliteCode(error) ?? ''
  if (code === 'SQLITE_FULL') return new StoreUnavailable('full', 'The disk is full', { cause: error })
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new StoreUnavailable('locked', 'Another program has locked the database', { cause: error })
  if (isDamageCode(code)) return new StoreUnavailable('damaged', 'The database is damaged', { cause: error })
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|NOMEM)/.test(code))
    return new StoreUnavailable('io', `The database cannot be used (${code})`, { cause: error })
  return undefined
}

/** Whether a page or a row does not read. A repair asks this once a row: it makes no other error of it. */
export const isDamage = (error: unknown): boolean =>
  error instanceof StoreUnavailable ? error.code === 'damaged' : isDamageCode(sqliteCode(error))

/** What to tell the person whose database cannot be opened. */
export function openingProblem(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '')
  const another = 'Choose another file with --db.'
  if (error instanceof StoreUnavailable && error.code !== 'damaged')
    return new UserError(`${path} cannot be opened: ${error.message}.`, another, { cause: error })
  // What begins as no database does was turned away before: the rest of this one's first page is not what it was.
  if (isDamageCode(code) || error instanceof StoreUnavailable || error instanceof SyntaxError)
    return new UserError(`${path} is damaged.`, repairHint(path), { cause: error })
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO')
    return new UserError(`${path} cannot be read or written: the disk reports an error (${code}).`, repairHint(path), {
      cause: error,
    })
  if (code === 'SQLITE_NOMEM')
    return new UserError(`There is not enough memory to open ${path}.`, 'Close other programs, and start again.', {
      cause: error,
    })
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)|^(EACCES|EPERM|EROFS)/.test(code))
    return new UserError(
      `${path} cannot be written.`,
      'Make the file and its folder writable, or choose another file with --db.',
      { cause: error },
    )
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return new UserError('The disk is full.', 'Free some space, or choose a file on another disk with --db.', {
      cause: error,
    })
  if (code.startsWith('SQLITE_BUSY'))
    return new UserError(
      `${path} is locked by another program.`,
      'Close that program, or choose another file with --db.',
      {
        cause: error,
      },
    )
  if (code.startsWith('SQLITE_')) return new UserError(`${path} cannot be opened (${code}).`, another, { cause: error })
  // Whatever else the operating system has against the file or its folder.
  if (/^E[A-Z\d]+$/.test(code))
    return new UserError(`${path} cannot be a database: ${obstacles[code] ?? code}.`, another, { cause: error })
  return error
}

/** What keeps a file or its folder from being made, by the operating system's code. */
const obstacles: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file is where a folder should be',
  EEXIST: 'something else is where a folder should be',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder cannot be created there',
  ELOOP: 'the links in its path form a loop',
  ENAMETOOLONG: 'a name in its path is too long',
}

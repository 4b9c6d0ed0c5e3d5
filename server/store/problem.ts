/** What SQLite's errors mean for those who use the store. */
import { UserError } from '../errors.ts'

/** Why the store cannot take deliveries right now; the receiver answers 503. */
export class StoreUnavailable extends Error {
  readonly code: 'full' | 'locked' | 'io'
  constructor(code: 'full' | 'locked' | 'io', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreUnavailable'
    this.code = code
  }
}

/** SQLite's code (`SQLITE_FULL`, `SQLITE_IOERR_WRITE`, …); undefined for every other error. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')
    ? error.code
    : undefined
}

/** The StoreUnavailable that an error is or stands for; undefined when it is no matter of the disk or of locks. */
export function unavailable(error: unknown): StoreUnavailable | undefined {
  if (error instanceof StoreUnavailable) return error
  const code = sqliteCode(error) ?? ''
  if (code === 'SQLITE_FULL') return new StoreUnavailable('full', 'The disk is full', { cause: error })
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new StoreUnavailable('locked', 'Another program has locked the database', { cause: error })
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM)/.test(code))
    return new StoreUnavailable('io', `The database cannot be used (${code})`, { cause: error })
  return undefined
}

/** What to tell the person whose database cannot be opened. */
export function openingProblem(path: string, error: unknown): unknown {
  if (error instanceof UserError) return error
  const code = sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : '')
  const another = 'Name another file with --db.'
  if (code === 'SQLITE_NOTADB') return new UserError(`${path} is not a database`, another, { cause: error })
  if (code.startsWith('SQLITE_CORRUPT'))
    return new UserError(
      `${path} is damaged`,
      'Move it away and start again, or recover it with "sqlite3 FILE .recover".',
      { cause: error },
    )
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)|^(EACCES|EPERM|EROFS)/.test(code))
    return new UserError(
      `${path} cannot be written`,
      'Make the file and its folder writable, or name another file with --db.',
      { cause: error },
    )
  if (code === 'SQLITE_FULL' || code === 'ENOSPC')
    return new UserError('The disk is full', 'Free some space, or name a file on another disk with --db.', {
      cause: error,
    })
  if (code.startsWith('SQLITE_BUSY'))
    return new UserError(
      `${path} is locked by another program`,
      'Close that program, or name another file with --db.',
      {
        cause: error,
      },
    )
  // Whatever else the operating system has against the file or its folder.
  if (/^E[A-Z\d]+$/.test(code))
    return new UserError(`${path} cannot be a database: ${obstacles[code] ?? code}`, another, { cause: error })
  return error
}

/** What keeps a file or its folder from being made, by the operating system's code. */
const obstacles: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file is where a folder should be',
  EEXIST: 'something else is where a folder should be',
  EISDIR: 'it is a folder',
  ENOENT: 'its folder cannot be made there',
  ELOOP: 'the links on its path lead in a circle',
  ENAMETOOLONG: 'a name on its path is too long',
}

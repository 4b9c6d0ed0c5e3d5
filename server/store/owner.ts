/** Who has a database open: a lock that the system frees when its holder dies, and a note of where that holder listens. */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { sqliteCode } from './problem.ts'

/** The running listener of a database. The token opens its inspector, so the note is readable by its user alone. */
export interface Owner {
  readonly pid: number
  readonly inspectorUrl: string
  readonly token: string
}

/** What a browser opens: the inspector's address with the token that lets it in. Only for the person at a terminal. */
export const inspectorLink = ({ inspectorUrl, token }: Pick<Owner, 'inspectorUrl' | 'token'>): string =>
  `${inspectorUrl}/?token=${encodeURIComponent(token)}`

export interface OwnerLock {
  release(): void
}

const lockPath = (path: string) => `${path}.lock`
const notePath = (path: string) => `${path}.session.json`

/** Makes an empty file that only its user may read, unless it is there. Never opens one that is: closing it would free SQLite's locks. */
export function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** Opens the lock file and runs a statement that works only while nobody else holds it; null when somebody does. */
function tryLock(path: string, statement: string, timeout: number): Database.Database | null {
  const lock = new Database(path, { timeout })
  try {
    lock.exec(statement)
    return lock
  } catch (error) {
    lock.close()
    if (sqliteCode(error) === 'SQLITE_BUSY') return null
    throw error
  }
}

function readNote(path: string): { pid: number; inspectorUrl: string | null; token: string | null } | null {
  try {
    const note: unknown = JSON.parse(readFileSync(notePath(path), 'utf8'))
    if (typeof note !== 'object' || note === null || !('pid' in note) || typeof note.pid !== 'number') return null
    const text = (field: string) => {
      const value: unknown = Reflect.get(note, field)
      return typeof value === 'string' ? value : null
    }
    return { pid: note.pid, inspectorUrl: text('inspectorUrl'), token: text('token') }
  } catch {
    return null
  }
}

function writeNote(path: string, note: { pid: number; inspectorUrl: string | null; token: string | null }): void {
  const temporary = `${notePath(path)}.${note.pid}`
  writeFileSync(temporary, JSON.stringify(note), { mode: 0o600 })
  renameSync(temporary, notePath(path))
}

function alreadyOpen(path: string, note: ReturnType<typeof readNote>): UserError {
  const holder = note ? ` in process ${note.pid}` : ''
  const message = `${path} is already open in another hookscope${holder}`
  const ways = 'End that one first, or name another file with --db.'
  if (!note || note.inspectorUrl === null || note.token === null) return new UserError(message, ways)
  const { inspectorUrl, token } = note
  return new UserError(message, `Its inspector is at the link that it printed. ${ways}`, {
    terminalHint: `Its inspector: ${inspectorLink({ inspectorUrl, token })}\n  ${ways}`,
  })
}

/**
 * Takes a database for this process until `release`, or until the process ends in whatever way.
 * @throws UserError when another hookscope has it
 */
export function lockDatabase(path: string): OwnerLock {
  createPrivate(lockPath(path))
  const lock = tryLock(lockPath(path), 'BEGIN EXCLUSIVE', 250)
  if (!lock) throw alreadyOpen(path, readNote(path))
  writeNote(path, { pid: process.pid, inspectorUrl: null, token: null })
  return {
    release() {
      rmSync(notePath(path), { force: true })
      lock.close()
    },
  }
}

/** Notes where the process that has the database open listens, for `readOwner`. Gone when the store is closed. */
export function publishOwner(path: string, owner: Owner): void {
  writeNote(path, owner)
}

/** The running listener of a database; null when there is none, also when one was killed and left its note. */
export function readOwner(path: string): Owner | null {
  const note = readNote(path)
  if (!note || note.inspectorUrl === null || note.token === null) return null
  const free = tryLock(lockPath(path), 'SELECT count(*) FROM sqlite_schema', 0)
  free?.close()
  return free ? null : { pid: note.pid, inspectorUrl: note.inspectorUrl, token: note.token }
}

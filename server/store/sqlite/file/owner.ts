/** Who has a database open: a lock that the system frees when its holder dies, and a note of where that holder listens. */
import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../../../lib/errors.ts'
import { StoreUnavailable } from '../../problem.ts'
import { sqliteCode } from '../problem.ts'
import { isSame, placeOf } from './identity.ts'

/** The running listener of a database. The token opens its inspector, so the note is readable by its user alone. */
export interface Owner {
  readonly pid: number
  readonly inspectorUrl: string
  readonly token: string
}

/**
 * What a browser opens: the inspector's address with the token that lets it in, only for the person at a terminal; or with a
 * ticket, which lets it in once.
 */
export const inspectorLink = (
  to: Pick<Owner, 'inspectorUrl' | 'token'> | { readonly inspectorUrl: string; readonly ticket: string },
  path = '/',
): string => {
  const secret = 'ticket' in to ? `ticket=${to.ticket}` : `token=${encodeURIComponent(to.token)}`
  return `${to.inspectorUrl}${path}?${secret}`
}

export interface OwnerLock {
  /** Looks whether it still keeps others away; one that was deleted is taken anew. @returns why nothing may be written; null when all is well */
  look(): StoreUnavailable | null
  release(): void
}

const lockPath = (path: string) => `${path}.lock`
const noteEnding = '.session.json'
const notePath = (path: string) => `${path}${noteEnding}`

/** The code of the error where somebody else has the database open. */
export const alreadyOpenCode = 'database-open'
/** Where it is the log of a server, which is not ended for a command. */
const servedCode = 'database-served'

/** Who has a database open, as noted; null for what there is not. */
interface Note {
  readonly pid: number
  readonly inspectorUrl: string | null
  readonly token: string | null
  /** The public URL of a `hookscope serve`. */
  readonly serves: string | null
}

/**
 * Makes an empty file that only its user may read, unless it is there. Never opens one that is: closing it would free SQLite's locks.
 * @returns whether it made one
 */
export function createPrivate(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600))
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return false
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

function readNote(path: string): Note | null {
  try {
    const note: unknown = JSON.parse(readFileSync(notePath(path), 'utf8'))
    if (typeof note !== 'object' || note === null || !('pid' in note) || typeof note.pid !== 'number') return null
    const text = (field: string) => {
      const value: unknown = Reflect.get(note, field)
      return typeof value === 'string' ? value : null
    }
    return { pid: note.pid, inspectorUrl: text('inspectorUrl'), token: text('token'), serves: text('serves') }
  } catch {
    return null
  }
}

function writeNote(path: string, note: Partial<Note> & Pick<Note, 'pid'>): void {
  const temporary = `${notePath(path)}.${note.pid}`
  writeFileSync(temporary, JSON.stringify(note), { mode: 0o600 })
  renameSync(temporary, notePath(path))
}

function alreadyOpen(path: string, note: Note | null): UserError {
  if (note !== null && note.serves !== null)
    return new UserError(
      `${path} is the log of hookscope serve at ${note.serves} (process ${note.pid}).`,
      'Its people work with it in that inspector. Here, choose another file with --db: hookscope backup FILE makes a copy of this one while it serves.',
      { code: servedCode },
    )
  const holder = note ? ` in process ${note.pid}` : ''
  const message = `${path} is already open in another hookscope${holder}.`
  const ways = 'End that one first, or choose another file with --db.'
  const code = alreadyOpenCode
  if (!note || note.inspectorUrl === null || note.token === null) return new UserError(message, ways, { code })
  const { inspectorUrl, token } = note
  return new UserError(message, `Its inspector is at the link it printed. ${ways}`, {
    code,
    terminalHint: `Its inspector: ${inspectorLink({ inspectorUrl, token })}\n  ${ways}`,
  })
}

const isOwn = (note: Note | null) => note?.pid === process.pid

/** Whether a process of this machine has this number, of whichever user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Nobody deletes the lock but by hand: without it, the note of a process that runs says who has the database. */
function refuseNoted(path: string): void {
  const note = readNote(path)
  if (note !== null && !isOwn(note) && isRunning(note.pid)) throw alreadyOpen(path, note)
}

/** Whether a server has it. A note of one that was killed may still be there when somebody else has just taken it. */
const isServed = (note: Note | null) => note !== null && note.serves !== null && isRunning(note.pid)

/** How long a lock that is taken anew waits for whoever only looks at it, milliseconds: the event loop stands still meanwhile. */
const retakeMs = 50

/**
 * Takes a database for this process until `release`, or until the process ends in whatever way.
 * @throws UserError when another hookscope has it
 */
export function lockDatabase(path: string): OwnerLock {
  const file = lockPath(path)
  if (createPrivate(file)) refuseNoted(path)
  const taken = tryLock(file, 'BEGIN EXCLUSIVE', 250)
  if (!taken) throw alreadyOpen(path, readNote(path))
  let lock = taken
  let place = placeOf(file)
  writeNote(path, { pid: process.pid })
  let lost: StoreUnavailable | null = null

  /** Whoever had the database meanwhile has put a note of its own in place of ours, or has taken it away at its end. */
  function retake(): StoreUnavailable | null {
    createPrivate(file)
    const again = tryLock(file, 'BEGIN EXCLUSIVE', retakeMs)
    const note = readNote(path)
    if (again === null || !isOwn(note)) {
      again?.close()
      const who = note === null || isOwn(note) ? 'another hookscope' : `another hookscope, process ${note.pid},`
      const problem = new StoreUnavailable('shared', `${file} was deleted, and ${who} has opened the database since`)
      // What another one wrote is not known here, also once it has ended.
      if (!isOwn(note)) lost = problem
      return problem
    }
    lock.close()
    lock = again
    place = placeOf(file)
    return null
  }

  return {
    look() {
      if (lost !== null) return lost
      const now = placeOf(file)
      return now !== undefined && place !== undefined && isSame(now, place) ? null : retake()
    },
    release() {
      // A note of another one stays: it says who has the database.
      if (isOwn(readNote(path))) rmSync(notePath(path), { force: true })
      lock.close()
    },
  }
}

/** Notes where the process that has the database open listens, for `readOwner`. Gone when the store is closed. */
export function publishOwner(path: string, owner: Owner): void {
  writeNote(path, owner)
}

/** Notes that this process serves the database to people who sign in: no command goes through it. @param publicUrl of the inspector */
export function publishServer(path: string, publicUrl: string): void {
  writeNote(path, { pid: process.pid, serves: publicUrl })
}

/** Whether somebody holds a lock. What is no lock file is told of by who opens the database. */
function isHeld(lock: string): boolean {
  try {
    if (statSync(lock, { throwIfNoEntry: false })?.isFile() !== true) return false
    const free = tryLock(lock, 'SELECT count(*) FROM sqlite_schema', 0)
    free?.close()
    return free === null
  } catch {
    return false
  }
}

/**
 * Who has a database open; null: nobody, also when one was killed and left its note. `other`: a command, which has it for
 * moments, or a listener that begins.
 * @throws UserError where it is a server's, which has it for as long as it serves
 */
export function readHolder(path: string): Owner | 'other' | null {
  if (!isHeld(lockPath(path))) return null
  const note = readNote(path)
  if (isServed(note)) throw alreadyOpen(path, note)
  if (!note || note.inspectorUrl === null || note.token === null) return 'other'
  return { pid: note.pid, inspectorUrl: note.inspectorUrl, token: note.token }
}

/** The running listener of a database; null when there is none, or a server has it. */
export function readOwner(path: string): Owner | null {
  const holder = isServed(readNote(path)) ? null : readHolder(path)
  return holder === 'other' ? null : holder
}

/** The error where somebody has had a database open for too long to be waited for. */
export const heldError = (path: string): UserError => alreadyOpen(path, readNote(path))

/** The process that has noted that it has a database open; null where none has. */
export const holderPid = (path: string): number | null => readNote(path)?.pid ?? null

/** Notes that are looked at in a folder. */
const mostNotes = 100

/** The databases of a folder on which a hookscope listens. */
export function listenedIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith(noteEnding))
      .slice(0, mostNotes)
      .map(name => join(folder, name.slice(0, -noteEnding.length)))
      .filter(path => readOwner(path) !== null)
  } catch {
    // A folder that is not there, or that is not to be read, has none that could be named.
    return []
  }
}

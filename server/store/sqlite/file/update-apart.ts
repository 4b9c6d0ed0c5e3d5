/**
 * A large database of an older format is brought to the newest in a process of its own: its statements take many seconds, in
 * which this one tells how it goes, and ends when it is asked to. A step that was cut short is undone by SQLite.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { exitCodes, UserError } from '../../../lib/errors.ts'
import { newestVersion } from '../schema/migrations.ts'
import { manyToUpdate } from './database.ts'
import { checkSqlite } from './native.ts'
import source from './updating-process.ts?thread'

export interface UpdateOptions {
  /** One line about how it goes, at least every two seconds. */
  readonly log: (line: string) => void
  /** Ends it. */
  readonly signal: AbortSignal
  /** How often a step tells that it goes on, milliseconds. Default: 1500 */
  readonly everyMs?: number
}

/** Whether it takes long. Says no of what cannot be read: opening it says why. */
function isMuch(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false
    checkSqlite()
    const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 100 })
    try {
      const version = Number(db.pragma('user_version', { simple: true }))
      if (version === 0 || version >= newestVersion) return false
      return Number(db.prepare('SELECT max(id) FROM arrival').pluck().get()) >= manyToUpdate
    } finally {
      db.close()
    }
  } catch {
    return false
  }
}

/**
 * Does nothing to a database that is small, or of the newest format. What it cannot do is left to who opens the database.
 * @throws UserError once the signal has ended it
 */
export async function updateApart(wanted: string, { log, signal, everyMs = 1500 }: UpdateOptions): Promise<void> {
  if (!isMuch(wanted)) return
  const path = resolve(wanted)
  const stopped = new UserError(
    `The update of ${path} was stopped.`,
    'Nothing is lost: the next start continues with the step that it was at.',
    { exitCode: exitCodes.failed },
  )
  if (signal.aborted) throw stopped
  const child = spawn(process.execPath, ['-', path], {
    // Where better-sqlite3 is found.
    cwd: dirname(createRequire(import.meta.url).resolve('better-sqlite3')),
    stdio: ['pipe', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  })
  let told = { line: '', at: Date.now() }
  child.on('message', (line: string) => {
    told = { line, at: Date.now() }
    log(line)
  })
  const stop = () => child.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  const telling = setInterval(() => {
    if (told.line !== '') log(`${told.line} ${Math.round((Date.now() - told.at) / 1000)} s`)
  }, everyMs)
  try {
    // One that has ended takes no more text.
    child.stdin?.on('error', () => {})
    child.stdin?.end(source)
    await once(child, 'close')
  } catch {
    // No process for it: then it is updated in this one.
  } finally {
    clearInterval(telling)
    signal.removeEventListener('abort', stop)
  }
  if (signal.aborted) throw stopped
}

/**
 * Has the disk take what was written to the write-ahead log, on another thread: the event loop goes on meanwhile. What
 * `synchronous = FULL` does at the end of a transaction, which the whole process would wait for.
 */
import { closeSync, fdatasync, openSync } from 'node:fs'
import { StoreUnavailable } from '../../problem.ts'

/** Windows flushes nothing that is open for reading alone. */
const writable = 'r+'

/** Why the disk did not take it. */
function problemOf(error: unknown): StoreUnavailable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const said = isFull ? 'The disk is full' : `The database cannot be written (${code})`
  return new StoreUnavailable(isFull ? 'full' : 'io', said, { cause: error })
}

/**
 * @param path of the database; its log is opened by name each time, so that what is synced is the file that stands there
 * @returns once the disk has all that was written before the call
 * @throws StoreUnavailable when it does not take it
 */
export function syncLog(path: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    // Opening takes microseconds here; each thing that another thread is asked for waits until that thread has its turn.
    const file = openSync(`${path}-wal`, writable)
    fdatasync(file, error => {
      closeSync(file)
      if (error) reject(error)
      else resolve()
    })
  }).catch((error: unknown) => {
    throw problemOf(error)
  })
}

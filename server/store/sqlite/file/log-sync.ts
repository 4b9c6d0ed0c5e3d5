/**
 * Has the disk take what was written to the write-ahead log, on another thread: the event loop goes on meanwhile. What
 * `synchronous = FULL` does at the end of a transaction, which the whole process would wait for.
 */
import { close, fdatasync, open } from 'node:fs'
import { StoreUnavailable } from '../../problem.ts'

/** Why the disk did not take it. */
function problemOf(error: NodeJS.ErrnoException): StoreUnavailable {
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT'
  const said = isFull ? 'The disk is full' : `The database cannot be written (${error.code ?? error.message})`
  return new StoreUnavailable(isFull ? 'full' : 'io', said, { cause: error })
}

/**
 * @param path of the database; its log is opened by name each time, so that what is synced is the file that stands there
 * @returns once the disk has all that was written before the call
 * @throws StoreUnavailable when it does not take it
 */
export function syncLog(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // For writing: Windows flushes nothing otherwise.
    open(`${path}-wal`, 'r+', (missing, file) => {
      if (missing) reject(problemOf(missing))
      else
        fdatasync(file, error => {
          close(file)
          if (error) reject(problemOf(error))
          else resolve()
        })
    })
  })
}

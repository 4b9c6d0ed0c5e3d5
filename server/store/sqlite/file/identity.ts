/** Whether the file that SQLite has open is still the one at its path: what is written to any other is lost. */
import { type BigIntStats, closeSync, fstatSync, openSync, statSync } from 'node:fs'
import { StoreUnavailable } from '../../problem.ts'
import type { FileFate } from '../../store.ts'

export interface Identity {
  /** Looks at the path now. @returns why nothing may be written; null when all is in place */
  look(): StoreUnavailable | null
  /** Whether the database is in place and its write-ahead log is not: what that holds can still be moved. */
  isLogGone(): boolean
  fate(): FileFate
  /** The write-ahead log is another file from now on. */
  renewLog(): void
  close(): void
}

export type FilePlace = Pick<BigIntStats, 'dev' | 'ino'>

export const placeOf = (path: string): FilePlace | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })
export const isSame = (one: FilePlace, other: FilePlace) => one.dev === other.dev && one.ino === other.ino

/** Windows lets nobody delete or rename a file that is in use. */
const isHeldBySystem = process.platform === 'win32'

/**
 * Only with the lock, before SQLite opens the file: the descriptor it keeps must not be closed before SQLite closes its own, which
 * would free SQLite's locks.
 * @param path as it was opened, links resolved
 * @param lockProblem whether the lock still keeps others away; asked with each look
 */
export function watchIdentity(path: string, lockProblem: () => StoreUnavailable | null): Identity {
  // For writing as well: an overlay file system makes another file of it when the first one writes.
  const file = openSync(path, 'r+')
  const opened: FilePlace = fstatSync(file, { bigint: true })
  const first = placeOf(path)
  const isWatched = !isHeldBySystem && first !== undefined && isSame(first, opened)
  const logs = [`${path}-wal`, `${path}-shm`].map(name => ({ name, place: placeOf(name) }))

  function fileProblem(): StoreUnavailable | null {
    const now = placeOf(path)
    if (now !== undefined && isSame(now, opened)) return null
    const what = fstatSync(file).nlink === 0 ? 'was deleted' : 'was moved'
    return new StoreUnavailable(
      'gone',
      `${path} ${what}${now === undefined ? '' : ', and another file is in its place'}`,
    )
  }

  /** SQLite makes both with the first write, and neither goes or changes as long as it has the file open. */
  function logProblem(): StoreUnavailable | null {
    for (const log of logs) {
      const now = placeOf(log.name)
      log.place ??= now
      if (log.place !== undefined && (now === undefined || !isSame(now, log.place)))
        return new StoreUnavailable('gone', `${log.name}, which is part of the database, was deleted or replaced`)
    }
    return null
  }

  return {
    look() {
      // A file system that does not number its files tells nothing.
      if (!isWatched) return null
      try {
        return fileProblem() ?? logProblem() ?? lockProblem()
      } catch (error) {
        return new StoreUnavailable('gone', `${path} cannot be accessed: ${String(error)}`, { cause: error })
      }
    },
    isLogGone: () => isWatched && fileProblem() === null && logProblem() !== null,
    fate() {
      if (!isWatched || fileProblem() === null) return 'kept'
      return fstatSync(file).nlink === 0 ? 'deleted' : 'moved'
    },
    renewLog() {
      for (const log of logs) log.place = placeOf(log.name)
    },
    close: () => closeSync(file),
  }
}

/** The one connection that writes: transactions, and the change log that grows with them. */
import type { Database } from 'better-sqlite3'
import { createListeners } from '../../lib/listeners.ts'
import { unavailable } from './problem.ts'

export interface Writer {
  readonly db: Database
  /**
   * Runs work in one transaction that survives the end of the process, then tells of what changed.
   * @throws StoreUnavailable on a full disk, a locked file or an I/O error
   */
  write<Result>(work: () => Result): Result
  /** The same for what must survive a power loss as well: returns once the disk has it, in the file that is at its path. */
  writeDurably<Result>(work: () => Result): Result
  /** For what was made durable otherwise. @throws StoreUnavailable when what was written is not in the file that is at its path */
  checkPlace(): void
  /** Puts a change on the change log; only inside `write`. */
  changed(kind: 'delivery' | 'attempt' | 'simulated', id: number): void
  /** The newest entry of the change log. */
  cursor(): number
  onChange(listener: () => void): () => void
}

/** What must hold for a write to be worth anything; both throw StoreUnavailable when it does not. */
export interface Gate {
  /** Before each transaction. */
  enter(): void
  /** After one that was meant to be durable: whether it is. */
  leave(): void
}

/** @param onWritten called after every transaction */
export function createWriter(db: Database, onWritten: () => void, gate: Gate): Writer {
  const listeners = createListeners<void>()
  const logChange = db.prepare<[string, number]>('INSERT INTO feed (kind, id) VALUES (?, ?)')
  let cursor = Number(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'feed'").pluck().get() ?? 0)
  db.pragma('synchronous = NORMAL')

  function write<Result>(work: () => Result): Result {
    const before = cursor
    let result: Result
    gate.enter()
    try {
      result = db.transaction(work).immediate()
    } catch (error) {
      cursor = before
      throw unavailable(error) ?? error
    }
    onWritten()
    if (cursor !== before) listeners.call()
    return result
  }

  return {
    db,
    write,
    writeDurably<Result>(work: () => Result): Result {
      db.exec('PRAGMA synchronous = FULL')
      let result: Result
      try {
        result = write(work)
      } finally {
        db.exec('PRAGMA synchronous = NORMAL')
      }
      gate.leave()
      return result
    },
    checkPlace: gate.leave,
    changed(kind, id) {
      cursor = Number(logChange.run(kind, id).lastInsertRowid)
    },
    cursor: () => cursor,
    onChange: listener => listeners.add(listener),
  }
}

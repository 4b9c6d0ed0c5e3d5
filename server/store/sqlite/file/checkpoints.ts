/**
 * Moves the write-ahead log into the database file while there are writes, on a reading thread, so that commits need not; and
 * begins the log anew once it has grown: for that moment no read may be under way, since a read keeps what it began with.
 */
import { statSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { Reader } from '../read/reader.ts'

export interface Checkpoints {
  /** Something was written. */
  written(): void
  /** Resolves when the log is not too large, for those whose writing can wait; begins it anew at once where it is. */
  relieved(): Promise<void>
  /** Begins the log anew, whatever its size. @throws when the disk does not take what it holds */
  beginAnew(): Promise<void>
  /** From how many bytes on the log begins anew. */
  setMost(bytes: number): void
  close(): void
}

export interface CheckpointsOptions {
  readonly db: Database
  readonly path: string
  /** The thread that moves it, and the others that read. */
  readonly mover: Reader
  readonly readers: readonly Reader[]
  /** From how many bytes on the log begins anew. */
  readonly mostBytes: number
}

/** How often the log is moved while there are writes, and how often its size is looked at, milliseconds. */
const everyMs = 500
const lookMs = 10
/** A smaller log is left as it is, bytes: nobody feels it, and a reading thread takes time and memory to start. */
const leastMoved = 1024 * 1024
/** So much is moved while reads are held, and so much by the writing thread itself, bytes: some milliseconds each. */
const movedHeld = 8 * 1024 * 1024
const movedHere = 1024 * 1024

export function openCheckpoints({ db, path, mover, readers, mostBytes }: CheckpointsOptions): Checkpoints {
  let most = mostBytes
  let timer: NodeJS.Timeout | undefined
  let moving: Promise<void> | null = null
  let closed = false
  let movedAt = 0

  const logBytes = () => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const isLarge = () => logBytes() > most

  function schedule(): void {
    if (timer || moving || closed) return
    timer = setTimeout(() => {
      timer = undefined
      if (isLarge() || (logBytes() > leastMoved && performance.now() - movedAt > everyMs)) void move()
      else if (logBytes() > leastMoved) schedule()
    }, lookMs)
    timer.unref()
  }

  function move(): Promise<void> {
    moving ??= moved().finally(() => {
      moving = null
      movedAt = performance.now()
      if (!closed && isLarge()) schedule()
    })
    return moving
  }

  async function moved(): Promise<void> {
    try {
      // While much is moved, reads go on.
      if (!isLarge() || logBytes() > movedHeld) await mover.checkpoint()
      if (!closed && isLarge()) await beginAnew()
    } catch {
      // A commit does it at the database's own limit; what is wrong with the disk is told to those who append.
    }
  }

  async function beginAnew(): Promise<void> {
    const holds = await Promise.all(readers.map(reader => reader.hold()))
    try {
      // Almost all of it, so that the writing thread has little left to move.
      if (logBytes() > movedHere) await mover.checkpoint()
      if (!closed && db.open) emptied()
    } finally {
      for (const letGo of holds) letGo()
    }
  }

  /** On the writing thread: nobody can write meanwhile. */
  function emptied(): void {
    const patience = db.pragma('busy_timeout', { simple: true })
    // Another program that reads is not waited for: the next time will do.
    db.pragma('busy_timeout = 0')
    try {
      db.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      db.pragma(`busy_timeout = ${Number(patience)}`)
    }
  }

  return {
    written: schedule,
    async relieved() {
      if (isLarge()) await move()
    },
    beginAnew,
    setMost(bytes) {
      most = bytes
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/**
 * Keeps a way out of a disk that hookscope itself fills. Deleting needs space as well, and so does moving what the write-ahead
 * log holds: once a database is large, the last of its disk is for these, and not for deliveries.
 */
import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import { StoreUnavailable } from '../../problem.ts'

export interface Room {
  /** Looks at the disk. @returns why it takes no delivery; null when it does */
  look(): StoreUnavailable | null
  /** The same, as it was a moment ago. */
  problem(): StoreUnavailable | null
  /** Why even what is taken is not indexed by itself; null when it is. */
  indexProblem(): StoreUnavailable | null
  /** Something did not fit. */
  full(): void
  close(): void
}

export interface RoomOptions {
  readonly db: Database
  readonly path: string
  readonly sizes: RoomSizes
  /** Moves all of the write-ahead log, and gives its space back. @throws when the disk does not take it */
  emptyLog(): Promise<void>
}

/** All in bytes. */
export interface RoomSizes {
  /** From here on a database may be what fills a disk. */
  readonly large: number
  /** What is for deleting. */
  readonly last: number
  /** Of that, what indexing leaves. */
  readonly indexLeaves: number
  /** How much there must be again until deliveries are taken. */
  readonly enough: number
}

const mebibyte = 1024 * 1024
export const usualRoom: RoomSizes = {
  large: 32 * mebibyte,
  last: 32 * mebibyte,
  indexLeaves: 16 * mebibyte,
  enough: 36 * mebibyte,
}

/** A write-ahead log from so many bytes on is worth emptying; milliseconds between two tries. */
const logBytes = mebibyte
const retryMs = 1000
/** How long what was seen of the disk holds, milliseconds. */
const freshMs = 50

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0

export function openRoom({ db, path, sizes, emptyLog }: RoomOptions): Room {
  let problem: StoreUnavailable | null = null
  let free = Number.POSITIVE_INFINITY
  let emptying = false
  let lastTry = Number.NEGATIVE_INFINITY
  let lookedAt = Number.NEGATIVE_INFINITY
  let closed = false

  const isLarge = () => sizeOf(path) + sizeOf(`${path}-wal`) >= sizes.large

  /** Bytes that deliveries can take: of the disk, and pages of the database that hold nothing. */
  function freeBytes(): number {
    const { bavail, bsize, blocks } = statfsSync(dirname(path))
    // A file system that does not say how large it is.
    if (blocks === 0) return Number.POSITIVE_INFINITY
    const inside =
      Number(db.pragma('freelist_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }))
    // Also what goes into such pages goes through the write-ahead log first.
    return Math.min(bavail * bsize + inside, 2 * bavail * bsize)
  }

  async function empty(): Promise<void> {
    emptying = true
    lastTry = performance.now()
    try {
      await emptyLog()
    } catch {
      // It does not fit yet: what is deleted makes room for it, too.
    } finally {
      emptying = false
    }
  }

  function emptySoon(): void {
    if (!emptying && !closed && sizeOf(`${path}-wal`) > logBytes && performance.now() - lastTry >= retryMs) void empty()
  }

  function keepForDeleting(): void {
    problem = new StoreUnavailable('full', 'The disk is full: the rest is reserved for deleting')
    emptySoon()
  }

  function look(): StoreUnavailable | null {
    lookedAt = performance.now()
    free = closed || !isLarge() ? Number.POSITIVE_INFINITY : freeBytes()
    if (free < (problem === null ? sizes.last : sizes.enough)) keepForDeleting()
    else {
      problem = null
      if (free < 2 * sizes.last) emptySoon()
    }
    return problem
  }

  const recent = () => (performance.now() - lookedAt < freshMs ? problem : look())

  return {
    look,
    problem: recent,
    indexProblem() {
      const now = recent()
      return free < sizes.indexLeaves ? now : null
    },
    full() {
      if (!isLarge()) return
      free = 0
      keepForDeleting()
    },
    close() {
      closed = true
    },
  }
}

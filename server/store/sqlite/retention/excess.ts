/** How far the log is beyond a limit: in deliveries, and in bytes on disk. What is pinned counts against none. */
import type { Database } from 'better-sqlite3'
import type { PinsBeyond } from '../../../../core/deliveries/pins.ts'
import type { Retention } from '../../retention.ts'
import type { Reader } from '../read/reader.ts'
import type { Space } from './space.ts'

/** Deliveries that are kept and not indexed yet. */
export interface Backlog {
  /** The newest delivery that is indexed, and the newest of all. */
  range(): { readonly indexed: number; readonly newest: number }
  /** Leaves out what is not indexed, up to a delivery. */
  pass(upTo: number): void
  /** Whether the index lacks only what came last: while it is rebuilt, what is not in it is as old as anything. */
  isWhole(): boolean
}

export interface ExcessOptions {
  readonly db: Database
  readonly reader: Reader
  readonly space: Space
  readonly backlog: Backlog
  /** What the write-ahead log may take up where there is room, bytes. */
  readonly logBytes: number
}

/** How many deliveries are too many, and how far the log is beyond its limit, as a share of it. */
export interface Excess {
  readonly deliveries: number
  readonly share: number
}

export const none: Excess = { deliveries: 0, share: 0 }

/** The share of a small limit that the write-ahead log may take up. */
const logShare = 0.25

export function createExcess({ db, reader, space, backlog, logBytes }: ExcessOptions) {
  const counter = db.prepare<[string], number>(`SELECT n FROM counter WHERE facet = ? AND name = ''`).pluck()
  const count = (facet: string) => counter.get(facet) ?? 0
  /** Bytes of what is pinned, and how many were when they were counted. */
  let pinned = { count: 0, bytes: 0 }

  const total = () => count('total')
  /** Deliveries that count against a limit. */
  const countable = () => {
    const { indexed, newest } = backlog.range()
    return total() - count('pinned') + Math.max(0, newest - indexed)
  }
  /** What the write-ahead log may take up of a limit. */
  const logOf = ({ bytes }: Retention) => (bytes === null ? logBytes : Math.min(logBytes, bytes * logShare))
  /** The share of the space in use that pinned deliveries have. */
  const pinnedShare = () => Math.min(1, pinned.bytes / Math.max(1, count('bytes')))

  return {
    total,
    countable,
    logOf,
    /** Counts the bytes of what is pinned where their number has changed. @param again also where it has not */
    async countPinned(again = false): Promise<void> {
      const now = count('pinned')
      if (now === pinned.count && !again) return
      if (now === 0) {
        pinned = { count: 0, bytes: 0 }
        return
      }
      const [row] = await reader.all<{ bytes: number }>(
        'SELECT coalesce(sum(kept), 0) AS bytes FROM delivery WHERE pinned = 1 AND removed_at IS NULL',
        [],
      )
      pinned = { count: now, bytes: row?.bytes ?? 0 }
    },
    /** What is pinned, and about how much of the disk it has. */
    pins: (): PinsBeyond => ({ count: pinned.count, bytes: Math.round(space.usedBytes() * pinnedShare()) }),
    tooMany(limit: number | null): Excess {
      if (limit === null) return none
      const deliveries = countable() - limit
      return deliveries > 0 ? { deliveries, share: deliveries / Math.max(1, limit) } : none
    },
    tooLarge(retention: Retention): Excess {
      const { bytes } = retention
      if (bytes === null) return none
      const used = space.usedBytes() * (1 - pinnedShare()) + logOf(retention)
      if (used <= bytes) return none
      const each = used / Math.max(1, countable())
      return { deliveries: Math.ceil((used - bytes) / each), share: (used - bytes) / Math.max(1, bytes) }
    },
  }
}

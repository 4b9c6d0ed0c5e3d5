/** How far the log is beyond a limit: in deliveries, and in bytes. What is pinned counts against none. */
import type { PinsBeyond } from '../../../../core/deliveries/pins.ts'
import type { Retention } from '../../retention.ts'
import type { Queries } from '../connection.ts'

export interface Usage {
  /** Deliveries that count against a limit, those that are not indexed yet among them. */
  readonly countable: number
  /** What they take. */
  readonly bytes: number
  readonly pinned: PinsBeyond
}

/**
 * What a delivery takes on the server's disk, about: its text stands there twice and is indexed by all its parts, and it has a
 * row in each of several indexes. PostgreSQL keeps the files of what was dropped and fills them again, so that their size does
 * not tell.
 */
const bytesOf = (kept: number, count: number) => kept * 2 + count * 1500

export async function readUsage(sql: Queries): Promise<Usage> {
  const [row] = await sql<Record<'total' | 'bytes' | 'waiting' | 'pinned' | 'pinned_bytes', number>[]>`
    SELECT (SELECT coalesce(sum(n), 0) FROM counter WHERE facet = 'total') AS total,
      (SELECT coalesce(sum(n), 0) FROM counter WHERE facet = 'bytes') AS bytes,
      (SELECT count(*) FROM unindexed) AS waiting, p.pinned, p.pinned_bytes
    FROM (SELECT count(*) AS pinned, coalesce(sum(kept), 0) AS pinned_bytes FROM delivery
      WHERE pinned = 1 AND removed_at IS NULL) p`
  const { total = 0, bytes = 0, waiting = 0, pinned = 0, pinned_bytes: pinnedBytes = 0 } = row ?? {}
  const countable = total - pinned + waiting
  return {
    countable,
    bytes: bytesOf(Math.max(0, bytes - pinnedBytes), countable),
    pinned: { count: pinned, bytes: bytesOf(pinnedBytes, pinned) },
  }
}

/** How many deliveries are too many. */
export function excessOf({ countable, bytes }: Usage, limits: Retention): number {
  const many = limits.count === null ? 0 : countable - limits.count
  const each = bytes / Math.max(1, countable)
  const large = limits.bytes === null ? 0 : Math.ceil((bytes - limits.bytes) / Math.max(1, each))
  return Math.max(0, Math.min(countable, Math.max(many, large)))
}

/** What is pinned, where that alone is more than a limit. */
export const pinsBeyond = ({ pinned }: Usage, limits: Retention): PinsBeyond | null =>
  (limits.count !== null && pinned.count > limits.count) || (limits.bytes !== null && pinned.bytes > limits.bytes)
    ? pinned
    : null

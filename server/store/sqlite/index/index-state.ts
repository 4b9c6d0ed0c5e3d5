/** Where the index stands when the database is opened. */
import type { Database } from 'better-sqlite3'
import { isDamage } from '../problem.ts'
import { lastAnnounced } from '../recovery/announced.ts'
import { rebuildUnderWay } from '../recovery/rebuild.ts'
import type { LogRows } from './log-rows.ts'

export interface IndexState {
  /** The newest delivery in it, and the newest that was told of. */
  readonly upTo: number
  readonly announcedUpTo: number
  /** It does not read. */
  readonly held: boolean
}

/** @param damaged told of what does not read */
export function indexState(db: Database, log: LogRows, damaged: (error: unknown) => void): IndexState {
  try {
    const upTo = Number(db.prepare('SELECT coalesce(max(id), 0) FROM delivery').pluck().get())
    return { upTo, announcedUpTo: rebuildUnderWay(db) ?? upTo, held: false }
  } catch (error) {
    if (!isDamage(error)) throw error
    damaged(error)
    const announcedUpTo = lastAnnounced(db) ?? log.newest()
    return { upTo: announcedUpTo, announcedUpTo, held: true }
  }
}

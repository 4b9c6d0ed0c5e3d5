/** The newest delivery that was told of, when the index does not read: by what is written together with it. */
import type { Database } from 'better-sqlite3'
import { isDamage } from '../problem.ts'

/** The surest first: an attempt may be older than its delivery is known here, when an app answers the gateway. */
const traces = [
  'SELECT max(told) FROM rebuild',
  'SELECT max(id) FROM delivery',
  `SELECT max(id) FROM feed WHERE kind = 'delivery'`,
  'SELECT max(delivery) FROM attempt',
]

/** @returns null when none of it reads */
export function lastAnnounced(db: Database): number | null {
  let reads = false
  for (const text of traces) {
    try {
      const told = db.prepare(text).pluck().get()
      if (typeof told === 'number') return told
      reads = true
    } catch (error) {
      if (!isDamage(error) && !isMissing(error)) throw error
    }
  }
  return reads ? 0 : null
}

/** A table that is there only while the index is being rebuilt. */
const isMissing = (error: unknown) => error instanceof Error && error.message.startsWith('no such table')

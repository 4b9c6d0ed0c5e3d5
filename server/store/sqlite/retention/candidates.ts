/** Which deliveries go next when not all can stay: read a bounded number at a time, whatever stands between them. */
import type { Database } from 'better-sqlite3'

/** What was found in one go; with none of them there may be more behind, unless that was the end. */
export interface FoundCandidates {
  readonly ids: readonly number[]
  readonly isEnd: boolean
}

export interface Candidates {
  /** Some that were taken away, the first ones first. */
  removed(): FoundCandidates
  /** Some of the oldest that are neither pinned nor taken away. */
  oldest(): FoundCandidates
  /** Some that came before a time, and are neither pinned nor taken away. */
  before(time: number): FoundCandidates
  /** Old ones may have been unpinned or brought back: looks from the beginning again. */
  lookAgain(): void
}

/** Deliveries that are looked at in one go. */
const pageRows = 200

interface Row {
  readonly id: number
  readonly stays: number
}

interface Dated extends Row {
  readonly at: number
  readonly verdict: string
}

export function createCandidates(db: Database): Candidates {
  const removed = db
    .prepare<[], number>(`SELECT id FROM delivery WHERE removed_at IS NOT NULL ORDER BY removed_at LIMIT ${pageRows}`)
    .pluck()
  const following = db.prepare<[number], Row>(
    `SELECT id, pinned = 1 OR removed_at IS NOT NULL AS stays FROM delivery WHERE id > ? ORDER BY id LIMIT ${pageRows}`,
  )
  const dated = db.prepare<[number, string, number, number], Dated>(`
    SELECT id, pinned AS stays, received_at AS at, verdict FROM delivery
    WHERE removed_at IS NULL AND (received_at, verdict, id) > (?, ?, ?) AND received_at < ?
    ORDER BY received_at, verdict, id LIMIT ${pageRows}`)
  /** Up to here all stay. */
  let passed = 0
  let passedTime: readonly [at: number, verdict: string, id: number] = beginning

  return {
    removed() {
      const ids = removed.all()
      return { ids, isEnd: ids.length < pageRows }
    },
    oldest() {
      const rows = following.all(passed)
      const first = rows.findIndex(({ stays }) => stays === 0)
      if (first !== 0) passed = rows.at(first - 1)?.id ?? passed
      return found(rows)
    },
    before(time) {
      const rows = dated.all(...passedTime, time)
      const last = rows.at(-1)
      if (last !== undefined && rows.every(({ stays }) => stays === 1)) passedTime = [last.at, last.verdict, last.id]
      return found(rows)
    },
    lookAgain() {
      passed = 0
      passedTime = beginning
    },
  }
}

const beginning = [Number.MIN_SAFE_INTEGER, '', 0] as const

const found = (rows: readonly Row[]): FoundCandidates => ({
  ids: rows.filter(({ stays }) => stays === 0).map(({ id }) => id),
  isEnd: rows.length < pageRows,
})

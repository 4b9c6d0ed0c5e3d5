/** What the index holds of a delivery, in its tables. */

import { type Described, linkKeysOf } from '../../index/described.ts'
import { hookNotes } from '../../index/hook-notes.ts'
import { readVerdict } from '../../rows.ts'
import { isDamage } from '../problem.ts'
import type { Writer } from '../writer.ts'
import type { Carried } from './carried.ts'
import { createGrouping, isRejected, onlyOne } from './grouping.ts'
import type { LogRow } from './log-rows.ts'
import { createShown } from './shown.ts'
import { shownAttempt } from './shown-attempt.ts'
import { createTextIndex } from './text-index.ts'

/** What stands beside a delivery in other tables. */
export interface Besides {
  /** The events of its hook, JSON; null for all. */
  readonly events: string | null
  /** Its row of before reads. */
  readonly carried: boolean
  /** The verdict it has by now, JSON; null for the one it came with. */
  readonly verdict: string | null
  /** What was sent to apps of it reads. */
  readonly attempts: boolean
}

function readOr<Result>(read: () => Result, instead: Result): Result {
  try {
    return read()
  } catch (error) {
    if (!isDamage(error)) throw error
    return instead
  }
}

export interface IndexRows {
  /**
   * Looks at what stands beside a delivery. Not inside a transaction: after a page that does not read SQLite writes no more in it.
   * @param careful some of that does not read
   * @param carried the index of before; null when it is not rebuilt
   */
  besides(logged: LogRow, careful: boolean, carried: Carried | null): Besides
  /** The same where all of it reads, for many in a row: each hook is looked at once. */
  besidesOfMany(): (logged: LogRow) => Besides
  /** Adds its row; only inside a transaction. */
  add(logged: LogRow, described: Described, besides: Besides): void
  /** Adds what leads to its row, once that is there; only inside a transaction. */
  link(id: number, described: Described, besides: Besides): void
  /**
   * Makes its text findable; only inside a transaction, and last: where it has begun, most other statements write out what full
   * text search gathers, a piece for each delivery in place of one for all.
   */
  search(id: number, described: Described): void
  /** Shows the newest tries of the events of these, which were added after later ones; only inside a transaction. */
  settle(ids: readonly number[]): void
}

export function createIndexRows(writer: Writer): IndexRows {
  const { db } = writer
  const shown = createShown(db)
  const grouping = createGrouping(db, shown)
  const eventOf = db.prepare<[number], { hook: string; event_id: string }>(
    'SELECT hook, event_id FROM delivery WHERE id = ? AND event_id IS NOT NULL',
  )
  const addDelivery = db.prepare(`INSERT INTO delivery
    (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, event_id, event_type,
     event_triggered, type, family, summary, object_key, refnum, amount, invoice, orderid, retry_of, tries)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const addKey = db.prepare('INSERT OR IGNORE INTO delivery_key (key, delivery) VALUES (?, ?)')
  const textIndex = createTextIndex(db)
  const subscription = db.prepare<[string], string | null>('SELECT events FROM hook WHERE id = ?').pluck()
  const supersede = db.prepare('UPDATE delivery SET superseded = 1 WHERE id = ?')
  const hasAttempts = db.prepare(shownAttempt('@id'))
  const adoptAttempt = db.prepare(`UPDATE delivery SET (last_attempt, last_outcome, last_status) =
    (${shownAttempt('@id')})
    WHERE id = @id AND EXISTS (SELECT 1 FROM attempt WHERE delivery = @id)`)

  const rows: IndexRows = {
    besides(logged, careful, carried) {
      const { id, hook } = logged
      const events = readOr(() => subscription.get(hook) ?? null, null)
      if (!careful) return { events, carried: false, verdict: null, attempts: true }
      const attempts = readOr(() => hasAttempts.all({ id }).length >= 0, false)
      const isCarried = carried?.reads(logged) ?? false
      return { events, carried: isCarried, verdict: isCarried ? null : (carried?.verdict(id) ?? null), attempts }
    },
    besidesOfMany() {
      const known = new Map<string, Besides>()
      return logged => {
        const besides = known.get(logged.hook) ?? rows.besides(logged, false, null)
        known.set(logged.hook, besides)
        return besides
      }
    },
    add(logged, { description, notes: found }, { events }) {
      const { id, hook } = logged
      const verdict = readVerdict(logged.verdict)
      const notes = [...found]
      const { eventId, eventType, eventTriggered, type, family, summary, objectKey, refnum } = description
      const place = eventId === null ? onlyOne : grouping.place(id, hook, eventId, isRejected(verdict))
      if (place.note) notes.push(place.note)
      notes.push(...hookNotes(logged, type, events))
      if (place.supersedes !== null) {
        supersede.run(place.supersedes)
        writer.changed('delivery', place.supersedes)
      }
      const kept = logged.body_bytes + logged.headers.length + logged.path_length
      addDelivery.run(
        ...[id, logged.received_at, logged.bytes, kept, logged.status, hook, logged.method, verdict.kind],
        ...[
          logged.verdict,
          JSON.stringify(notes),
          place.note ? 1 : 0,
          eventId,
          eventType,
          eventTriggered,
          type,
          family,
        ],
        ...[summary, objectKey, refnum, description.amount, description.invoice, description.orderid],
        ...[place.retryOf, place.tries],
      )
    },
    link(id, { description }, { attempts }) {
      if (attempts) adoptAttempt.run({ id })
      for (const key of linkKeysOf(description)) addKey.run(key, id)
      writer.changed('delivery', id)
    },
    search(id, { searchable }) {
      textIndex.add(id, searchable)
    },
    settle(ids) {
      for (const event of ids.flatMap(id => eventOf.get(id) ?? []))
        for (const id of shown.refresh(event.hook, event.event_id).changed) writer.changed('delivery', id)
    },
  }
  return rows
}

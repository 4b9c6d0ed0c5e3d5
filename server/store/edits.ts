/** What is changed about deliveries after they were indexed: pins, removal, verdicts. */
import type { Verdict } from '../../core/delivery.ts'
import type { Grouping, Waypoint } from './grouping.ts'
import type { EventKey, Store } from './store.ts'
import type { Writer } from './writer.ts'

interface EventOf {
  readonly id: number
  readonly hook: string
  readonly event_id: string | null
}

/** Those methods of the Store that edit deliveries; each in one transaction. */
export type Edits = Pick<Store, 'setAnswered' | 'setPinned' | 'setVerdicts' | 'regroup' | 'remove' | 'restore'>

export function createEdits(writer: Writer, grouping: Grouping, now: () => number): Edits {
  const { db } = writer
  const answerLog = db.prepare('UPDATE arrival SET status = ? WHERE id = ?')
  const answer = db.prepare('UPDATE delivery SET status = ? WHERE id = ?')
  const pin = db.prepare('UPDATE delivery SET pinned = ? WHERE id = ? AND pinned <> ?')
  const takeAway = db.prepare<[number, number], EventOf>(
    'UPDATE delivery SET removed_at = ? WHERE id = ? AND removed_at IS NULL RETURNING id, hook, event_id',
  )
  const bringBack = db.prepare<[number], EventOf>(
    'UPDATE delivery SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL RETURNING id, hook, event_id',
  )
  const judge = db.prepare<[string, string, number], EventOf>(
    'UPDATE delivery SET verdict = ?, verdict_detail = ? WHERE id = ? RETURNING id, hook, event_id',
  )
  const record = db.prepare(`INSERT INTO verdict_history (delivery, at, before, after, reason)
    SELECT id, @at, verdict_detail, @after, @reason FROM delivery WHERE id = @id AND verdict_detail <> @after`)

  /**
   * Tells of the rows that changed, and of those of their events that are shown or hidden because of it.
   * @param regroup null for an event that it leaves as it is
   * @returns the events that were left so
   */
  function announce(rows: readonly EventOf[], regroup: Grouping['recount']): EventKey[] {
    const events = new Map<string, EventKey>()
    for (const { id, hook, event_id: eventId } of rows) {
      writer.changed('delivery', id)
      if (eventId !== null) events.set(JSON.stringify([hook, eventId]), { hook, eventId })
    }
    return [...events.values()].filter(({ hook, eventId }) => {
      const regrouped = regroup(hook, eventId)
      for (const id of regrouped ?? []) writer.changed('delivery', id)
      return regrouped === null
    })
  }

  const each = (ids: readonly number[], change: (id: number) => EventOf | undefined) =>
    writer.write(() => {
      const rows = [...new Set(ids)].flatMap(id => change(id) ?? [])
      announce(rows, grouping.refresh)
      return rows.map(row => row.id)
    })

  return {
    setAnswered(id, status) {
      writer.write(() => {
        answerLog.run(status, id)
        if (answer.run(status, id).changes > 0) writer.changed('delivery', id)
      })
    },
    setPinned(ids, pinned) {
      const value = pinned ? 1 : 0
      writer.write(() => {
        for (const id of ids) if (pin.run(value, id, value).changes > 0) writer.changed('delivery', id)
      })
    },
    remove: ids => each(ids, id => takeAway.get(now(), id)),
    restore(ids) {
      each(ids, id => bringBack.get(id))
    },
    setVerdicts(verdicts, reason) {
      const byId = new Map<number, Verdict>(verdicts.map(({ id, verdict }) => [id, verdict]))
      return writer.write(() => {
        const rows = [...byId].flatMap(([id, verdict]) => {
          const after = JSON.stringify(verdict)
          record.run({ id, at: now(), after, reason })
          return judge.get(verdict.kind, after, id) ?? []
        })
        return announce(rows, grouping.recount)
      })
    },
    regroup({ hook, eventId }, from) {
      return writer.write((): Waypoint | null => {
        const { changed, next } = grouping.walk(hook, eventId, from)
        for (const id of changed) writer.changed('delivery', id)
        return next
      })
    },
  }
}

/** What is changed about deliveries after they were indexed: pins, removal, verdicts; many of them in slices behind appends. */
import type { Verdict } from '../../../core/deliveries/delivery.ts'
import { createListeners } from '../../lib/listeners.ts'
import type { EditOptions, EditStore, EventKey, Removal } from '../edits.ts'
import { StoreUnavailable } from '../problem.ts'
import { isoTime, readVerdict } from '../rows.ts'
import type { Turn } from '../turns.ts'
import type { Grouping, Waypoint } from './index/grouping.ts'
import { type Regrouped, type Shown, showNewest } from './index/shown.ts'
import type { Reader } from './read/reader.ts'
import type { Writer } from './writer.ts'

interface EventOf {
  readonly id: number
  readonly hook: string
  readonly event_id: string | null
  /** Whether another one of its event was shown before; absent where it does not matter. */
  readonly superseded?: number
}

export interface EditsOptions {
  readonly writer: Writer
  /** The thread that scans. */
  readonly reader: Reader
  readonly grouping: Grouping
  readonly shown: Shown
  readonly turn: Turn
  /** How long a slice may take, milliseconds. */
  readonly sliceMs: number
  now(): number
  /** Whether the store is being closed: what is not done by then is left. */
  isClosing(): boolean
}

/** Events by hook and event_id. */
type Events = Map<string, EventKey>

/** Rows that changed, and how the events that they belong to are grouped because of it. */
interface Kind {
  readonly change: (id: number) => EventOf | undefined
  readonly regroup: (hook: string, eventId: string) => Regrouped
}

export function createEdits({
  writer,
  reader,
  grouping,
  shown,
  turn,
  sliceMs,
  now,
  isClosing,
}: EditsOptions): EditStore {
  const { db } = writer
  const removals = createListeners<Removal>()
  const answerLog = db.prepare('UPDATE arrival SET status = ? WHERE id = ?')
  const answer = db.prepare('UPDATE delivery SET status = ? WHERE id = ?')
  const pin = db.prepare<[number, number, number], { id: number }>(
    'UPDATE delivery SET pinned = ? WHERE id = ? AND pinned <> ? RETURNING id',
  )
  const takeAway = db.prepare<[number, number], EventOf>(
    'UPDATE delivery SET removed_at = ? WHERE id = ? AND removed_at IS NULL RETURNING id, hook, event_id, superseded',
  )
  const bringBack = db.prepare<[number], EventOf>(
    'UPDATE delivery SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL RETURNING id, hook, event_id',
  )
  const judge = db.prepare<[string, string, number], EventOf>(
    'UPDATE delivery SET verdict = ?, verdict_detail = ? WHERE id = ? RETURNING id, hook, event_id',
  )
  const record = db.prepare(`INSERT INTO verdict_history (delivery, at, before, after, reason)
    SELECT id, @at, verdict_detail, @after, @reason FROM delivery WHERE id = @id AND verdict_detail <> @after`)

  /** Tells of the rows that changed, and of those of their events that are shown or hidden because of it. */
  function announce(rows: readonly EventOf[], regroup: Kind['regroup'], many: Events): void {
    const events: Events = new Map()
    for (const { id, hook, event_id: eventId, superseded } of rows) {
      writer.changed('delivery', id)
      // One that was hidden behind another changes nothing about that one.
      if (eventId !== null && superseded !== 1) events.set(JSON.stringify([hook, eventId]), { hook, eventId })
    }
    for (const [key, event] of events) {
      if (many.has(key)) continue
      const { changed, isWhole } = regroup(event.hook, event.eventId)
      if (!isWhole) many.set(key, event)
      for (const id of changed) writer.changed('delivery', id)
    }
  }

  /** Changes one after the other until the slice is over. @returns those that changed, and how many are done */
  function slice(ids: readonly number[], from: number, { change, regroup }: Kind, many: Events) {
    return writer.write(() => {
      const began = performance.now()
      const rows: EventOf[] = []
      let at = from
      do {
        const row = change(ids[at] ?? 0)
        if (row) rows.push(row)
        at++
      } while (at < ids.length && performance.now() - began < sliceMs)
      announce(rows, regroup, many)
      return { changed: rows.map(({ id }) => id), done: at }
    })
  }

  /** @throws StoreUnavailable when the store was closed meanwhile */
  async function nextSlice(): Promise<void> {
    await turn()
    if (isClosing()) throw new StoreUnavailable('io', 'The database is closed')
  }

  async function inSlices(
    ids: readonly number[],
    kind: Kind,
    { signal, onStep }: EditOptions = {},
  ): Promise<{ changed: number[]; many: Events }> {
    const all: number[] = []
    const many: Events = new Map()
    for (let at = 0; at < ids.length && !signal?.aborted; ) {
      if (at > 0) await nextSlice()
      const { changed, done } = slice(ids, at, kind, many)
      for (const id of changed) all.push(id)
      at = done
      onStep?.({ done, changed })
    }
    return { changed: all, many }
  }

  /** Takes away or brings back, and has each event show its newest delivery that is kept. */
  async function showing(
    ids: readonly number[],
    change: Kind['change'],
    isRemoved: boolean,
    options: EditOptions = {},
  ): Promise<number[]> {
    const onStep: EditOptions['onStep'] = step => {
      if (step.changed.length > 0) removals.call({ ids: step.changed, isRemoved })
      options.onStep?.(step)
    }
    const { changed, many } = await inSlices(ids, { change, regroup: shown.refresh }, { ...options, onStep })
    await showNewest(many.values(), { writer, shown, next: nextSlice })
    return changed
  }

  return {
    async setAnswered(id, status) {
      writer.write(() => {
        answerLog.run(status, id)
        if (answer.run(status, id).changes > 0) writer.changed('delivery', id)
      })
    },
    async setPinned(ids, pinned, options) {
      const value = pinned ? 1 : 0
      const change = (id: number) => pin.get(value, id, value) && { id, hook: '', event_id: null }
      const { changed } = await inSlices(ids, { change, regroup: shown.refresh }, options)
      return changed
    },
    remove: (ids, options) => showing(ids, id => takeAway.get(now(), id), true, options),
    restore: (ids, options) => showing(ids, id => bringBack.get(id), false, options),
    onRemoved: removals.add,
    async setVerdicts(verdicts, reason) {
      const byId = new Map<number, Verdict>(verdicts.map(({ id, verdict }) => [id, verdict]))
      const change = (id: number) => {
        const verdict = byId.get(id)
        if (verdict === undefined) return undefined
        const after = JSON.stringify(verdict)
        record.run({ id, at: now(), after, reason })
        return judge.get(verdict.kind, after, id)
      }
      const { many } = await inSlices([...byId.keys()], { change, regroup: grouping.recount })
      return [...many.values()]
    },
    async regroup({ hook, eventId }, onStep) {
      const step = (from: Waypoint | null) =>
        writer.write((): Waypoint | null => {
          const { changed, next } = grouping.walk(hook, eventId, from)
          for (const id of changed) writer.changed('delivery', id)
          return next
        })
      for (let at = step(null); at !== null; at = step(at)) {
        onStep?.()
        await nextSlice()
      }
      onStep?.()
    },
    async verdictHistory(delivery) {
      const rows = await reader.all<{ at: number; before: string; after: string; reason: string }>(
        'SELECT at, before, after, reason FROM verdict_history WHERE delivery = ? ORDER BY id',
        [delivery],
      )
      return rows.map(({ at, before, after, reason }) => ({
        at: isoTime(at),
        before: readVerdict(before),
        after: readVerdict(after),
        reason,
      }))
    },
  }
}

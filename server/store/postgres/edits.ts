/** What is changed about deliveries after they were indexed: pins, removal, verdicts; many of them in slices. */
import type { Verdict } from '../../../core/deliveries/delivery.ts'
import type { EditOptions, EditStore, EventKey } from '../edits.ts'
import type { EventPoint } from '../grouping.ts'
import { StoreUnavailable } from '../problem.ts'
import { isoTime, readVerdict } from '../rows.ts'
import type { Following } from './changes.ts'
import type { Queries, Sql } from './connection.ts'
import { regroupNow, regroupStep } from './index/regroup.ts'
import { eventsOf, lockGrouping, refreshShown } from './index/shown.ts'
import type { Changed, ChangeEvent, Writer } from './writer.ts'

export interface EditsOptions {
  readonly sql: Sql
  readonly writer: Writer
  readonly following: Following
  /** Deliveries of one slice. */
  readonly sliceRows: number
  now(): number
  /** Whether the store is being closed: what is not done by then is left. */
  isClosing(): boolean
}

interface EventRow {
  readonly id: number
  readonly hook: string
  readonly event_id: string | null
}

interface RemovedRow extends EventRow {
  readonly superseded: number
}

/** Changes some of them. @returns the ids that changed */
type Slice = (tx: Queries, changed: Changed, ids: readonly number[]) => Promise<number[]>

export function createEdits({ sql, writer, following, sliceRows, now, isClosing }: EditsOptions): EditStore {
  /** @throws StoreUnavailable when the store was closed meanwhile */
  function goOn(): void {
    if (isClosing()) throw new StoreUnavailable('io', 'The database is closed')
  }

  async function inSlices(ids: readonly number[], slice: Slice, { signal, onStep }: EditOptions = {}) {
    const all: number[] = []
    for (let at = 0; at < ids.length && !signal?.aborted; ) {
      if (at > 0) goOn()
      const chosen = ids.slice(at, at + sliceRows)
      const changed = new Set(await writer.alone((tx, tell) => slice(tx, tell, chosen)))
      // In the order they were asked for.
      const inOrder = chosen.filter(id => changed.has(id))
      all.push(...inOrder)
      at += chosen.length
      onStep?.({ done: at, changed: inOrder })
    }
    return all
  }

  /** Tells of the rows, and of those of their events that are shown or hidden because of them. */
  async function showing(tx: Queries, changed: Changed, rows: readonly EventRow[], event: ChangeEvent, of = rows) {
    for (const { id } of rows) changed('delivery', id, event)
    for (const id of await refreshShown(tx, eventsOf(of))) changed('delivery', id)
    return rows.map(({ id }) => id)
  }

  const remove: Slice = async (tx, changed, ids) => {
    await lockGrouping(tx)
    const rows = await tx<RemovedRow[]>`
      UPDATE delivery SET removed_at = ${now()} WHERE id = ANY(${ids as number[]}::bigint[]) AND removed_at IS NULL
      RETURNING id, hook, event_id, superseded`
    // One that was hidden behind another changes nothing about that one.
    return showing(
      tx,
      changed,
      rows,
      'removed',
      rows.filter(({ superseded }) => superseded === 0),
    )
  }

  const restore: Slice = async (tx, changed, ids) => {
    await lockGrouping(tx)
    const rows = await tx<EventRow[]>`
      UPDATE delivery SET removed_at = NULL WHERE id = ANY(${ids as number[]}::bigint[]) AND removed_at IS NOT NULL
      RETURNING id, hook, event_id`
    return showing(tx, changed, rows, 'restored')
  }

  const pin =
    (value: 0 | 1): Slice =>
    async (tx, changed, ids) => {
      const rows = await tx<{ id: number }[]>`
        UPDATE delivery SET pinned = ${value} WHERE id = ANY(${ids as number[]}::bigint[]) AND pinned <> ${value} RETURNING id`
      for (const { id } of rows) changed('delivery', id)
      return rows.map(({ id }) => id)
    }

  /** Records and sets verdicts. @param many takes the events with too many deliveries to be grouped now */
  const judge =
    (byId: ReadonlyMap<number, Verdict>, reason: string, many: (event: EventKey) => void): Slice =>
    async (tx, changed, ids) => {
      await lockGrouping(tx)
      const chosen = ids.flatMap(id => {
        const verdict = byId.get(id)
        return verdict === undefined ? [] : [{ id, kind: verdict.kind, after: JSON.stringify(verdict) }]
      })
      const [all, after] = [chosen.map(({ id }) => id), chosen.map(one => one.after)]
      await tx`
        INSERT INTO verdict_history (delivery, at, before, after, reason)
        SELECT d.id, ${now()}, d.verdict_detail, c.after, ${reason}
        FROM unnest(${all}::bigint[], ${after}::text[]) AS c (id, after) JOIN delivery d ON d.id = c.id
        WHERE d.verdict_detail <> c.after ORDER BY d.id`
      const rows = await tx<EventRow[]>`
        UPDATE delivery d SET verdict = c.kind, verdict_detail = c.after
        FROM unnest(${all}::bigint[], ${chosen.map(({ kind }) => kind)}::text[], ${after}::text[]) AS c (id, kind, after)
        WHERE d.id = c.id RETURNING d.id, d.hook, d.event_id`
      for (const { id } of rows) changed('delivery', id)
      for (const event of eventsOf(rows)) {
        const moved = await regroupNow(tx, event)
        if (moved === null) many(event)
        for (const id of moved ?? []) changed('delivery', id)
      }
      return rows.map(({ id }) => id)
    }

  return {
    setAnswered: (id, status) =>
      writer.write(async (tx, changed) => {
        const [waits] = await tx`UPDATE unindexed SET status = ${status} WHERE id = ${id} RETURNING id`
        if (waits) return
        const [row] = await tx`UPDATE delivery SET status = ${status} WHERE id = ${id} RETURNING id`
        if (row) changed('delivery', id)
      }),
    setPinned: (ids, pinned, options) => inSlices(ids, pin(pinned ? 1 : 0), options),
    remove: (ids, options) => inSlices(ids, remove, options),
    restore: (ids, options) => inSlices(ids, restore, options),
    onRemoved: following.onRemoved,
    async setVerdicts(verdicts, reason) {
      const byId = new Map(verdicts.map(({ id, verdict }) => [id, verdict]))
      const many = new Map<string, EventKey>()
      await inSlices(
        [...byId.keys()],
        judge(byId, reason, event => many.set(JSON.stringify([event.hook, event.eventId]), event)),
      )
      return [...many.values()]
    },
    async regroup(event, onStep) {
      for (let at: EventPoint | null = null; ; ) {
        const next: EventPoint | null = await writer.alone(async (tx, changed) => {
          await lockGrouping(tx)
          const step = await regroupStep(tx, event, at)
          for (const id of step.changed) changed('delivery', id)
          return step.next
        })
        onStep?.()
        if (next === null) return
        goOn()
        at = next
      }
    },
    async verdictHistory(delivery) {
      const rows = await sql<{ at: number; before: string; after: string; reason: string }[]>`
        SELECT at, before, after, reason FROM verdict_history WHERE delivery = ${delivery} ORDER BY id`
      return rows.map(({ at, before, after, reason }) => ({
        ...{ at: isoTime(at), reason },
        ...{ before: readVerdict(before), after: readVerdict(after) },
      }))
    },
  }
}

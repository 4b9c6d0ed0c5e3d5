/** Which delivery of an event is shown when the list is grouped: of each lane (see grouping.ts) the newest that is kept. */
import type { Database } from 'better-sqlite3'
import type { EventKey } from '../../edits.ts'
import type { Writer } from '../writer.ts'

export interface Shown {
  /** Shows the newest kept delivery of each lane, and none beside it; where one go is not enough, `walk` is for them. */
  refresh(hook: string, eventId: string): Regrouped
  /** The same, a bounded number of deliveries at a time, oldest first. @param from where the last walk ended; null to begin */
  walk(hook: string, eventId: string, from: ShownPoint | null): ShownWalk
  /** Whether an event has too many deliveries for one go. */
  isMany(hook: string, eventId: string): boolean
}

/** The ids that changed, and whether that was all of the event. */
export interface Regrouped {
  readonly changed: readonly number[]
  readonly isWhole: boolean
}

/** How far the deliveries of an event were looked at. */
export interface ShownPoint {
  readonly lane: 0 | 1
  /** The id of the last one. */
  readonly after: number
  /** The newest kept one so far; null when there is none. */
  readonly latest: { readonly id: number; readonly superseded: number } | null
}

export interface ShownWalk {
  /** The ids that changed. */
  readonly changed: number[]
  /** null: each lane shows what it should. */
  readonly next: ShownPoint | null
}

/** Deliveries of an event in one go: it has 36 tries, more only when a stranger repeats it. */
export const mostAtOnce = 200
/** Deliveries that are looked at in one step of a walk; few of them change. */
const pageRows = 500

/** Where a walk begins. */
export const firstShown: ShownPoint = { lane: 0, after: 0, latest: null }

interface Row {
  readonly id: number
  readonly superseded: number
  readonly kept: number
}

export function createShown(db: Database): Shown {
  const count = db
    .prepare<[string, string, number], number>(
      'SELECT count(*) FROM (SELECT 1 FROM delivery WHERE event_id = ? AND hook = ? LIMIT ?)',
    )
    .pluck()
  const refreshLane = db
    .prepare<{ hook: string; event: string; rejected: number }, number>(`
      UPDATE delivery SET superseded = 1 - superseded
      WHERE event_id = @event AND hook = @hook AND rejected = @rejected AND superseded <> (id < coalesce((
        SELECT max(id) FROM delivery
        WHERE event_id = @event AND hook = @hook AND rejected = @rejected AND removed_at IS NULL), 0))
      RETURNING id`)
    .pluck()
  const page = db.prepare<{ event: string; hook: string; lane: number; after: number }, Row>(`
    SELECT id, superseded, removed_at IS NULL AS kept FROM delivery
    WHERE event_id = @event AND hook = @hook AND rejected = @lane AND id > @after ORDER BY id LIMIT ${pageRows}`)
  const isKept = db.prepare<[number], number>('SELECT 1 FROM delivery WHERE id = ? AND removed_at IS NULL').pluck()
  const set = db.prepare<[number, number]>('UPDATE delivery SET superseded = ? WHERE id = ?')

  const isMany: Shown['isMany'] = (hook, eventId) => (count.get(eventId, hook, mostAtOnce) ?? 0) >= mostAtOnce

  return {
    isMany,
    refresh(hook, event) {
      if (isMany(hook, event)) return { changed: [], isWhole: false }
      return { changed: [0, 1].flatMap(rejected => refreshLane.all({ hook, event, rejected })), isWhole: true }
    },
    walk(hook, event, from) {
      const { lane, after, latest: before } = from ?? firstShown
      const changed: number[] = []
      const show = (one: ShownPoint['latest'], superseded: 0 | 1) => {
        if (one === null || one.superseded === superseded) return
        set.run(superseded, one.id)
        changed.push(one.id)
      }
      let latest = before
      const rows = page.all({ event, hook, lane, after })
      for (const { id, superseded } of rows.filter(({ kept }) => kept === 1)) {
        show(latest, 1)
        latest = { id, superseded }
      }
      const last = rows.at(-1)
      if (last !== undefined && rows.length === pageRows) return { changed, next: { lane, after: last.id, latest } }
      // It was taken away since it was looked at: another one is the newest.
      if (latest !== null && isKept.get(latest.id) === undefined) return { changed, next: { ...firstShown, lane } }
      show(latest, 0)
      return { changed, next: lane === 0 ? { ...firstShown, lane: 1 } : null }
    },
  }
}

/** Walks events with many deliveries to their ends, a transaction a step. @param next waits for the next step's turn */
export async function showNewest(
  events: Iterable<EventKey>,
  { writer, shown, next }: { readonly writer: Writer; readonly shown: Shown; next(): Promise<void> },
): Promise<void> {
  const step = ({ hook, eventId }: EventKey, from: ShownPoint | null) =>
    writer.write(() => {
      const walked = shown.walk(hook, eventId, from)
      for (const id of walked.changed) writer.changed('delivery', id)
      return walked.next
    })
  for (const event of events) for (let at = step(event, null); at !== null; at = step(event, at)) await next()
}

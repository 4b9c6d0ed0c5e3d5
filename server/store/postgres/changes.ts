/**
 * The change log, followed: what this and other processes put on it is told of once, in its order. Notifications only say that
 * there is more: it is read on from where this process is, also after each new subscription and now and then.
 */
import type { Change } from '../../../core/api/messages.ts'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import type { DeliverySummary } from '../../../core/deliveries/delivery.ts'
import { createListeners } from '../../lib/listeners.ts'
import type { ChangeStore, ChangesAfter } from '../changes.ts'
import type { Removal } from '../edits.ts'
import { type AttemptRow, type SummaryRow, toAttemptSummary, toSummary } from '../rows.ts'
import { arrivalsSince, createArrivalReads } from './arrivals.ts'
import type { Sql } from './connection.ts'
import { unavailable } from './problem.ts'
import { readSimulatedEvents } from './read/simulations.ts'
import { summarySelect } from './select.ts'
import type { FeedEntry, Told } from './writer.ts'

const othersKinds = ['hook', 'setting', 'simulation', 'offer'] as const
type OthersKind = (typeof othersKinds)[number]

export interface Following {
  /** The newest entry that this process knows of. */
  cursor(): number
  onChange(listener: () => void): () => void
  onIndexed(listener: (deliveries: readonly DeliverySummary[]) => void): () => void
  onDropped(listener: (ids: readonly number[]) => void): () => void
  onRemoved(listener: (removal: Removal) => void): () => void
  onEnded(listener: (attempt: AttemptSummary, byOther?: boolean, again?: boolean) => void): () => void
  onDone(listener: (simulation: number) => void): () => void
  /** Another process has changed one. */
  onOthers(kind: OthersKind, listener: () => void): () => void
  /** What this process put on the log. Resolves once those who listen are told, or cannot be told right now. */
  told(told: Told): Promise<void>
  /** Resolves when those who listen are told of all that is on the log by now. */
  reached(): Promise<void>
  close(): Promise<void>
}

export interface FollowingOptions {
  /** For reading. */
  readonly sql: Sql
  /** Listens by a connection of its own. */
  readonly listening: Sql
  process(): number
  /** The log could not be read. */
  failed(error: unknown): void
  worked(): void
}

interface FeedRow extends FeedEntry {
  readonly seq: number
}

/** Entries that are read in one go. */
const pageRows = 1000
/** How often the log is looked at although nobody said that there is more, milliseconds. */
const lookMs = 800
/** While the server is away: how long until what is to be told of is read again, milliseconds. */
const retryMs = 250
const channel = 'hookscope_changes'

async function readSummaries(sql: Sql, ids: readonly number[]): Promise<DeliverySummary[]> {
  if (ids.length === 0) return []
  const text = `${summarySelect} AND d.id = ANY($1::bigint[]) ORDER BY d.id`
  const rows = await sql.unsafe<SummaryRow[]>(text, [ids as number[]], { prepare: true })
  return rows.map(toSummary)
}

async function readAttempts(sql: Sql, ids: readonly number[]): Promise<AttemptSummary[]> {
  if (ids.length === 0) return []
  const rows = await sql<AttemptRow[]>`SELECT * FROM attempt WHERE id = ANY(${ids as number[]}::bigint[]) ORDER BY id`
  return rows.map(toAttemptSummary)
}

/** Begins behind the newest entry. @throws StoreUnavailable */
export async function followChanges(options: FollowingOptions): Promise<Following> {
  const { sql, listening, process, failed, worked } = options
  const changed = createListeners<void>()
  const indexed = createListeners<readonly DeliverySummary[]>()
  const dropped = createListeners<readonly number[]>()
  const removed = createListeners<Removal>()
  const ended = createListeners<readonly [attempt: AttemptSummary, byOther: boolean, again: boolean]>()
  const done = createListeners<number>()
  const others = {
    hook: createListeners<void>(),
    setting: createListeners<void>(),
    simulation: createListeners<void>(),
    offer: createListeners<void>(),
  }
  let closed = false
  let telling = Promise.resolve()
  /** Called when those who wait for `telling` are to wait no longer: the server is away. */
  const waiting = new Set<() => void>()
  let looking: Promise<void> | undefined
  let again = false
  const [newest] = await sql<{ seq: number }[]>`SELECT max(seq) AS seq FROM feed`
  let cursor = newest?.seq ?? 0

  /** What those who listen are told of they are told of once: until the server answers again, however long that takes. */
  async function patiently<Row>(readRows: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
    while (!closed)
      try {
        return await readRows()
      } catch (error) {
        if (unavailable(error) === undefined) throw error
        failed(error)
        letGo()
        await new Promise(done => setTimeout(done, retryMs).unref())
      }
    return []
  }

  /** Calls those who listen to what happened to these. */
  async function tellOf({ kind, event, process: who }: FeedEntry, ids: readonly number[]): Promise<void> {
    if (kind === 'delivery' && event === 'indexed' && indexed.size > 0) {
      const deliveries = await patiently(() => readSummaries(sql, ids))
      if (deliveries.length > 0) indexed.call(deliveries)
    }
    if (event === 'dropped') dropped.call(ids)
    if (event === 'removed' || event === 'restored') removed.call({ ids, isRemoved: event === 'removed' })
    if ((event === 'ended' || event === 'corrected') && ended.size > 0)
      for (const attempt of await patiently(() => readAttempts(sql, ids)))
        ended.call([attempt, who !== process(), event === 'corrected'])
    if (event === 'done') for (const id of ids) done.call(id)
  }

  function letGo(): void {
    for (const goOn of waiting) goOn()
  }

  /** Resolves when those who listen are told, or cannot be told right now. */
  async function told(): Promise<void> {
    let goOn = () => {}
    const isAway = new Promise<void>(resolve => {
      goOn = resolve
    })
    waiting.add(goOn)
    await Promise.race([telling, isAway])
    waiting.delete(goOn)
  }

  /** One after the other, those that are alike together. */
  async function tell(entries: readonly FeedEntry[]): Promise<void> {
    let alike: FeedEntry[] = []
    for (const [index, entry] of entries.entries()) {
      alike.push(entry)
      const next = entries[index + 1]
      if (next?.kind === entry.kind && next.event === entry.event && next.process === entry.process) continue
      if (entry.event !== null) await tellOf(entry, [...new Set(alike.map(({ id }) => id))])
      alike = []
    }
    const kinds = new Set(entries.filter(entry => entry.process !== process()).map(({ kind }) => kind))
    for (const kind of othersKinds) if (kinds.has(kind)) others[kind].call()
  }

  /** Goes on to an entry. */
  function pass(to: number, entries: readonly FeedEntry[]): void {
    cursor = to
    const before = telling
    telling = before.then(() => tell(entries)).catch(failed)
    changed.call()
  }

  async function read(): Promise<void> {
    for (;;) {
      const rows = await sql<FeedRow[]>`
        SELECT seq, kind, id, event, process FROM feed WHERE seq > ${cursor} ORDER BY seq LIMIT ${pageRows}`
      // What this process told of meanwhile it knows.
      const fresh = rows.filter(({ seq }) => seq > cursor)
      const last = fresh.at(-1)
      if (last) pass(last.seq, fresh)
      if (rows.length < pageRows) return
    }
  }

  /** Reads on, once whatever is asked meanwhile. */
  function look(): Promise<void> {
    again = true
    looking ??= (async () => {
      try {
        while (again && !closed) {
          again = false
          await read()
        }
        worked()
      } catch (error) {
        if (!closed) failed(error)
      } finally {
        looking = undefined
      }
    })()
    return looking
  }

  const onNotice = () => void look()
  await listening.listen(channel, onNotice, onNotice)
  const timer = setInterval(onNotice, lookMs)
  timer.unref()

  return {
    cursor: () => cursor,
    onChange: changed.add,
    onIndexed: indexed.add,
    onDropped: dropped.add,
    onRemoved: removed.add,
    onEnded: listener => ended.add(told => listener(...told)),
    onDone: done.add,
    onOthers: (kind, listener) => others[kind].add(listener),
    async told({ first, last, entries }) {
      if (first === cursor + 1) pass(last, entries)
      else if (last > cursor) await look()
      await told()
    },
    async reached() {
      await look()
      await told()
    },
    async close() {
      closed = true
      clearInterval(timer)
      await looking
      await telling
    },
  }
}

/** What changed since a cursor, as it is now. */
export const createChangeStore = (sql: Sql, { cursor, onChange }: Following): ChangeStore => ({
  ...{ cursor, onChange },
  arrivals: createArrivalReads(sql),
  since: arrivalsSince,
  async after(from, limit): Promise<ChangesAfter> {
    const rows = await sql<FeedRow[]>`
      SELECT seq, kind, id, event, process FROM feed WHERE seq > ${from} ORDER BY seq LIMIT ${limit}`
    const [known] = await sql<{ first: number; newest: number }[]>`
      SELECT min(seq) AS first, max(seq) AS newest FROM feed`
    const { first, newest } = known ?? { first: 0, newest: 0 }
    if (from > newest || from + 1 < first) return { kind: 'reset', cursor: newest }
    // A key that is set again keeps its place: take it out first, so that the order is that of the newest change.
    const last = new Map<string, FeedRow>()
    for (const row of rows) {
      const key = `${row.kind} ${row.id}`
      last.delete(key)
      last.set(key, row)
    }
    const idsOf = (kind: FeedRow['kind']) => [...last.values()].filter(row => row.kind === kind).map(({ id }) => id)
    const [deliveries, attempts, events] = await Promise.all([
      readSummaries(sql, idsOf('delivery')),
      readAttempts(sql, idsOf('attempt')),
      idsOf('simulated').length === 0 ? [] : readSimulatedEvents(sql, idsOf('simulated')),
    ])
    const deliveryById = new Map(deliveries.map(one => [one.id, one]))
    const attemptById = new Map(attempts.map(one => [one.id, one]))
    const eventById = new Map(events.map(one => [one.id, one]))
    const changes: Change[] = []
    for (const { kind, id } of last.values()) {
      const [delivery, attempt, event] = [deliveryById.get(id), attemptById.get(id), eventById.get(id)]
      if (kind === 'delivery') changes.push(delivery ? { kind, delivery } : { kind: 'delivery-removed', id })
      // Without a row its delivery was dropped, which has a change of its own; or its simulation was, as old ones are.
      if (kind === 'attempt' && attempt) changes.push({ kind, attempt })
      if (kind === 'simulated' && event) changes.push({ kind, event })
    }
    const reached = rows.at(-1)?.seq ?? from
    return { kind: 'changes', cursor: reached, changes, more: reached < newest }
  },
})

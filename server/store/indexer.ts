/** Reads the log behind the answer: parses, notes, groups and makes deliveries findable, in slices between appends. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EventType } from '../../core/catalogue.ts'
import type { DeliverySummary, Note } from '../../core/delivery.ts'
import { unroutedHook } from '../../core/hook.ts'
import { describeArrival, keysIn } from './described.ts'
import { alone, createGrouping, isRejected } from './grouping.ts'
import { createListeners } from './listeners.ts'
import { unavailable } from './problem.ts'
import { type ArrivalRow, readVerdict, type SummaryRow, summarySelect, toSummary } from './rows.ts'
import { shownAttempt } from './shown-attempt.ts'
import { createTextIndex } from './text-index.ts'
import type { Writer } from './writer.ts'

export interface Indexer {
  /** There may be new deliveries. */
  wake(): void
  /** Indexes up to a delivery at once, for someone who changes it by id. */
  catchUp(id: number): void
  /** The same with turns for appends in between, for someone who asks for it by id. */
  reach(id: number): Promise<void>
  /** Whether deliveries wait to be indexed. */
  busy(): boolean
  /** Resolves when all of the log is indexed. */
  drained(): Promise<void>
  onIndexed(listener: (deliveries: readonly DeliverySummary[]) => void): () => void
  /** Stops; what is left is indexed at the next start. */
  close(): void
}

export interface IndexerOptions {
  readonly writer: Writer
  /** Whether appends wait: they go first. */
  appending(): boolean
  /** How long a slice may take, milliseconds. */
  readonly sliceMs: number
}

/** Most deliveries in one slice. */
const sliceRows = 128
/** How long appends can hold the index up, milliseconds: under steady load it still moves. */
const longestWaitMs = 40
/** When the index could not be written (disk full): how long until the next try, milliseconds. */
const retryMs = 1000

export function openIndexer({ writer, appending, sliceMs }: IndexerOptions): Indexer {
  const { db } = writer
  const indexed = createListeners<readonly DeliverySummary[]>()
  const grouping = createGrouping(db)
  const following = db.prepare<[number, number], ArrivalRow>('SELECT * FROM arrival WHERE id > ? ORDER BY id LIMIT ?')
  const newest = db.prepare<[], number | null>('SELECT max(id) FROM arrival').pluck()
  const addDelivery = db.prepare(`INSERT INTO delivery
    (id, received_at, bytes, kept, status, hook, method, verdict, verdict_detail, notes, repeat, event_id, event_type,
     event_triggered, type, family, summary, object_key, refnum, amount, retry_of, tries)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const addKey = db.prepare('INSERT OR IGNORE INTO delivery_key (key, delivery) VALUES (?, ?)')
  const textIndex = createTextIndex(db)
  const subscription = db.prepare<[string], string | null>('SELECT events FROM hook WHERE id = ?').pluck()
  const supersede = db.prepare('UPDATE delivery SET superseded = 1 WHERE id = ?')
  const summariesBetween = db.prepare<[number, number], SummaryRow>(
    `${summarySelect} AND d.id > ? AND d.id <= ? ORDER BY d.id`,
  )
  const adoptAttempt = db.prepare(`UPDATE delivery SET (last_attempt, last_outcome, last_status) =
    (${shownAttempt('@id')})
    WHERE id = @id AND EXISTS (SELECT 1 FROM attempt WHERE delivery = @id)`)

  let upTo = Number(db.prepare('SELECT coalesce(max(id), 0) FROM delivery').pluck().get())
  let scheduled = false
  let next: NodeJS.Immediate | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false
  let lastSlice = 0
  let idle: (() => void)[] = []
  let toldUpTo = upTo
  let telling = false

  /** Whether a hook wants events of a type, as it is configured now. An unknown type is none to subscribe to. */
  function isSubscribed(hook: string, type: EventType): boolean {
    const events = subscription.get(hook) ?? null
    if (events === null) return true
    const subscribed: EventType[] = JSON.parse(events)
    return subscribed.includes(type)
  }

  /** What its hook alone decides. */
  function hookNotes({ hook, rehearsed }: ArrivalRow, type: EventType | null): Note[] {
    const found: Note[] = []
    if (hook === unroutedHook) found.push('unrouted')
    if (type !== null && !isSubscribed(hook, type)) found.push('event-not-subscribed')
    if (rehearsed === 1) found.push('answer-rehearsed')
    return found
  }

  function index(arrival: ArrivalRow): void {
    const { id, hook } = arrival
    const verdict = readVerdict(arrival.verdict)
    const { description, notes } = describeArrival(arrival, verdict)
    const { eventId, eventType, eventTriggered, type, family, summary, objectKey, refnum, amount } = description
    const place = eventId === null ? alone : grouping.place(id, hook, eventId, isRejected(verdict))
    if (place.note) notes.push(place.note)
    notes.push(...hookNotes(arrival, type))
    if (place.supersedes !== null) {
      supersede.run(place.supersedes)
      writer.changed('delivery', place.supersedes)
    }
    const kept = arrival.body.length + arrival.headers.length + arrival.path.length
    addDelivery.run(
      ...[id, arrival.received_at, arrival.bytes, kept, arrival.status, hook, arrival.method, verdict.kind],
      ...[arrival.verdict, JSON.stringify(notes), place.note ? 1 : 0, eventId, eventType, eventTriggered, type, family],
      ...[summary, objectKey, refnum, amount, place.retryOf, place.tries],
    )
    adoptAttempt.run({ id })
    for (const key of keysIn(description)) addKey.run(key, id)
    textIndex.add({ id, summary, text: description.text, body: arrival.body })
    writer.changed('delivery', id)
  }

  /** Tells the listeners what is new to them; one of them may have more indexed meanwhile, which is told after it. */
  function tell(): void {
    if (telling) return
    telling = true
    while (toldUpTo < upTo) {
      const deliveries = summariesBetween.all(toldUpTo, upTo).map(toSummary)
      toldUpTo = upTo
      indexed.call(deliveries)
    }
    telling = false
  }

  /** @returns whether there may be more */
  function slice(): boolean {
    const started = performance.now()
    const before = upTo
    const waiting = following.all(upTo, sliceRows)
    if (waiting.length === 0) return false
    try {
      writer.write(() => {
        for (const arrival of waiting) {
          index(arrival)
          upTo = arrival.id
          if (performance.now() - started > sliceMs) break
        }
      })
    } catch (error) {
      upTo = before
      throw error
    }
    lastSlice = performance.now()
    tell()
    return true
  }

  function run(): void {
    scheduled = false
    if (closed) return
    if (appending() && performance.now() - lastSlice < longestWaitMs) {
      schedule()
      return
    }
    try {
      if (slice()) {
        schedule()
        return
      }
    } catch (error) {
      if (!unavailable(error)) throw error
      // A full disk: the log keeps what is not indexed yet.
      scheduled = true
      retry = setTimeout(run, retryMs)
      retry.unref()
      return
    }
    for (const done of idle) done()
    idle = []
  }

  function schedule(): void {
    if (scheduled || closed) return
    scheduled = true
    next = setImmediate(run)
  }

  schedule()
  return {
    wake: schedule,
    catchUp(id) {
      while (upTo < id && slice());
    },
    async reach(id) {
      if (id <= upTo || closed) return
      // What comes meanwhile is not waited for, should there be no such delivery.
      for (const last = Math.min(id, newest.get() ?? 0); upTo < last && !closed && slice(); ) await nextTurn()
    },
    busy: () => scheduled,
    drained: () => {
      if (!scheduled || closed) return Promise.resolve()
      return new Promise(done => idle.push(done))
    },
    onIndexed: listener => indexed.add(listener),
    close() {
      closed = true
      clearImmediate(next)
      clearTimeout(retry)
      for (const done of idle) done()
      idle = []
    },
  }
}

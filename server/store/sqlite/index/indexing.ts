/** Indexes the log a slice at a time: parses, notes, groups, and makes deliveries findable. */
import type { Database } from 'better-sqlite3'
import type { Rebuilding } from '../../../../core/api/store-trouble.ts'
import type { DeliverySummary } from '../../../../core/deliveries/delivery.ts'
import { counted } from '../../../../core/text/text.ts'
import { errorLine } from '../../../lib/errors.ts'
import { createListeners } from '../../../lib/listeners.ts'
import type { Health } from '../../health.ts'
import { type Described, type LoggedDelivery, undescribable } from '../../index/described.ts'
import { type SummaryRow, toSummary } from '../../rows.ts'
import { isDamage, unavailable } from '../problem.ts'
import { noteAnnounced, rebuildUnderWay } from '../recovery/rebuild.ts'
import { summarySelect } from '../select.ts'
import type { Writer } from '../writer.ts'
import { openAhead } from './ahead.ts'
import { openCarried } from './carried.ts'
import { createCountAdded } from './count-added.ts'
import { type Besides, createIndexRows } from './index-rows.ts'
import { indexState } from './index-state.ts'
import { type LogRow, openLogRows } from './log-rows.ts'

export interface Indexing {
  /**
   * Indexes some.
   * @param times how many times as long as usual it may take
   * @returns whether there may be more, at the latest when nothing is looked into any more
   */
  slice(times?: number): boolean
  /** Until what is looked into is ready; undefined when nothing is. */
  looked(): Promise<void> | undefined
  /** Looks at what is beside a delivery before it is indexed, from now on: some of it does not read. */
  beCareful(): void
  /** Begins anew with the first delivery of the log, after the index was emptied; those that were announced are not announced again. */
  rebuild(): void
  /** Whether it is not known what of the index reads, as the database was opened. */
  readonly isHeld: boolean
  /** The newest delivery that is indexed, and that is in the log. */
  upTo(): number
  newest(): number
  /** The newest delivery that was announced. */
  announced(): number
  /** How far a rebuild is, in ids; null when none is under way. */
  progress(): Rebuilding | null
  /** How often a rebuild began. */
  rebuilds(): number
  /** Leaves out what is not indexed, up to a delivery: it is dropped. */
  pass(id: number): void
  onIndexed(listener: (deliveries: readonly DeliverySummary[]) => void): () => void
}

export interface IndexingOptions {
  readonly writer: Writer
  readonly health: Health
  /** Deliveries with larger ids are not on the disk yet: nobody is told of them. */
  durable(): number
  /** Deliveries of the log that do not read, and are passed over. */
  lost(ids: readonly number[]): void
  /** The index is as far as the log was when its rebuild began. */
  rebuilt(): void
  /** One line about a delivery that could not be indexed as it should. */
  say(line: string): void
  /** Describes one that is much to look into, elsewhere, with patience where the index is rebuilt; never rejects. */
  describeMuch(logged: LoggedDelivery, isRebuild: boolean): Promise<Described>
  /** How long a slice may take, milliseconds. */
  readonly sliceMs: number
}

/** Most deliveries in one slice; fewer where each is looked at before. */
const sliceRows = 512
/** So many each slice takes, whatever the time: a commit costs as much as some deliveries. */
const leastRows = 8
const carefulRows = 24
/** Deliveries that find their places among the tries of their events at the end of a rebuild: some pages of them. */
const mostSettled = 2000

export function openIndexing({ writer, health, sliceMs, ...options }: IndexingOptions): Indexing {
  const { db } = writer
  const indexed = createListeners<readonly DeliverySummary[]>()
  const rows = createIndexRows(writer)
  const countAdded = createCountAdded(db)
  const least = sliceMs > 0 ? leastRows : 1
  /** How many are read for the next slice: hardly more than the last one had the time for. */
  let reading = least
  const log = openLogRows(db, options.durable)
  const ahead = openAhead(log.body, logged => options.describeMuch(logged, carried !== null))
  const summariesBetween = db.prepare<[number, number], SummaryRow>(
    `${summarySelect} AND d.id > ? AND d.id <= ? ORDER BY d.id`,
  )

  const { held: isHeld, ...from } = indexState(db, log, error => health.failed('index', error))
  let { upTo, announcedUpTo } = from
  /** Of before the index was emptied; null when it was not. */
  let carried = isHeld ? null : carriedOf(db)
  /** The newest delivery when that happened. */
  let rebuildsTo = carried === null ? null : log.newest()
  let rebuilds = 0
  /** Deliveries whose row of before does not read. */
  let unread: number[] = []
  /** What is beside a delivery is looked at before it is indexed, since some of it does not read. */
  let careful = carried !== null
  /** Deliveries that our own code fails on. */
  const failing = new Set<number>()
  let isAnnouncing = false

  function add(logged: LogRow, besides: Besides): Described {
    const { id } = logged
    const described = failing.has(id) ? undescribable() : ahead.described(logged)
    if (besides.carried) carried?.copy(logged, described.description)
    else {
      if (carried !== null && id <= announcedUpTo) unread.push(id)
      rows.add({ ...logged, verdict: besides.verdict ?? logged.verdict }, described, besides)
    }
    return described
  }

  /** Announces what is new to the listeners; one of them may have more indexed meanwhile, which is announced after it. */
  function announce(): void {
    if (isAnnouncing) return
    isAnnouncing = true
    try {
      while (announcedUpTo < upTo) {
        const deliveries = summariesBetween.all(announcedUpTo, upTo).map(toSummary)
        announcedUpTo = upTo
        indexed.call(deliveries)
      }
    } finally {
      isAnnouncing = false
    }
  }

  /** The next deliveries of the log that read. */
  function waitingNow(): readonly LogRow[] {
    try {
      return log.following(upTo, careful ? carefulRows : reading)
    } catch (error) {
      if (!isDamage(error)) throw error
      const { rows: readable, through, lost } = log.readOn(upTo, sliceRows)
      if (lost.length > 0) options.lost(lost)
      if (readable.length === 0) upTo = through
      return readable
    }
  }

  /** Our own code must not hold up all others for the sake of one. @throws what is no fault of it */
  function passOver(id: number, error: unknown): void {
    if (unavailable(error)) throw error
    const reason = `Delivery ${id} could not be described (${errorLine(error)}).`
    if (failing.has(id)) {
      upTo = id
      options.lost([id])
      options.say(`${reason} It is in the database and is not listed.`)
    } else {
      failing.add(id)
      options.say(`${reason} It is listed without its content.`)
    }
  }

  const isReady = (row: LogRow) => failing.has(row.id) || ahead.isReady(row)

  /** Has the next one looked into. */
  function look(row: LogRow): void {
    try {
      ahead.look(row)
    } catch (error) {
      if (!isDamage(error)) throw error
      upTo = row.id
      options.lost([row.id])
    }
  }

  function slice(times = 1): boolean {
    announce()
    const started = performance.now()
    const waiting = waitingNow()
    const before = upTo
    if (waiting.length === 0) {
      ended()
      return upTo < log.newest()
    }
    const [first] = waiting
    if (first !== undefined && !isReady(first)) {
      look(first)
      return true
    }
    let at = upTo
    let unready: LogRow | undefined
    // Not inside the transaction, where some of it may not read.
    const looked = careful ? waiting.map(logged => rows.besides(logged, careful, carried)) : []
    const besidesOf = rows.besidesOfMany()
    try {
      writer.write(() => {
        const added: { id: number; described: Described; besides: Besides }[] = []
        for (const [index, logged] of waiting.entries()) {
          unready = isReady(logged) ? undefined : logged
          if (unready !== undefined) break
          at = logged.id
          const besides = looked[index] ?? besidesOf(logged)
          added.push({ id: at, described: add(logged, besides), besides })
          upTo = at
          if (added.length >= least && performance.now() - started > times * sliceMs) break
        }
        countAdded(before, upTo)
        for (const { id, described, besides } of added) {
          at = id
          rows.link(id, described, besides)
        }
        if (carried !== null && upTo > announcedUpTo) noteAnnounced(db, upTo)
        for (const { id, described } of added) {
          at = id
          rows.search(id, described)
        }
        reading = Math.min(sliceRows, Math.max(least, 2 * added.length))
      })
    } catch (error) {
      upTo = before
      passOver(at, error)
      return true
    }
    announce()
    ended()
    if (unready !== undefined) look(unready)
    return true
  }

  /** After the last of the deliveries that the log held when the index was emptied. */
  function ended(): void {
    if (rebuildsTo === null || upTo < rebuildsTo) return
    // Of an event that has them all anew each found its place.
    writer.write(() => rows.settle(unread.slice(-mostSettled)))
    options.rebuilt()
    rebuildsTo = null
    carried = null
    const what = counted(unread.length, 'delivery', 'deliveries')
    const loss =
      unread.length === 0
        ? ''
        : ` A pin, a removal or a retry count of ${what} may be lost: the rows could not be read.`
    options.say(`The index was rebuilt from the log.${loss}`)
  }

  return {
    slice,
    looked: ahead.looked,
    beCareful() {
      careful = true
    },
    rebuild() {
      rebuilds += 1
      carried = openCarried(db)
      rebuildsTo = log.newest()
      upTo = 0
      unread = []
      careful = true
    },
    isHeld,
    upTo: () => upTo,
    newest: log.newest,
    announced: () => announcedUpTo,
    progress: () => (rebuildsTo === null ? null : { done: upTo, of: rebuildsTo }),
    rebuilds: () => rebuilds,
    pass(id) {
      upTo = Math.max(upTo, id)
    },
    onIndexed: indexed.add,
  }
}

const carriedOf = (db: Database) => (rebuildUnderWay(db) === null ? null : openCarried(db))

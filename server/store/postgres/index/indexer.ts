/**
 * The index follows the log, by one process for all: behind the answers, some deliveries at a time. Ids do not come in order, so
 * that each arrival waits in a table of its own until it is indexed.
 */
import type { Claim, ClaimStore } from '../../claims.ts'
import { createGivingWay } from '../../turns.ts'
import type { Sql } from '../connection.ts'
import type { Writer } from '../writer.ts'
import { addToIndex } from './index-rows.ts'
import type { Arrivals } from './waiting.ts'

export interface Indexer {
  /** This process has kept new arrivals. */
  wake(): void
  /** Another process says that it has. @param said what it told beside that */
  notice(said?: string): void
  /** Arrivals that wait, as far as is known here. */
  backlog(): number
  /** Resolves when these, and all up to another one, are indexed, or are not there. @throws StoreUnavailable */
  reached(ids: readonly number[], upTo?: number): Promise<void>
  /** Resolves when nothing waits. @throws StoreUnavailable */
  drained(): Promise<void>
  close(): Promise<void>
}

export interface IndexerOptions {
  readonly sql: Sql
  readonly writer: Writer
  readonly claims: ClaimStore
  readonly arrivals: Arrivals
  /** Whether deliveries are being kept here. */
  isAppending(): boolean
  /** What is done now and then by who indexes. */
  tidy(isQuiet: boolean): Promise<void>
  failed(error: unknown): void
  worked(): void
}

/** Most deliveries in one transaction. */
const most = 256
/** How long until the next try: when there was nothing, when another process indexes, when it failed; milliseconds. */
const [idleMs, otherMs, failedMs] = [1000, 1000, 1000]
/** How often who waits for another process looks, milliseconds. */
const lookMs = 20
const tidyMs = 10_000
export const arrivalChannel = 'hookscope_arrivals'
/** Who does not index says that something came, at most so often, milliseconds. */
const sayMs = 50
/** What is said where somebody waits for one to be listed. */
const awaited = 'awaited'
/** So long it counts, milliseconds. */
const [comingMs, awaitedMs] = [150, 200]

export function openIndexer(options: IndexerOptions): Indexer {
  const { sql, writer, claims, arrivals, tidy, failed, worked } = options
  let claim: Claim | null = null
  let closed = false
  let known = 0
  let isNews = true
  let wakeUp: (() => void) | undefined
  let sayTimer: NodeJS.Timeout | undefined
  let tidiedAt = performance.now()
  /** How many in this process wait for some to be listed; until when others count as doing so; when they said that some came. */
  let waitingHere = 0
  let awaitedUntil = 0
  let noticedAt = Number.NEGATIVE_INFINITY

  /** What comes goes first, wherever it comes: the answer waits for that, and nobody for the list. */
  const giveWay = createGivingWay(() => {
    const now = performance.now()
    if (closed || waitingHere > 0 || now < awaitedUntil) return false
    return options.isAppending() || now - noticedAt < comingMs
  })

  const isMine = () => claim !== null && !claim.lost.aborted

  /** Until something is new, at most so long. */
  function pause(ms: number): Promise<void> {
    if (isNews || closed) return Promise.resolve()
    return new Promise(done => {
      const timer = setTimeout(go, ms)
      timer.unref()
      function go() {
        clearTimeout(timer)
        wakeUp = undefined
        done()
      }
      wakeUp = go
    })
  }

  /** @returns whether there was something */
  async function step(): Promise<boolean> {
    const ids = await arrivals.ids(most)
    if (ids.length === 0) {
      known = 0
      return false
    }
    known = Math.max(known, ids.length)
    const waiting = await arrivals.read(ids)
    const there = new Set(waiting.map(({ logged }) => logged.id))
    const gone = ids.filter(id => !there.has(id))
    await writer.alone(async (tx, changed) => {
      await addToIndex(tx, waiting, changed)
      // Their arrivals were dropped.
      if (gone.length > 0) await tx`DELETE FROM unindexed WHERE id = ANY(${gone}::bigint[])`
    })
    known = ids.length < most ? 0 : Math.max(0, known - ids.length)
    return true
  }

  async function follow(): Promise<void> {
    while (!closed) {
      isNews = false
      try {
        if (!isMine()) claim = await claims.hold('index')
        if (!isMine()) {
          isNews = false
          await pause(otherMs)
          continue
        }
        const began = performance.now()
        const isMore = await step()
        worked()
        if (isMore) await giveWay(performance.now() - began)
        if (performance.now() - tidiedAt > tidyMs) {
          tidiedAt = performance.now()
          await tidy(!isMore)
        }
        if (!isMore) await pause(idleMs)
      } catch (error) {
        if (closed) return
        failed(error)
        await new Promise(done => setTimeout(done, failedMs).unref())
      }
    }
  }

  const following = follow()

  async function isWaiting(ids: readonly number[], upTo: number): Promise<boolean> {
    const [row] = await sql<{ found: number }[]>`
      SELECT 1 AS found FROM unindexed WHERE id = ANY(${ids as number[]}::bigint[]) OR id <= ${upTo} LIMIT 1`
    return row !== undefined
  }

  async function until(isDone: () => Promise<boolean>): Promise<void> {
    waitingHere += 1
    try {
      while (!closed && !(await isDone())) {
        wake()
        await new Promise(done => setTimeout(done, lookMs))
      }
    } finally {
      waitingHere -= 1
    }
  }

  function notice(said = ''): void {
    const now = performance.now()
    noticedAt = now
    if (said === awaited) awaitedUntil = now + awaitedMs
    goOn()
  }

  function goOn(): void {
    // Who waits for the claim is not woken by what another one indexes.
    if (!isMine()) return
    isNews = true
    wakeUp?.()
  }

  function wake(): void {
    goOn()
    if (isMine() || closed) return
    sayTimer ??= setTimeout(() => {
      sayTimer = undefined
      if (!isMine() && !closed) sql.notify(arrivalChannel, waitingHere > 0 ? awaited : '').catch(failed)
    }, sayMs).unref()
  }

  return {
    ...{ wake, notice },
    backlog: () => known,
    reached: (ids, upTo = 0) => until(async () => !(await isWaiting(ids, upTo))),
    drained: () => until(async () => !(await isWaiting([], Number.MAX_SAFE_INTEGER))),
    async close() {
      closed = true
      clearTimeout(sayTimer)
      wakeUp?.()
      await following
      await claim?.release()
    },
  }
}

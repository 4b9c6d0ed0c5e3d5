/** Keeps the log within its limits: drops the oldest as it grows, and whole days where it can. */
import type { PinsBeyond } from '../../../../core/deliveries/pins.ts'
import { dayMs } from '../../../../core/text/duration.ts'
import type { ClaimStore } from '../../claims.ts'
import type { Retention, RetentionStore } from '../../retention.ts'
import type { Sql } from '../connection.ts'
import { dayOf } from '../log/days.ts'
import type { Writer } from '../writer.ts'
import { type Candidates, oldestOnes, onesBefore, removedOnes } from './candidates.ts'
import { daysBefore, dropDays, wholeDays } from './days.ts'
import { createDropping } from './dropping.ts'
import { excessOf, pinsBeyond, readUsage } from './usage.ts'

export interface RetentionOptions {
  readonly sql: Sql
  readonly writer: Writer
  /** As the log grows one process of all keeps it within its limits. */
  readonly claims: Pick<ClaimStore, 'hold'>
  now(): number
  /** Whatever is done behind appends failed, or worked again. */
  failed(error: unknown): void
  worked(): void
}

export interface Limits extends RetentionStore {
  /** Deliveries were added, unpinned or brought back by this process. */
  written(): void
  close(): Promise<void>
}

/** How soon after something came the limits are looked at, and after that failed, milliseconds. */
const [everyMs, failedMs] = [250, 1000]

const none: ReadonlySet<number> = new Set()

export function createRetention({ sql, writer, claims, now, failed, worked }: RetentionOptions): Limits {
  const dropping = createDropping(writer)
  let kept: Retention | null = null
  let changed = () => {}
  let timer: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  /** Something came since the limits were looked at last. */
  let isWritten = false
  let passedOver = 0
  let beyond: PinsBeyond | null = null

  /** Drops what is found, up to a number, until nothing more is. @returns how many went */
  async function dropSome(find: Candidates, most: number, whole: ReadonlySet<number> = none): Promise<number> {
    let dropped = 0
    while (!closed && dropped < most) {
      const ids = await find(most - dropped)
      if (ids.length === 0) break
      dropped += await dropping.drop(ids, whole)
    }
    return dropped
  }

  /** What came before a time; days of which nothing stays go as a whole. @returns how many deliveries went */
  async function dropBefore(time: number): Promise<number> {
    const whole = await wholeDays(sql, await daysBefore(sql, dayOf(time)))
    const dropped = await dropSome(onesBefore(sql, time), Number.POSITIVE_INFINITY, whole)
    await dropDays(sql, whole)
    return dropped
  }

  /** Drops the oldest until no limit is exceeded. @returns how many went */
  async function dropOldest(limits: Retention): Promise<number> {
    let dropped = 0
    const oldest = oldestOnes(sql)
    while (!closed) {
      const excess = excessOf(await readUsage(sql), limits)
      if (excess === 0) break
      const gone = await dropSome(oldest, excess)
      // It lags behind by more than may be kept: what waits is never shown.
      const unseen = gone > 0 ? 0 : await dropping.dropWaiting(excess)
      if (unseen > 0) {
        passedOver += unseen
        changed()
      }
      if (gone + unseen === 0) {
        // What is being indexed right now goes once it is listed.
        isWritten = true
        break
      }
      dropped += gone + unseen
    }
    return dropped
  }

  /** Notes whether pinned deliveries alone are more than a limit. */
  async function look(limits: Retention): Promise<void> {
    const before = JSON.stringify(beyond)
    beyond = pinsBeyond(await readUsage(sql), limits)
    if (JSON.stringify(beyond) !== before) changed()
  }

  /** One after the other, so that none counts what another is about to drop. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  async function purge(limits: Retention): Promise<number> {
    let dropped = await dropSome(removedOnes(sql), Number.POSITIVE_INFINITY)
    if (limits.days !== null) dropped += await dropBefore(now() - limits.days * dayMs)
    dropped += await dropOldest(limits)
    // Past days may be empty by now, one delivery after the other.
    if (!closed) await dropDays(sql, await daysBefore(sql, dayOf(now())))
    if (kept !== null && !closed) await look(kept)
    return dropped
  }

  async function keep(limits: Retention): Promise<void> {
    if (limits.count === null && limits.bytes === null) return
    const claim = await claims.hold('retention')
    // Who is at it may have counted before this process wrote.
    if (claim === null) isWritten = true
    else
      try {
        await dropOldest(limits)
      } finally {
        await claim.release()
      }
    await look(limits)
  }

  function lookIn(ms: number): void {
    if (timer || closed || kept === null) return
    timer = setTimeout(async () => {
      isWritten = false
      const limits = kept
      const isDone = await inTurn(async () => {
        if (limits !== null && !closed) await keep(limits)
      }).then(
        () => true,
        error => {
          if (!closed) failed(error)
          return false
        },
      )
      timer = undefined
      if (isDone) worked()
      if (isWritten || !isDone) lookIn(isDone ? everyMs : failedMs)
    }, ms)
    timer.unref()
  }

  function written(): void {
    isWritten = true
    lookIn(everyMs)
  }

  /** One process drops: who is not the one has nothing to drop. */
  async function purgeOnce(limits: Retention): Promise<number> {
    const claim = await claims.hold('retention')
    if (claim === null) return 0
    try {
      return await purge(limits)
    } finally {
      await claim.release()
    }
  }

  return {
    purge: limits => inTurn(() => purgeOnce(limits)),
    async keepWithin(limits, onChange) {
      kept = limits
      changed = onChange
      written()
    },
    pinsBeyond: () => beyond,
    passedOver: () => passedOver,
    written,
    async close() {
      closed = true
      clearTimeout(timer)
      await last
    },
  }
}

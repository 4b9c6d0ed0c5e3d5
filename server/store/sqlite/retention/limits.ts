/** Keeps the log within its limits: drops the oldest as it grows, behind appends, and gives the space back. */
import { setTimeout as wait } from 'node:timers/promises'
import type { PinsBeyond } from '../../../../core/deliveries/pins.ts'
import { dayMs } from '../../../../core/text/duration.ts'
import type { Retention, RetentionStore } from '../../retention.ts'
import type { Turn } from '../../turns.ts'
import type { Checkpoints } from '../file/checkpoints.ts'
import type { Writer } from '../writer.ts'
import type { Candidates, FoundCandidates } from './candidates.ts'
import type { Dropping } from './dropping.ts'
import { createExcess, type Excess, type ExcessOptions, none } from './excess.ts'

export interface Limits extends RetentionStore {
  /** Something was written. */
  written(): void
  /** Deliveries were unpinned or brought back. */
  freed(): void
  close(): void
}

export interface LimitsOptions extends Pick<ExcessOptions, 'reader' | 'space' | 'backlog' | 'logBytes'> {
  readonly writer: Writer
  readonly candidates: Candidates
  readonly dropping: Dropping
  readonly checkpoints: Checkpoints
  readonly turn: Turn
  now(): number
  /** Whatever is done behind appends failed, or worked again. */
  failed(error: unknown): void
  worked(): void
}

/** How soon after a write the limits are looked at, milliseconds. */
const everyMs = 50
/** How long a slice holds the thread, milliseconds: longer the further the log is beyond its limits. */
const shortestMs = 4
const longestMs = 8
/** How long what comes is let come until as much goes, milliseconds. */
const shortWaitMs = 10
/** So far beyond a limit slices are at their longest. */
const farBeyond = 0.05
/** Where a small limit leaves little room for the write-ahead log, it begins anew from this share of it on: meanwhile it grows. */
const anewShare = 0.25
/** Free pages that the file keeps while deliveries come and go, and when it is quiet. */
const busyShare = 0.5
const quietShare = 0.05

const unlimited: Retention = { count: null, days: null, bytes: null }

export function openLimits(options: LimitsOptions): Limits {
  const { writer, candidates, dropping, space, checkpoints, reader, backlog, turn, now, logBytes } = options
  const { db } = writer
  const { countPinned, countable, tooMany, tooLarge, logOf, total, pins } = createExcess({
    ...{ db, reader, space, backlog, logBytes },
  })
  const trimCounters = db.prepare('DELETE FROM counter WHERE n = 0')
  let kept: Retention = unlimited
  let changed = () => {}
  let timer: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  /** Something was written since the limits were looked at last. */
  let isWritten = false
  let passedOver = 0
  let beyond: PinsBeyond | null = null

  /** The next turn for what moves much and can wait: until the write-ahead log that it fills has room. */
  async function next(isHurried = false): Promise<void> {
    await turn(isHurried)
    await checkpoints.relieved()
  }

  const isOpen = () => !closed && db.open
  const isWithin = () => tooMany(kept.count).deliveries === 0 && tooLarge(kept).deliveries === 0
  const sliceOf = ({ share }: Excess) => shortestMs + (longestMs - shortestMs) * Math.min(1, share / farBeyond)

  /** Drops what `find` finds, up to a number, until it finds nothing more. @returns how many went */
  async function dropSome(find: () => FoundCandidates, most: number, excess: Excess): Promise<number> {
    let dropped = 0
    while (isOpen() && dropped < most) {
      const { ids, isEnd } = find()
      if (ids.length > 0) {
        const gone = dropping.drop(ids.slice(0, most - dropped), sliceOf(excess))
        space.dropped(gone)
        dropped += gone
      } else if (isEnd) break
      await turn(excess.share > 0)
    }
    return dropped
  }

  /** Drops what came last and was never indexed: the index lags behind by more than may be kept. */
  function passOver(most: number): number {
    const { indexed, newest } = backlog.range()
    const upTo = Math.min(newest, indexed + most)
    if (upTo <= indexed) return 0
    backlog.pass(upTo)
    const dropped = dropping.dropUnindexed(indexed, upTo)
    passedOver += dropped
    changed()
    return dropped
  }

  /** Has the text index give back what was dropped; as many deliveries go meanwhile as come. @returns how many went */
  async function mergeIndex(excess: Excess): Promise<number> {
    const most = countable()
    let dropped = 0
    while (isOpen() && space.merge()) {
      let hasRoom = false
      const room = next(excess.share > farBeyond).then(() => {
        hasRoom = true
      })
      while (isOpen() && !hasRoom) {
        await Promise.race([room, wait(shortWaitMs)])
        const more = countable() - most
        if (more > 0) dropped += await dropSome(candidates.oldest, more, excess)
      }
    }
    return dropped
  }

  /** Drops the oldest until no limit is exceeded. @returns how many went */
  async function dropOldest(retention: Retention): Promise<number> {
    let dropped = 0
    while (isOpen() && backlog.isWhole()) {
      const many = tooMany(retention.count)
      const large = many.deliveries > 0 ? none : tooLarge(retention)
      const excess = many.deliveries > 0 ? many : large
      if (excess.deliveries === 0) break
      if (large.deliveries > 0 && space.isMergeDue(total())) {
        dropped += await mergeIndex(large)
        continue
      }
      const removed = large.deliveries > 0 ? await dropSome(candidates.removed, excess.deliveries, excess) : 0
      const oldest = removed > 0 ? 0 : await dropSome(candidates.oldest, excess.deliveries, excess)
      const unseen = removed + oldest > 0 ? 0 : passOver(excess.deliveries)
      if (removed + oldest + unseen === 0) break
      dropped += removed + oldest + unseen
      await turn(true)
    }
    return dropped
  }

  async function tidy(wasQuiet: boolean): Promise<void> {
    await dropping.finish()
    while (isOpen() && dropping.trim()) await next()
    while (isOpen() && isWithin() && space.giveBack(wasQuiet ? quietShare : busyShare)) await next()
    if (isOpen()) look()
  }

  /** Notes whether pinned deliveries alone are more than a limit. */
  function look(): void {
    const before = JSON.stringify(beyond)
    const { count, bytes } = pins()
    const isBeyond = (kept.count !== null && count > kept.count) || (kept.bytes !== null && bytes > kept.bytes)
    beyond = isBeyond ? { count, bytes } : null
    if (JSON.stringify(beyond) !== before) changed()
  }

  /** One after the other, so that none counts what another is about to drop. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  async function purge(retention: Retention): Promise<number> {
    candidates.lookAgain()
    await countPinned(true)
    let dropped = await dropSome(candidates.removed, Number.POSITIVE_INFINITY, none)
    const { days } = retention
    if (days !== null) {
      const before = now() - days * dayMs
      dropped += await dropSome(() => candidates.before(before), Number.POSITIVE_INFINITY, none)
    }
    dropped += await dropOldest(retention)
    await tidy(true)
    if (isOpen()) writer.write(() => trimCounters.run())
    return dropped
  }

  async function keep(): Promise<void> {
    await countPinned()
    const dropped = await dropOldest(kept)
    await tidy(dropped === 0)
  }

  function written(): void {
    isWritten = true
    if (timer || closed || kept === unlimited) return
    timer = setTimeout(() => {
      isWritten = false
      // It is tried again after the next write.
      void inTurn(keep)
        .then(options.worked, options.failed)
        .finally(() => {
          timer = undefined
          if (isWritten) written()
        })
    }, everyMs)
    timer.unref()
  }

  return {
    purge: retention => inTurn(() => purge(retention)),
    async keepWithin(retention, onChange) {
      kept = retention
      changed = onChange
      const log = logOf(retention)
      checkpoints.setMost(log < logBytes ? log * anewShare : logBytes)
      written()
    },
    pinsBeyond: () => beyond,
    passedOver: () => passedOver,
    written,
    freed: candidates.lookAgain,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

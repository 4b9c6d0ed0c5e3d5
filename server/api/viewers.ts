/**
 * Announces what changes to whoever watches. The store's change log is the only memory: a viewer is a cursor into it, so
 * that one who was away, or was too slow, goes on from where it stood.
 */
import type { Status, StreamFrame } from '../../core/api/messages.ts'
import { openPreparingNews } from '../deliveries/preparing-news.ts'
import { errorLine } from '../lib/errors.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'

/** Where a viewer's frames go. */
export interface Viewer {
  send(frame: string): void
  /** Bytes given to `send` that have not left yet. */
  buffered(): number
  /** It cannot keep up: end it, it comes back with its cursor. */
  drop(): void
  /** It is told of what is kept and not listed yet as well. Default false. */
  readonly wantsPreparing?: boolean
}

export interface ViewersOptions {
  readonly store: Store
  status(): Status
  log(line: string): void
  /** Longest rest between two batches, milliseconds. */
  readonly tickMs?: number
  /** Changes in one batch, at most. */
  readonly pageSize?: number
  /** More bytes than this waiting for a viewer, and it is dropped. */
  readonly bufferCap?: number
}

export interface Viewers {
  /**
   * Greets a viewer, then sends it every change after `after` (null: after now).
   * @returns a function that ends it
   */
  join(viewer: Viewer, after: number | null): () => void
  /** The status changed: every viewer gets it with the next tick. */
  announceStatus(): void
  close(): void
}

interface Seat {
  readonly viewer: Viewer
  cursor: number
  /** There is more for it than its last batch held. */
  behind: boolean
  /** Nothing is being prepared any more: it is told so once it has the deliveries that this was about, or they would be gone for a moment. */
  isAllListed: boolean
}

/** One frame and where it leads; made once for all viewers that stand at the same cursor. */
interface Page {
  readonly frame: string | null
  readonly cursor: number
  readonly more: boolean
}

/** How often it is told what is kept and not listed yet, milliseconds, and of how many: a screenful. */
const [preparingMs, mostPreparing] = [400, 40]
/** After a batch that is made fast the next one comes soon: the rest is so many times as long, and at least so many milliseconds. */
const rests = 3
const leastRestMs = 8

export function openViewers(options: ViewersOptions): Viewers {
  const { store, status, log, tickMs = 50, pageSize = 500, bufferCap = 4 * 1024 * 1024 } = options
  const seats = new Set<Seat>()
  /** Takes the next tick back; null where none is due. */
  let cancel: (() => void) | null = null
  /** Only one tick runs at a time, so that what a viewer gets is in order. */
  let ticking = false
  let tickAgain = false
  /** Until when the next changes are gathered. */
  let restUntil = 0
  let statusChanged = false
  let closed = false

  /** The first change after a quiet time goes out at once, the next ones are gathered. */
  const schedule = () => {
    if (ticking) tickAgain = true
    else if (seats.size > 0) cancel ??= inMs(restUntil - performance.now(), tick)
  }

  /** Viewers that are slow, and a store that is, get few large batches instead of many small ones. */
  const restAfter = (tookMs: number): number => {
    const isSlow = [...seats].some(({ viewer }) => viewer.buffered() > 0)
    return Math.min(tickMs, isSlow ? tickMs : Math.max(leastRestMs, rests * tookMs))
  }

  const tick = async () => {
    cancel = null
    const began = performance.now()
    ticking = true
    tickAgain = false
    try {
      if (statusChanged) sendStatus()
      await sendChanges()
      sendAllListed()
    } catch (error) {
      // The viewers keep their cursors: the next change tries again. The database's trouble is reported by itself.
      if (!closed && !(error instanceof StoreUnavailable)) log(`stream: ${errorLine(error)}`)
    }
    ticking = false
    restUntil = began + restAfter(performance.now() - began)
    if (tickAgain) schedule()
  }

  const sendStatus = () => {
    statusChanged = false
    const frame = text({ kind: 'status', status: status() })
    for (const { viewer } of seats) viewer.send(frame)
  }

  const sendAllListed = () => {
    for (const seat of seats) {
      if (!seat.isAllListed || seat.behind) continue
      seat.isAllListed = false
      seat.viewer.send(text({ kind: 'preparing', preparing: null }))
    }
  }

  const sendChanges = async () => {
    const standing = new Map<number, Seat[]>()
    for (const seat of seats) {
      const waiting = seat.viewer.buffered()
      if (waiting > bufferCap) {
        seats.delete(seat)
        seat.viewer.drop()
        continue
      }
      // Catching up goes at the viewer's pace: the log waits, nothing piles up.
      if (seat.behind && waiting > bufferCap / 8) continue
      standing.set(seat.cursor, [...(standing.get(seat.cursor) ?? []), seat])
    }
    for (const [cursor, watching] of standing) {
      const page = await pageAfter(cursor)
      for (const seat of watching) {
        // It left while the page was read.
        if (!seats.has(seat)) continue
        seat.cursor = page.cursor
        seat.behind = page.more
        if (page.frame !== null) seat.viewer.send(page.frame)
      }
    }
    if ([...seats].some(seat => seat.behind)) schedule()
  }

  const pageAfter = async (cursor: number): Promise<Page> => {
    const found = await store.changes.after(cursor, pageSize)
    if (found.kind === 'reset')
      return {
        frame: text({ kind: 'reset', cursor: found.cursor, status: status() }),
        cursor: found.cursor,
        more: false,
      }
    const { changes, more } = found
    const frame = changes.length > 0 ? text({ kind: 'batch', cursor: found.cursor, changes }) : null
    return { frame, cursor: found.cursor, more }
  }

  const stopListening = store.changes.onChange(schedule)
  const wanting = () => [...seats].filter(({ viewer }) => viewer.wantsPreparing === true)
  let stopPreparing: (() => void) | null = null
  const tellPreparing = () =>
    openPreparingNews(
      {
        read: async () => (wanting().length === 0 ? null : store.deliveries.preparing({ limit: mostPreparing })),
        tell(preparing) {
          for (const seat of wanting()) seat.isAllListed = preparing === null
          if (preparing === null) return schedule()
          const frame = text({ kind: 'preparing', preparing })
          // Who is slow has no use for what is replaced in a moment.
          for (const { viewer } of wanting()) if (viewer.buffered() <= bufferCap / 8) viewer.send(frame)
        },
        log: line => log(`stream: ${line}`),
      },
      preparingMs,
    )

  return {
    join(viewer, after) {
      const seat: Seat = { viewer, cursor: after ?? store.changes.cursor(), behind: after !== null, isAllListed: false }
      viewer.send(text({ kind: 'hello', cursor: seat.cursor, status: status() }))
      seats.add(seat)
      if (seat.behind) schedule()
      if (viewer.wantsPreparing === true) stopPreparing ??= tellPreparing()
      return () => seats.delete(seat)
    },
    announceStatus() {
      statusChanged = true
      schedule()
    },
    close() {
      closed = true
      stopListening()
      stopPreparing?.()
      seats.clear()
      cancel?.()
      cancel = null
    },
  }
}

/** Calls a function after so many milliseconds, at the next turn where that is none: a timer takes at least one. */
function inMs(ms: number, then: () => void): () => void {
  if (ms <= 0) {
    const next = setImmediate(then)
    return () => clearImmediate(next)
  }
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}

function text(frame: StreamFrame): string {
  return JSON.stringify(frame)
}

/**
 * Group commit: deliveries that arrive together become durable together. While the disk takes one group the event loop goes on:
 * what arrives meanwhile is the next one.
 */
import type { NewDelivery } from '../../../core/deliveries/delivery.ts'
import { StoreUnavailable } from '../problem.ts'
import { originText } from '../rows.ts'
import { unavailable } from './problem.ts'
import type { Writer } from './writer.ts'

export interface Log {
  /** See DeliveryStore.append. */
  append(incoming: NewDelivery): Promise<number>
  /** Whether appends wait for the disk. */
  readonly busy: boolean
  /** Whether deliveries come: appends wait, or the last one was a moment ago. Between two groups there is a gap. */
  readonly coming: boolean
  /** Whether appends wait for their turn on the event loop. */
  readonly waiting: boolean
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
  /** The id of the newest delivery that was committed; 0 when there is none. */
  newest(): number
  /** No delivery with a larger id is on the disk for sure: it is neither shown nor sent on yet. */
  durable(): number
  /** The id of the first delivery behind another one; the one that comes next when there is none. Ids may have gaps. */
  firstAfter(id: number): number
  /** Takes nothing from now on. */
  close(): void
}

/** What is beneath the log. */
export interface LogOptions {
  readonly writer: Writer
  /** Resolves once the disk has what was written before the call. @throws StoreUnavailable when it does not take it */
  sync(): Promise<void>
  /** Called once deliveries are on the disk. */
  onAppended(): void
  /** Why nothing is taken although it could be written; null when it is. */
  refusal(): StoreUnavailable | null
}

interface Waiting {
  readonly incoming: NewDelivery
  readonly resolve: (id: number) => void
  readonly reject: (error: unknown) => void
}

/** Most appends in one transaction: bounds how long the event loop is away. */
const largestBatch = 256
/** The same in bytes of large bodies; one that is larger still goes by itself. */
const largestBytes = 1024 * 1024
/** A body up to here waits for no larger one, bytes: the gateway's events are a few thousand. */
const smallBytes = 16 * 1024

const text = (value: unknown) => JSON.stringify(value)

/** Deliveries come as long as the last one is so fresh, milliseconds. */
const comingMs = 50

/** One that is written, and not on the disk yet. */
interface Written {
  readonly id: number
  readonly waiting: Waiting
}

export function openLog({ writer, sync, onAppended, refusal }: LogOptions): Log {
  const insert = writer.db.prepare(`INSERT INTO arrival
    (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path, headers, body,
     rehearsed, origin)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const newest = writer.db.prepare<[], number | null>('SELECT max(id) FROM arrival').pluck()
  const following = writer.db.prepare<[number], number | null>('SELECT min(id) FROM arrival WHERE id > ?').pluck()
  const take = writer.db.prepare<[number]>('DELETE FROM arrival WHERE id = ?')
  let queue: Waiting[] = []
  let idle: (() => void)[] = []
  let durable = newest.get() ?? 0
  let isSyncing = false
  /** Deliveries that were written and then refused: the next transaction takes them out. */
  let refused: number[] = []
  /** The disk did not take what it was given: what of the write-ahead log it has is not known. */
  let isUnsure = false
  let closed = false
  let lastAt = Number.NEGATIVE_INFINITY

  function add({ incoming }: Waiting): number {
    const {
      receivedAt,
      readMs,
      bytes,
      status,
      hook,
      method,
      httpVersion,
      remoteAddress,
      verdict,
      path,
      headers,
      body,
      rehearsed = false,
      origin,
    } = incoming
    const row = [Math.round(receivedAt), readMs, bytes, status, hook, method, httpVersion, remoteAddress]
    const from = origin === undefined ? null : originText(origin)
    return Number(insert.run(...row, text(verdict), path, text(headers), body, rehearsed ? 1 : 0, from).lastInsertRowid)
  }

  /** Once the disk failed it may say yes to what it dropped: the log is moved into the database, from what was read of it, first. */
  function makeSure(): void {
    if (!isUnsure) return
    const [moved] = writer.db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
    if (moved?.busy !== 0) throw new StoreUnavailable('io', 'The database cannot be written')
    isUnsure = false
  }

  /** @returns those that were written; the others are rejected */
  function write(batch: readonly Waiting[]): Written[] {
    try {
      const why = refusal()
      if (why !== null) throw why
      makeSure()
      const ids = writer.write(() => {
        for (const id of refused) take.run(id)
        return batch.map(add)
      })
      refused = []
      return batch.map((waiting, index) => ({ waiting, id: ids[index] ?? 0 }))
    } catch (error) {
      const trouble = unavailable(error)
      // One that cannot be written at all (larger than SQLite takes) must not fail its neighbours.
      if (!trouble && batch.length > 1) return batch.flatMap(waiting => write([waiting]))
      for (const { reject } of batch) reject(trouble ?? error)
      return []
    }
  }

  async function settle(written: readonly Written[]): Promise<void> {
    isSyncing = true
    const problem = await sync().then(
      () => null,
      (error: unknown) => ({ error }),
    )
    isSyncing = false
    try {
      // That the file is gone says more than that nothing could be synced.
      writer.checkPlace()
      isUnsure ||= problem !== null
      if (problem !== null) throw problem.error
      durable = written.at(-1)?.id ?? durable
    } catch (error) {
      refused.push(...written.map(({ id }) => id))
      for (const { waiting } of written) waiting.reject(error)
      next()
      return
    }
    // The disk has the next ones while these are answered.
    next()
    for (const { waiting, id } of written) waiting.resolve(id)
    onAppended()
  }

  /** The small ones first, so that none waits for a crowd of large ones; and always a large one as well. */
  function nextBatch(): ReadonlySet<Waiting> {
    const isSmall = ({ incoming }: Waiting) => incoming.body.length <= smallBytes
    const batch = new Set(queue.filter(isSmall).slice(0, largestBatch))
    let bytes = 0
    for (const waiting of queue) {
      if (isSmall(waiting)) continue
      const isFirst = bytes === 0
      bytes += waiting.incoming.body.length
      if (bytes > largestBytes && !isFirst) break
      batch.add(waiting)
    }
    return batch
  }

  function flush(): void {
    const chosen = nextBatch()
    const batch = queue.filter(waiting => chosen.has(waiting))
    queue = queue.filter(waiting => !chosen.has(waiting))
    const written = write(batch)
    if (written.length > 0) void settle(written)
    else next()
  }

  /** Goes on with what has arrived meanwhile. */
  function next(): void {
    if (queue.length > 0) flush()
    else if (!isSyncing) {
      for (const done of idle) done()
      idle = []
    }
  }

  return {
    append(incoming) {
      if (closed) return Promise.reject(new StoreUnavailable('io', 'The database is closed'))
      lastAt = performance.now()
      return new Promise((resolve, reject) => {
        queue.push({ incoming, resolve, reject })
        // All of this turn together.
        if (queue.length === 1 && !isSyncing) setImmediate(next)
      })
    },
    get busy() {
      return queue.length > 0 || isSyncing
    },
    get coming() {
      return queue.length > 0 || isSyncing || performance.now() - lastAt < comingMs
    },
    get waiting() {
      return queue.length > 0 && !isSyncing
    },
    drained: () => (queue.length === 0 && !isSyncing ? Promise.resolve() : new Promise(done => idle.push(done))),
    durable: () => durable,
    firstAfter: id => following.get(id) ?? (newest.get() ?? 0) + 1,
    newest: () => newest.get() ?? 0,
    close() {
      closed = true
    },
  }
}

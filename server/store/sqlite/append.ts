/** Group commit: deliveries that arrive together become durable together. */
import type { Arrival } from '../../../core/deliveries/delivery.ts'
import { StoreUnavailable } from '../problem.ts'
import { unavailable } from './problem.ts'
import type { Writer } from './writer.ts'

export interface Log {
  /** See DeliveryStore.append. */
  append(arrival: Arrival): Promise<number>
  /** Whether appends wait for their commit. */
  readonly busy: boolean
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
  /** The id of the newest delivery that was committed; 0 when there is none. */
  newest(): number
  /** The id of the first delivery behind another one; the one that comes next when there is none. Ids may have gaps. */
  firstAfter(id: number): number
  /** Takes nothing from now on. */
  close(): void
}

interface Waiting {
  readonly arrival: Arrival
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

/**
 * @param onAppended called after each commit with deliveries in it
 * @param refusal why nothing is taken although it could be written; null when it is
 */
export function openLog(writer: Writer, onAppended: () => void, refusal: () => StoreUnavailable | null): Log {
  const insert = writer.db.prepare(`INSERT INTO arrival
    (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path, headers, body,
     rehearsed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const newest = writer.db.prepare<[], number | null>('SELECT max(id) FROM arrival').pluck()
  const following = writer.db.prepare<[number], number | null>('SELECT min(id) FROM arrival WHERE id > ?').pluck()
  let queue: Waiting[] = []
  let idle: (() => void)[] = []
  let closed = false

  function add({ arrival }: Waiting): number {
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
    } = arrival
    const row = [Math.round(receivedAt), readMs, bytes, status, hook, method, httpVersion, remoteAddress]
    return Number(insert.run(...row, text(verdict), path, text(headers), body, rehearsed ? 1 : 0).lastInsertRowid)
  }

  function commit(batch: readonly Waiting[]): void {
    let ids: number[]
    try {
      const refused = refusal()
      if (refused !== null) throw refused
      ids = writer.writeDurably(() => batch.map(add))
    } catch (error) {
      const trouble = unavailable(error)
      if (trouble || batch.length === 1) for (const { reject } of batch) reject(trouble ?? error)
      // One that cannot be written at all (larger than SQLite takes) must not fail its neighbours.
      else for (const waiting of batch) commit([waiting])
      return
    }
    for (const [index, { resolve }] of batch.entries()) resolve(ids[index] ?? 0)
    onAppended()
  }

  /** The small ones first, so that none waits for a crowd of large ones; and always a large one as well. */
  function nextBatch(): ReadonlySet<Waiting> {
    const isSmall = ({ arrival }: Waiting) => arrival.body.length <= smallBytes
    const batch = new Set(queue.filter(isSmall).slice(0, largestBatch))
    let bytes = 0
    for (const waiting of queue) {
      if (isSmall(waiting)) continue
      const isFirst = bytes === 0
      bytes += waiting.arrival.body.length
      if (bytes > largestBytes && !isFirst) break
      batch.add(waiting)
    }
    return batch
  }

  function flush(): void {
    const next = nextBatch()
    const batch = queue.filter(waiting => next.has(waiting))
    queue = queue.filter(waiting => !next.has(waiting))
    commit(batch)
    if (queue.length > 0) setImmediate(flush)
    else {
      for (const done of idle) done()
      idle = []
    }
  }

  return {
    append(arrival) {
      if (closed) return Promise.reject(new StoreUnavailable('io', 'The database is closed'))
      return new Promise((resolve, reject) => {
        queue.push({ arrival, resolve, reject })
        if (queue.length === 1) setImmediate(flush)
      })
    },
    get busy() {
      return queue.length > 0
    },
    drained: () => (queue.length === 0 ? Promise.resolve() : new Promise(done => idle.push(done))),
    firstAfter: id => following.get(id) ?? (newest.get() ?? 0) + 1,
    newest: () => newest.get() ?? 0,
    close() {
      closed = true
    },
  }
}

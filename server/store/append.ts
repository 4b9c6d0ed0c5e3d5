/** Group commit: deliveries that arrive together become durable together. */
import type { Arrival } from '../../core/delivery.ts'
import { StoreUnavailable, unavailable } from './problem.ts'
import type { Writer } from './writer.ts'

export interface Log {
  /** See Store.append. */
  append(arrival: Arrival): Promise<number>
  /** Whether appends wait for their commit. */
  readonly busy: boolean
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
  /** The id of the newest delivery that was committed; 0 when there is none. */
  newest(): number
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

const text = (value: unknown) => JSON.stringify(value)

/** @param onAppended called after each commit with deliveries in it */
export function openLog(writer: Writer, onAppended: () => void): Log {
  const insert = writer.db.prepare(`INSERT INTO arrival
    (received_at, read_ms, bytes, status, hook, method, http_version, remote_address, verdict, path, headers, body,
     rehearsed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const newest = writer.db.prepare<[], number | null>('SELECT max(id) FROM arrival').pluck()
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

  function flush(): void {
    const batch = queue.slice(0, largestBatch)
    queue = queue.slice(largestBatch)
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
    newest: () => newest.get() ?? 0,
    close() {
      closed = true
    },
  }
}

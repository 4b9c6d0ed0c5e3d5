/** Reads the database on a thread of its own, so that no read ever holds up the receiver. */
/// <reference path="../../../lib/threads.d.ts" />
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { CountOptions } from '../../deliveries.ts'
import { StoreUnavailable } from '../../problem.ts'
import { unavailable } from '../problem.ts'
import { type Asker, createReadQueue } from './read-queue.ts'
import type { SqlValue } from './sql.ts'
import type { ReadData, ReadReply, ReadTask, Select } from './thread.ts'
import source from './thread.ts?thread'

/** Every read begins after it was asked for, so it sees whatever was written before. */
export interface Reads {
  /** The rows of one SELECT. */
  all<Row>(text: string, values: readonly SqlValue[], named?: Select['named']): Promise<Row[]>
  /** The rows of several SELECTs, all of one state of the database. */
  together<Rows extends readonly unknown[][]>(selects: readonly Select[]): Promise<Rows>
}

/** The reads of one search, which take turns with those of others. */
export interface SearchReads extends Reads {
  /** How long the thread was busy for it so far, milliseconds. */
  usedMs(): number
}

/** Reads reject with StoreUnavailable when the disk fails or the reader is closed. */
export interface Reader extends Reads {
  /**
   * For someone who asks question after question.
   * @param signal nobody waits any more: what is asked rejects with its reason, and the thread is not asked for it
   * @param withinMs who is content with an estimate is not kept waiting by who is not
   */
  search(how?: CountOptions): SearchReads
  /** Moves what the write-ahead log holds into the database file, as far as nobody is in the way. Goes before all reads. */
  checkpoint(): Promise<void>
  /** Lets the reads that run end, and begins none until the function that it resolves with is called. */
  hold(): Promise<() => void>
  /** Lets go of the file until the next read. */
  release(): Promise<void>
  close(): Promise<void>
}

/** Rows are handed on and forgotten: by default a thread lets 48 MiB of them gather first. */
const youngMb = 8
/** Questions that the thread has at a time: the next one is there when it is done with one. */
const mostAsked = 2

interface Waiting {
  readonly task: ReadTask
  readonly asker: Asker | null
  readonly isUrgent: boolean
  readonly resolve: (results: unknown[][]) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  /** What it was asked and has not answered yet. */
  readonly asked: Map<number, Waiting>
}

const closedProblem = () => new StoreUnavailable('io', 'The database is closed')

/** The thread starts with the first read, and again should it ever end. */
export function openReader(path: string): Reader {
  const queue = createReadQueue<Waiting>()
  let thread: Thread | undefined
  let lastId = 0
  let closed = false
  let holds = 0
  let quiet: (() => void)[] = []

  function start(): Thread {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3')
    const workerData: ReadData = { path, sqlite }
    const worker = new Worker(source, { eval: true, workerData, resourceLimits: { maxYoungGenerationSizeMb: youngMb } })
    const started: Thread = { worker, asked: new Map() }
    const { asked } = started
    worker.unref()
    worker.on('message', ({ id, ms, results, problem }: ReadReply) => {
      const one = asked.get(id)
      asked.delete(id)
      if (one?.asker) one.asker.usedMs += ms
      if (problem) one?.reject(readProblem(problem))
      else one?.resolve(results ?? [])
      askNext()
    })
    const ended = (error: Error) => {
      if (thread === started) thread = undefined
      for (const { reject } of asked.values()) reject(error)
      asked.clear()
      askNext()
    }
    worker.on('error', error => ended(unavailable(error) ?? error))
    worker.on('exit', () =>
      ended(closed ? closedProblem() : new StoreUnavailable('io', 'The reading thread has ended')),
    )
    return started
  }

  function askNext(): void {
    while (!closed && (thread?.asked.size ?? 0) < mostAsked) {
      const one = queue.next(holds > 0)
      if (one === undefined) break
      thread ??= start()
      lastId += 1
      thread.asked.set(lastId, one)
      thread.worker.ref()
      thread.worker.postMessage({ id: lastId, task: one.task })
    }
    if (thread !== undefined && thread.asked.size > 0) return
    // While it is being ended, only its end is left to wait for: an answer that comes now must not let the process go.
    if (!closed) thread?.worker.unref()
    for (const done of quiet) done()
    quiet = []
  }

  function ask(task: ReadTask, asker: Asker | null = null): Promise<unknown[][]> {
    if (closed) return Promise.reject(closedProblem())
    return new Promise((resolve, reject) => {
      const signal = asker?.signal
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const isUrgent = typeof task === 'string'
      const leave = () => {
        queue.drop(one)
        reject(signal?.reason)
      }
      const one: Waiting = {
        ...{ task, asker, isUrgent },
        resolve(results) {
          signal?.removeEventListener('abort', leave)
          resolve(results)
        },
        reject(error) {
          signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      signal?.addEventListener('abort', leave)
      queue.add(one)
      askNext()
    })
  }

  const readsOf = (asker: Asker | null): Reads => ({
    async all<Row>(text: string, values: readonly SqlValue[], named?: Select['named']) {
      const [rows = []] = await ask([{ text, values, ...(named && { named }) }], asker)
      return rows as Row[]
    },
    together: async <Rows extends readonly unknown[][]>(selects: readonly Select[]) =>
      (await ask(selects, asker)) as readonly unknown[][] as Rows,
  })

  return {
    ...readsOf(null),
    search({ signal, withinMs } = {}) {
      const asker: Asker = { signal, isShort: withinMs !== undefined, usedMs: 0 }
      return { ...readsOf(asker), usedMs: () => asker.usedMs }
    },
    async checkpoint() {
      await ask('checkpoint')
    },
    async hold() {
      holds += 1
      if (thread !== undefined && thread.asked.size > 0) await new Promise<void>(done => quiet.push(done))
      let held = true
      return () => {
        if (held) holds -= 1
        held = false
        askNext()
      }
    },
    async release() {
      if (thread !== undefined) await ask('release')
    },
    async close() {
      closed = true
      for (const { reject } of queue.clear()) reject(closedProblem())
      await thread?.worker.terminate()
      for (const done of quiet) done()
    },
  }
}

function readProblem({ message, code }: NonNullable<ReadReply['problem']>): Error {
  const error = Object.assign(new Error(message), { code })
  return unavailable(error) ?? error
}

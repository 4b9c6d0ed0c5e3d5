/** Reads the database on a thread of its own, so that no read ever holds up the receiver. */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { StoreUnavailable, unavailable } from './problem.ts'
import type { Sql, SqlValue } from './sql.ts'

/** One SELECT. Positional parameters in order, then named ones. */
export interface Select extends Sql {
  readonly named?: Readonly<Record<string, SqlValue>>
}

/**
 * Every read begins after it was asked for, so it sees whatever was written before. Reads reject with StoreUnavailable
 * when the disk fails or the reader is closed.
 */
export interface Reader {
  /** The rows of one SELECT. */
  all<Row>(text: string, values: readonly SqlValue[], named?: Select['named']): Promise<Row[]>
  /** The rows of several SELECTs, all of one state of the database. */
  together<Rows extends readonly unknown[][]>(selects: readonly Select[]): Promise<Rows>
  /** Moves what the write-ahead log holds into the database file, as far as nobody is in the way. */
  checkpoint(): Promise<void>
  close(): Promise<void>
}

/** From this size on bytes change hands between the threads instead of being copied. */
const handedOver = 16_384

/**
 * What the thread runs. As text, because the tool is one bundled file and its sources are TypeScript: there is no file
 * that a worker could be started from in both.
 */
const threadSource = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.sqlite)
const statements = new Map()
let db
let runTogether
function open() {
  db = new Database(workerData.path, { fileMustExist: true, timeout: 1000 })
  db.pragma('query_only = ON')
  db.pragma('wal_autocheckpoint = 0')
  runTogether = db.transaction(selects => selects.map(run))
}
function prepared(text) {
  let statement = statements.get(text)
  if (!statement) {
    if (statements.size >= 100) statements.clear()
    statements.set(text, (statement = db.prepare(text)))
  }
  return statement
}
const run = ({ text, values, named }) => prepared(text).all(...values, ...(named ? [named] : []))
function largeBytes(results) {
  const found = []
  for (const rows of results)
    for (const row of rows)
      for (const column in row) {
        const value = row[column]
        if (value instanceof Uint8Array && value.length >= workerData.handedOver && value.length === value.buffer.byteLength)
          found.push(value.buffer)
      }
  return found
}
parentPort.on('message', ({ id, selects }) => {
  try {
    if (!db) open()
    if (selects === null) db.pragma('wal_checkpoint(PASSIVE)')
    const results = selects === null ? [] : selects.length === 1 ? selects.map(run) : runTogether(selects)
    parentPort.postMessage({ id, results }, largeBytes(results))
  } catch (error) {
    parentPort.postMessage({ id, problem: { message: error.message, code: error.code } })
  }
})
`

interface Reply {
  readonly id: number
  readonly results?: unknown[][]
  readonly problem?: { readonly message: string; readonly code?: string }
}

interface Waiting {
  readonly resolve: (results: unknown[][]) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

const closedProblem = () => new StoreUnavailable('io', 'The database is closed')

/** The thread starts with the first read, and again should it ever end. */
export function openReader(path: string): Reader {
  let thread: Thread | undefined
  let lastId = 0
  let closed = false

  function start(): Thread {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3')
    const worker = new Worker(threadSource, { eval: true, workerData: { path, sqlite, handedOver } })
    const started: Thread = { worker, waiting: new Map() }
    const { waiting } = started
    worker.unref()
    worker.on('message', ({ id, results, problem }: Reply) => {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) worker.unref()
      if (problem) asked?.reject(readProblem(problem))
      else asked?.resolve(results ?? [])
    })
    const ended = (error: Error) => {
      if (thread === started) thread = undefined
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    worker.on('error', error => ended(unavailable(error) ?? error))
    worker.on('exit', () =>
      ended(closed ? closedProblem() : new StoreUnavailable('io', 'The reading thread has ended')),
    )
    return started
  }

  function ask(selects: readonly Select[] | null): Promise<unknown[][]> {
    if (closed) return Promise.reject(closedProblem())
    thread ??= start()
    const { worker, waiting } = thread
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, selects })
    })
  }

  return {
    async all<Row>(text: string, values: readonly SqlValue[], named?: Select['named']) {
      const [rows = []] = await ask([{ text, values, ...(named && { named }) }])
      return rows as Row[]
    },
    together: async <Rows extends readonly unknown[][]>(selects: readonly Select[]) =>
      (await ask(selects)) as readonly unknown[][] as Rows,
    async checkpoint() {
      await ask(null)
    },
    async close() {
      closed = true
      await thread?.worker.terminate()
    },
  }
}

function readProblem({ message, code }: { readonly message: string; readonly code?: string }): Error {
  const error = Object.assign(new Error(message), { code })
  return unavailable(error) ?? error
}

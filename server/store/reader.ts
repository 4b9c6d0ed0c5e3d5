/** Reads the database on a thread of its own, so that a search over a million deliveries never holds up the receiver. */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { SqlValue } from './query.ts'

export interface Reader {
  /** Runs one SELECT. Positional parameters in order, then named ones. */
  all<Row>(text: string, values: readonly SqlValue[], named?: Readonly<Record<string, SqlValue>>): Promise<Row[]>
  /** Moves what the write-ahead log holds into the database file, as far as nobody is in the way. */
  checkpoint(): Promise<void>
  close(): Promise<void>
}

/**
 * What the thread runs. As text, because the tool is one bundled file and its sources are TypeScript: there is no file
 * that a worker could be started from in both.
 */
const threadSource = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.sqlite)
const db = new Database(workerData.path, { fileMustExist: true, timeout: 1000 })
db.pragma('query_only = ON')
db.pragma('wal_autocheckpoint = 0')
const statements = new Map()
function prepared(text) {
  let statement = statements.get(text)
  if (!statement) {
    if (statements.size >= 100) statements.clear()
    statements.set(text, (statement = db.prepare(text)))
  }
  return statement
}
parentPort.on('message', ({ id, text, values, named }) => {
  try {
    if (text === null) db.pragma('wal_checkpoint(PASSIVE)')
    const rows = text === null ? [] : prepared(text).all(...values, ...(named ? [named] : []))
    parentPort.postMessage({ id, rows })
  } catch (error) {
    parentPort.postMessage({ id, problem: { message: error.message, code: error.code } })
  }
})
`

interface Reply {
  readonly id: number
  readonly rows?: unknown[]
  readonly problem?: { readonly message: string; readonly code?: string }
}

interface Waiting {
  readonly resolve: (rows: unknown[]) => void
  readonly reject: (error: Error) => void
}

/** The thread starts with the first read. */
export function openReader(path: string): Reader {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let lastId = 0
  let closed = false

  function start(): Worker {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3')
    const started = new Worker(threadSource, { eval: true, workerData: { path, sqlite } })
    started.unref()
    started.on('message', ({ id, rows, problem }: Reply) => {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) started.unref()
      if (problem) asked?.reject(Object.assign(new Error(problem.message), { code: problem.code }))
      else asked?.resolve(rows ?? [])
    })
    const failAll = (error: Error) => {
      if (worker === started) worker = undefined
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    }
    started.on('error', failAll)
    started.on('exit', () => failAll(new Error('The database is closed')))
    return started
  }

  function ask(order: { text: string | null; values: readonly SqlValue[]; named?: unknown }): Promise<unknown[]> {
    if (closed) return Promise.reject(new Error('The database is closed'))
    worker ??= start()
    const thread = worker
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      thread.ref()
      thread.postMessage({ id, ...order })
    })
  }

  return {
    all: async <Row>(text: string, values: readonly SqlValue[], named?: Readonly<Record<string, SqlValue>>) =>
      (await ask({ text, values, named })) as Row[],
    async checkpoint() {
      await ask({ text: null, values: [] })
    },
    async close() {
      closed = true
      await worker?.terminate()
    },
  }
}

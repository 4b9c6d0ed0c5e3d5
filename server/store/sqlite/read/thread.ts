/** The thread that reads the database: bundled as a text of its own, see `threads` in vite.server.config.ts. */
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type Sqlite from 'better-sqlite3'
import type { Sql, SqlValue } from './sql.ts'

/** One SELECT. Positional parameters in order, then named ones. */
export interface Select extends Sql {
  readonly named?: Readonly<Record<string, SqlValue>>
}

/** What the thread is started with. */
export interface ReadData {
  readonly path: string
  /** Where better-sqlite3 is: a native addon is in no bundle. */
  readonly sqlite: string
}

/** SELECTs that see one state of the database; `release` lets go of the file until the next one. */
export type ReadTask = readonly Select[] | 'checkpoint' | 'release'

export interface ReadReply {
  readonly id: number
  /** How long it took. */
  readonly ms: number
  readonly results?: unknown[][]
  readonly problem?: { readonly message: string; readonly code?: string | undefined }
}

/** From this size on bytes change hands between the threads instead of being copied. */
const handedOver = 16_384
/** Pages that a connection keeps, KiB, of 16 MiB by default: the system has them as well, and there are several threads. */
const cacheKiB = 4096
/** Statements that are kept prepared. */
const mostStatements = 100

type Row = Record<string, unknown>

const { path, sqlite }: ReadData = workerData
const Database: typeof Sqlite = createRequire(sqlite)(sqlite)
const statements = new Map<string, Sqlite.Statement<unknown[], Row>>()
let open: Sqlite.Database | undefined

function database(): Sqlite.Database {
  if (open) return open
  open = new Database(path, { fileMustExist: true, timeout: 1000 })
  open.pragma('query_only = ON')
  open.pragma('wal_autocheckpoint = 0')
  open.pragma(`cache_size = ${-cacheKiB}`)
  return open
}

function run(db: Sqlite.Database, { text, values, named }: Select): Row[] {
  let statement = statements.get(text)
  if (!statement) {
    if (statements.size >= mostStatements) statements.clear()
    statement = db.prepare<unknown[], Row>(text)
    statements.set(text, statement)
  }
  return statement.all(...values, ...(named ? [named] : []))
}

function work(task: ReadTask): Row[][] {
  if (task === 'release') {
    statements.clear()
    open?.close()
    open = undefined
    return []
  }
  const db = database()
  if (task === 'checkpoint') {
    db.pragma('wal_checkpoint(PASSIVE)')
    return []
  }
  const all = () => task.map(select => run(db, select))
  return task.length === 1 ? all() : db.transaction(all)()
}

/** The memory of large bytes that are nobody else's. */
function largeBytes(results: readonly Row[][]): ArrayBuffer[] {
  const found: ArrayBuffer[] = []
  for (const rows of results)
    for (const row of rows)
      for (const column in row) {
        const value = row[column]
        if (!(value instanceof Uint8Array) || value.length < handedOver) continue
        const { buffer } = value
        if (buffer instanceof ArrayBuffer && buffer.byteLength === value.length) found.push(buffer)
      }
  return found
}

function reply(id: number, task: ReadTask): void {
  const began = performance.now()
  const ms = () => performance.now() - began
  try {
    const results = work(task)
    const answer: ReadReply = { id, ms: ms(), results }
    parentPort?.postMessage(answer, largeBytes(results))
  } catch (error) {
    const { message, code }: { message: string; code?: string } =
      error instanceof Error ? error : { message: String(error) }
    const answer: ReadReply = { id, ms: ms(), problem: { message, code } }
    parentPort?.postMessage(answer)
  }
}

parentPort?.on('message', ({ id, task }: { readonly id: number; readonly task: ReadTask }) => reply(id, task))

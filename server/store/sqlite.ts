/** Opens the store: a SQLite file that one hookscope at a time owns. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { openLog } from './append.ts'
import { openAttempts } from './attempts.ts'
import { readChanges } from './changes.ts'
import { createCheckRuns } from './check-runs.ts'
import { createEdits } from './edits.ts'
import { createGrouping } from './grouping.ts'
import { createHistory } from './history.ts'
import { createHookTable } from './hooks.ts'
import { openIndexer } from './indexer.ts'
import { createLookups } from './lookups.ts'
import { checkVersion, migrate } from './migrations.ts'
import { checkSqlite } from './native.ts'
import { createPrivate, lockDatabase } from './owner.ts'
import { openingProblem } from './problem.ts'
import { openReader } from './reader.ts'
import { createPurge } from './retention.ts'
import { createSamples } from './samples.ts'
import { countDeliveries, listDeliveries } from './scan.ts'
import { createSettings } from './settings.ts'
import { createSimulations } from './simulations.ts'
import type { Store } from './store.ts'
import { readFacets, readTimeline } from './totals.ts'
import { createWriter } from './writer.ts'

export interface StoreOptions {
  /** The database file; made, with its folder, when it is not there. */
  readonly path: string
  readonly now?: () => number
  /** How long the index may hold the event loop at a time, milliseconds. Default 4. */
  readonly indexSliceMs?: number
  /** Largest size of the file in pages of 4 KiB; beyond it the store behaves as on a full disk. Default: no limit. */
  readonly maxPages?: number
}

/** How long a write waits for another program's lock, milliseconds: the event loop stands still meanwhile. */
const busyMs = 200
/** Pages in the write-ahead log at which a commit itself moves them to the file (64 MiB), should the thread lag behind. */
const checkpointPages = 16_384
/** While there are writes, the reading thread is asked to do that every so many milliseconds, so that commits need not. */
const checkpointEveryMs = 500
/** What every SQLite file begins with. */
const formatMark = Buffer.from('SQLite format 3\0')
/** How long `close` goes on indexing, milliseconds; the next start does the rest. */
const closingMs = 2000

/** The same file under one name, so that one lock guards it. */
function canonicalPath(path: string): string {
  const absolute = resolve(path)
  mkdirSync(dirname(absolute), { recursive: true, mode: 0o700 })
  try {
    return realpathSync(absolute)
  } catch {
    return join(realpathSync(dirname(absolute)), basename(absolute))
  }
}

/** @throws UserError when the file or its folder is not to be written; asks the mode as well, which root is not held by */
function checkWritable(path: string): void {
  const problem = (what: string) =>
    new UserError(`${what} is read-only`, 'Make the file and its folder writable, or name another file with --db.')
  for (const one of [dirname(path), path]) {
    const mode = statSync(one, { throwIfNoEntry: false })?.mode
    if (mode === undefined) continue
    if ((mode & 0o222) === 0) throw problem(one)
    try {
      accessSync(one, constants.W_OK)
    } catch {
      throw problem(one)
    }
  }
}

/** Only with the lock: nobody else in this process may have the file open. SQLite itself overwrites what is very short. */
function checkFormat(path: string): void {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(formatMark.length)
    const length = readSync(file, start, 0, start.length, 0)
    if (length > 0 && !start.equals(formatMark))
      throw new UserError(`${path} is not a database`, 'Name another file with --db.')
  } finally {
    closeSync(file)
  }
}

function openDatabase(path: string, maxPages: number | undefined): Database.Database {
  const db = new Database(path, { timeout: busyMs })
  try {
    checkVersion(db)
    chmodSync(path, 0o600)
    db.pragma('journal_mode = WAL')
    db.pragma(`wal_autocheckpoint = ${checkpointPages}`)
    db.pragma('temp_store = MEMORY')
    migrate(db)
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function takeDatabase({ path: wanted, maxPages }: StoreOptions) {
  checkSqlite()
  try {
    const path = canonicalPath(wanted)
    checkWritable(path)
    const lock = lockDatabase(path)
    try {
      createPrivate(path)
      checkFormat(path)
      return { path, lock, db: openDatabase(path, maxPages) }
    } catch (error) {
      lock.release()
      throw error
    }
  } catch (error) {
    throw openingProblem(wanted, error)
  }
}

/**
 * Opens a database, makes or migrates it where needed, and takes up what a crash left: unindexed deliveries, attempts
 * without an end.
 * @throws UserError when it cannot be used: open elsewhere, no database, of a newer version, read-only
 */
export function openStore(options: StoreOptions): Store {
  const { now = Date.now, indexSliceMs = 4 } = options
  const { path, lock, db } = takeDatabase(options)
  let checkpoint: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined
  // Two threads: what is asked by id need not wait for a search over a million deliveries.
  const reader = openReader(path)
  const scanner = openReader(path)
  const writer = createWriter(db, checkpointSoon)
  const log = openLog(writer, () => indexer.wake())
  const indexer = openIndexer({ writer, appending: () => log.busy, sliceMs: indexSliceMs })
  const attempts = openAttempts(writer)
  const grouping = createGrouping(db)
  const edits = createEdits(writer, grouping, now)
  const lookups = createLookups(reader)
  const purge = createPurge(writer, grouping, now)
  const settings = createSettings(writer)
  const history = createHistory(scanner)

  function checkpointSoon(): void {
    if (checkpoint || closing) return
    checkpoint = setTimeout(() => {
      checkpoint = undefined
      // When it fails, a commit does it at checkpointPages.
      scanner.checkpoint().catch(() => {})
    }, checkpointEveryMs)
    checkpoint.unref()
  }

  async function close(): Promise<void> {
    log.close()
    await log.drained()
    const timer = setTimeout(() => indexer.close(), closingMs)
    await indexer.drained()
    clearTimeout(timer)
    indexer.close()
    clearTimeout(checkpoint)
    await Promise.all([reader.close(), scanner.close()])
    db.close()
    lock.release()
  }

  const most = (ids: readonly number[]) => ids.reduce((largest, id) => Math.max(largest, id), 0)
  const upTo = <Result>(ids: readonly number[], then: () => Result): Result => {
    indexer.catchUp(most(ids))
    return then()
  }

  const reached = async <Result>(ids: readonly number[], then: () => Promise<Result>): Promise<Result> => {
    await indexer.reach(most(ids))
    return then()
  }

  return {
    path,
    append: log.append,
    onIndexed: indexer.onIndexed,
    onAttempt: attempts.onAttempt,
    onChange: writer.onChange,
    async settled() {
      await log.drained()
      await indexer.drained()
    },
    list: request => listDeliveries(scanner, request),
    timeline: request => readTimeline(scanner, request),
    facets: () => readFacets(scanner),
    count: (query, cap, signal) => countDeliveries(scanner, query, cap, signal),
    get: id => reached([id], () => lookups.get(id)),
    deliveries: ids => reached(ids, () => lookups.deliveries(ids)),
    summaries: ids => reached(ids, () => lookups.summaries(ids)),
    attempts: lookups.attempts,
    attempt: lookups.attempt,
    journey: id => reached([id], () => lookups.journey(id)),
    deliveriesOfEvent: lookups.deliveriesOfEvent,
    startAttempt: attempts.start,
    endAttempt: attempts.end,
    setAnswered: edits.setAnswered,
    setPinned: (ids, pinned) => upTo(ids, () => edits.setPinned(ids, pinned)),
    setVerdicts: (verdicts, reason) =>
      upTo(
        verdicts.map(({ id }) => id),
        () => edits.setVerdicts(verdicts, reason),
      ),
    verdictHistory: history.verdictHistory,
    remove: ids => upTo(ids, () => edits.remove(ids)),
    restore: edits.restore,
    cursor: writer.cursor,
    changesAfter: (cursor, limit) => readChanges(reader, cursor, limit),
    ...settings,
    ...createHookTable(writer, now),
    hookHistory: history.hookHistory,
    async newest() {
      await log.drained()
      return log.newest()
    },
    deliveriesOfHook: (hook, after, last) => reached([last], () => history.deliveriesOfHook(hook, after, last)),
    simulations: createSimulations(writer, reader),
    samples: createSamples(writer),
    checks: createCheckRuns(writer, reader),
    purge,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

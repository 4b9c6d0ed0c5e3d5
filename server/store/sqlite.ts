/** Opens the store: a SQLite file that one hookscope at a time owns. */
import { openLog } from './append.ts'
import { openAttempts } from './attempts.ts'
import { readChanges } from './changes.ts'
import { createCheckRuns } from './check-runs.ts'
import { takeDatabase } from './database.ts'
import { createEdits } from './edits.ts'
import { createGrouping } from './grouping.ts'
import { createHistory } from './history.ts'
import { createHookTable } from './hooks.ts'
import { openIndexer } from './indexer.ts'
import { createLookups } from './lookups.ts'
import { openReader } from './reader.ts'
import { openRenewal } from './renewal.ts'
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

/**
 * While there are writes, a reading thread is asked every so many milliseconds to move the write-ahead log to the file,
 * so that commits need not.
 */
const checkpointEveryMs = 500
/** How long `close` goes on indexing, milliseconds; the next start does the rest. */
const closingMs = 2000

/**
 * Opens a database, makes or migrates it where needed, and takes up what a crash left: unindexed deliveries, attempts
 * without an end.
 * @throws UserError when it cannot be used: open elsewhere, no database, of a newer version, read-only
 */
export function openStore(options: StoreOptions): Store {
  const { now = Date.now, indexSliceMs = 4 } = options
  const { path, lock, db } = takeDatabase(options.path, options.maxPages)
  let checkpoint: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined
  // Two threads: what is asked by id need not wait for a search over a million deliveries.
  const reader = openReader(path)
  const scanner = openReader(path)
  const writer = createWriter(db, checkpointSoon)
  const log = openLog(writer, () => indexer.wake())
  const indexer = openIndexer({ writer, appending: () => log.busy, sliceMs: indexSliceMs })
  const renewal = openRenewal({ writer, busy: () => log.busy || indexer.busy(), sliceMs: indexSliceMs })
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
    renewal.close()
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
    renewingBelow: renewal.below,
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
    regroup: edits.regroup,
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

/** What works behind a store: threads, the writer, the index, the limits, and what keeps them going. */
import { openBodyReader } from '../../bodies/reader.ts'
import { createListeners } from '../../lib/listeners.ts'
import { openHealth } from '../health.ts'
import type { Sealer } from '../hook-secrets.ts'
import { openPatience } from '../index/patience.ts'
import { createTurn } from '../turns.ts'
import { openLog } from './append.ts'
import { openCheckpoints } from './file/checkpoints.ts'
import type { TakenDatabase } from './file/database.ts'
import { syncLog } from './file/log-sync.ts'
import { openRoom, type RoomSizes, usualRoom } from './file/room.ts'
import { openWatch } from './file/watch.ts'
import { openIndexer } from './index/indexer.ts'
import { openRenewal } from './index/renewal.ts'
import { createShown } from './index/shown.ts'
import { unavailable } from './problem.ts'
import { openReader } from './read/reader.ts'
import { openRecovery } from './recovery/recovery.ts'
import { createCandidates } from './retention/candidates.ts'
import { createDropping } from './retention/dropping.ts'
import { openLimits } from './retention/limits.ts'
import { createSpace } from './retention/space.ts'
import { createWriter } from './writer.ts'

export interface StoreOptions {
  /** The database file; made, with its folder, when it is not there. */
  readonly path: string
  readonly now?: () => number
  /** Seals keys and passwords of hooks. Default: they are kept in clear, in a file that its user alone can read. */
  readonly sealer?: Sealer
  /** How long the index, or an edit of many deliveries, may hold the event loop at a time, milliseconds. Default 4. */
  readonly indexSliceMs?: number
  /** What of the disk is not for deliveries. */
  readonly room?: RoomSizes
  /** One line about something that is over, or takes a while. */
  readonly log?: (line: string) => void
  /** Largest size of the file in pages of 4 KiB; beyond it the store behaves as on a full disk. Default: no limit. */
  readonly maxPages?: number
  /** From this size on the write-ahead log begins anew, bytes. Default 32 MiB. */
  readonly logBytes?: number
}

/** From this size on the write-ahead log begins anew, bytes: searches may let it grow a good deal beyond. */
const mostLogBytes = 32 * 1024 * 1024
/** What is written to find out whether there is space again, bytes: a delivery of some size. */
const triedBytes = 65_536
/** How long `close` goes on indexing, milliseconds; the next start does the rest. */
const closingMs = 2000

export type Machine = ReturnType<typeof startMachine>

/** Begins with what a crash left unindexed. */
export function startMachine({ path, db, identity, release }: TakenDatabase, options: StoreOptions) {
  const { now = Date.now, indexSliceMs: sliceMs = 4, logBytes = mostLogBytes } = options
  // Three threads: what is asked by id need not wait for a search over a million deliveries, nor a page of these for a count.
  const reader = openReader(path)
  const scanner = openReader(path)
  const counter = openReader(path)
  // Nor need the index wait for what is looked at.
  const [arrived, bodies] = [openBodyReader(), openBodyReader()]
  const health = openHealth({ unavailable, onDamage: part => recovery.damaged(part), onFull: () => room.full() })
  const recovery = openRecovery({ db, path, health, indexer: () => indexer })
  const settingRow = db.prepare('INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)')
  const dropSetting = db.prepare('DELETE FROM setting WHERE name = ?')
  const watch = openWatch({
    identity,
    health,
    async renewLog() {
      await Promise.all([reader, scanner, counter].map(thread => thread.release()))
      // Leaving that mode moves all of the log into the database, also from a log that has no name any more.
      db.pragma('journal_mode = DELETE')
      db.pragma('journal_mode = WAL')
      identity.renewLog()
    },
    room: () => room.look(),
    tryLog() {
      writer.writeDurably(() => {
        settingRow.run('room', 'x'.repeat(triedBytes))
        dropSetting.run('room')
      })
    },
  })
  const checkpoints = openCheckpoints({
    ...{ db, path, mover: counter, readers: [reader, scanner, counter] },
    mostBytes: logBytes,
  })
  const room = openRoom({ db, path, sizes: options.room ?? usualRoom, emptyLog: checkpoints.beginAnew })
  const writer = createWriter(db, written, watch.gate)
  const log = openLog({
    writer,
    sync: () => syncLog(path),
    onAppended: () => indexer.wake(),
    refusal: room.problem,
  })
  const indexer = openIndexer({
    ...{
      writer,
      health,
      lost: recovery.lost,
      rebuilt: recovery.rebuilt,
      refusal: room.indexProblem,
      say: options.log ?? (() => {}),
    },
    durable: log.durable,
    coming: () => log.coming,
    describeMuch: openPatience(arrived),
    sliceMs,
  })
  const shown = createShown(db)
  const turn = createTurn(() => log.waiting)
  const dropped = createListeners<readonly number[]>()
  const limits = openLimits({
    ...{ writer, checkpoints, reader, turn, now, logBytes },
    candidates: createCandidates(db),
    dropping: createDropping(writer, shown, turn, dropped.call),
    space: createSpace(writer),
    backlog: {
      range: () => ({ indexed: log.firstAfter(indexer.upTo()) - 1, newest: log.newest() }),
      pass: indexer.pass,
      isWhole: indexer.isWhole,
    },
    failed: error => void health.failed('limits', error),
    worked: () => health.worked('limits'),
  })
  const renewal = openRenewal({
    ...{ writer, health, sliceMs },
    busy: () => log.busy || indexer.busy() || room.indexProblem() !== null,
    describeMuch: logged => bodies.read('describe', logged),
  })

  function written(): void {
    checkpoints.written()
    limits.written()
  }

  async function close(): Promise<void> {
    const isWell = health.trouble() === null
    health.close()
    recovery.close()
    watch.close()
    room.close()
    log.close()
    await log.drained()
    // What cannot be indexed now, or is being rebuilt, is done at the next start.
    const timer = setTimeout(() => indexer.close(), isWell ? closingMs : 0)
    await indexer.drained()
    clearTimeout(timer)
    indexer.close()
    renewal.close()
    checkpoints.close()
    limits.close()
    await Promise.all([reader, scanner, counter, arrived, bodies].map(thread => thread.close()))
    release()
  }

  const most = (ids: readonly number[]) => ids.reduce((largest, id) => Math.max(largest, id), 0)
  const reached = async <Result>(ids: readonly number[], then: () => Promise<Result>): Promise<Result> => {
    await indexer.reach(most(ids))
    return then()
  }

  /** Goes on with a rebuild that a crash cut short. */
  function resume(): void {
    if (indexer.progress() !== null) recovery.resume()
  }

  return {
    ...{
      path,
      db,
      identity,
      health,
      reader,
      scanner,
      counter,
      bodies,
      writer,
      log,
      indexer,
      limits,
      renewal,
      shown,
      turn,
      dropped,
      checkpoints,
    },
    ...{ now, sliceMs, reached, resume, close },
  }
}

/** Opens the store on PostgreSQL: one log that several processes work on. */
import { openBodyReader } from '../../bodies/reader.ts'
import { openHealth } from '../health.ts'
import type { Sealer } from '../hook-secrets.ts'
import type { Store } from '../store.ts'
import { createGivingWay } from '../turns.ts'
import { watched } from '../watched.ts'
import { createAttempts } from './attempts.ts'
import { createChangeStore, followChanges } from './changes.ts'
import { createCheckWrites } from './checks.ts'
import { type ConnectionOptions, connect, type Sql, withoutPassword } from './connection.ts'
import { createEdits } from './edits.ts'
import { createHooks } from './hooks.ts'
import { arrivalChannel, openIndexer } from './index/indexer.ts'
import { tidyIndex } from './index/tidy.ts'
import { createArrivals } from './index/waiting.ts'
import { openLocks } from './locks.ts'
import { ofOrigin, openLog } from './log/append.ts'
import { dayOf, makeDays } from './log/days.ts'
import { createOffers } from './offers.ts'
import { openPoolUse, type PoolUse } from './pool-use.ts'
import { openingProblem, unavailable } from './problem.ts'
import { createAttemptReads } from './read/attempts.ts'
import { createCheckReads } from './read/checks.ts'
import { createDeliveryReads } from './read/deliveries.ts'
import { createSimulationReads } from './read/simulations.ts'
import { createUnfinishedReads } from './read/unfinished.ts'
import { createRetention } from './retention/retention.ts'
import { createSamples } from './samples.ts'
import { migrate } from './schema/migrations.ts'
import { createSettings } from './settings.ts'
import { createSimulations } from './simulations/simulations.ts'
import { createUnfinished } from './unfinished.ts'
import { endGone, openWatch } from './watch.ts'
import { openWriter } from './writer.ts'

export interface PostgresOptions {
  /** `postgres://…` */
  readonly url: string
  readonly now?: () => number
  /** Takes a line about something that takes longer than it need. */
  readonly log?: (line: string) => void
  /** Seals keys and passwords of hooks; by default they are kept in clear. */
  readonly sealer?: Sealer | null
  /** Deliveries that an edit of many changes in one transaction. Default 500. */
  readonly sliceRows?: number
}

type Pool = (name: string, max: number, options?: Pick<ConnectionOptions, 'onClose' | 'isPipelined' | 'byIndex'>) => Sql

/** How long `close` goes on indexing, milliseconds; who opens next does the rest. */
const closingMs = 2000

/** What is to be done where the server is to blame. */
const ways = {
  full: 'Free some space on the disk of the database’s server.',
  locked: 'See what else it is busy with.',
  io: 'Check the server and what hookscope’s user may do there.',
  shared: 'End one of the two.',
  damaged: 'Restore it from a backup.',
  gone: 'Check that the server runs. hookscope continues by itself once it does.',
}

/**
 * Opens the log, makes or migrates its tables where needed, and takes up what processes that are gone left.
 * @throws UserError when it cannot be used
 */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const opened: { end(): Promise<void> }[] = []
  const use = openPoolUse()
  const pool: Pool = (name, max, how) => {
    const sql = connect({ url: options.url, name, max, ...how })
    opened.push({ end: () => sql.end({ timeout: 2 }) })
    return use.counting(sql, max)
  }
  try {
    return await storeOn(options, { pool, use }, async () => {
      await Promise.all(opened.map(one => one.end()))
    })
  } catch (error) {
    await Promise.all(opened.map(one => one.end()))
    throw openingProblem(options.url, error)
  }
}

/** Each that is kept is in the list, or waits for it: the log has a table a day. */
async function newestKept(sql: Sql): Promise<{ readonly id: number; readonly at: number } | undefined> {
  const [row] = await sql<{ id: number; at: number }[]>`
    SELECT id, received_at AS at FROM ((SELECT id, received_at FROM delivery ORDER BY id DESC LIMIT 1)
      UNION ALL (SELECT id, received_at FROM unindexed ORDER BY id DESC LIMIT 1)) newest ORDER BY id DESC LIMIT 1`
  return row
}

async function storeOn(
  { url, now = Date.now, log: say = () => {}, sealer = null, sliceRows = 500 }: PostgresOptions,
  { pool, use }: { readonly pool: Pool; readonly use: PoolUse },
  endPools: () => Promise<void>,
): Promise<Store> {
  let closing: Promise<void> | undefined
  const health = openHealth({ unavailable, onDamage: () => {}, onFull: () => {}, ways, everywhere: ['gone'] })
  const failed = (part: string) => (error: unknown) => void health.failed(part, error)
  const worked = (part: string) => () => health.worked(part)
  const sql = pool('reads', 4)
  const alone = pool('long', 3)
  const grams = await migrate(alone, now())
  if (grams === 'none')
    say('Searching text reads every delivery: the database lacks pg_trgm. Its owner adds it: CREATE EXTENSION pg_trgm')
  await makeDays(alone, dayOf(now()))
  const locks = await openLocks({
    connect: ({ max, ...how }) => pool('locks', max, how),
    failed: failed('processes'),
  })
  const { process, claims } = locks
  const following = await followChanges({
    ...{ sql, listening: sql, process },
    ...{ failed: failed('file'), worked: worked('file') },
  })
  const writer = openWriter({ writes: pool('writes', 1), alone, process, told: following.told })
  const attempts = createAttempts(writer, process)
  const simulations = createSimulations({ sql, writer, following, process })
  async function endLeft(): Promise<void> {
    await attempts.endLeft()
    await simulations.completeLeft()
  }
  await endGone(locks, endLeft)
  const bodies = openBodyReader()
  const indexBodies = openBodyReader()
  const indexer = openIndexer({
    ...{ sql: alone, writer, claims, arrivals: createArrivals(alone, indexBodies) },
    isAppending: () => log.busy,
    tidy: isQuiet => tidyIndex(alone, isQuiet),
    ...{ failed: failed('index'), worked: worked('index') },
  })
  await sql.listen(arrivalChannel, indexer.notice, () => indexer.notice())
  const log = openLog({
    connect: () => pool('log', 1),
    onAppended() {
      indexer.wake()
      retention.written()
    },
  })
  const { look: lookForLeft, ...noted } = createUnfinished(sql, writer, process)
  const watch = openWatch({ sql: alone, health, locks, endLeft, lookForLeft, now })
  const retention = createRetention({
    ...{ sql: alone, writer, claims, now },
    ...{ failed: failed('limits'), worked: worked('limits') },
  })
  const edits = createEdits({ ...{ sql, writer, following, sliceRows, now }, isClosing: () => closing !== undefined })
  // A page never waits behind a search that takes long.
  const searches = pool('searches', 4, { isPipelined: false, byIndex: true })
  const reads = createDeliveryReads({ reads: sql, searches, grams, bodies, now })
  const most = (ids: readonly number[]) => ids.reduce((largest, id) => Math.max(largest, id), 0)
  const reached = async <Result>(ids: readonly number[], then: () => Promise<Result>, upTo?: number) => {
    await indexer.reached(ids, upTo)
    return then()
  }

  async function close(): Promise<void> {
    const isWell = health.trouble() === null
    log.close()
    await log.drained()
    if (isWell) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>(done => {
        timer = setTimeout(done, closingMs)
      })
      await Promise.race([indexer.drained().catch(() => {}), late])
      clearTimeout(timer)
    }
    health.close()
    await watch.close()
    await indexer.close()
    await retention.close()
    await writer.drained()
    await following.close()
    await Promise.all([bodies, indexBodies].map(thread => thread.close()))
    await locks.close()
    await endPools()
  }

  const { trouble, onTrouble } = health
  const unfinished = { ...noted, ...createUnfinishedReads(sql) }
  const { endLeft: _left, ...attemptWrites } = attempts
  const { completeLeft: _cut, ...simulationWrites } = simulations
  const store: Store = {
    path: withoutPassword(url),
    health: { trouble, onTrouble, fate: () => 'kept', connections: use.now },
    deliveries: {
      ...reads,
      append: log.append,
      ofOrigin: (origin, receivedAt) => ofOrigin(sql, { origin, receivedAt }),
      giveWay: createGivingWay(() => log.busy),
      backlog: indexer.backlog,
      async settled() {
        await log.drained()
        await indexer.drained()
        await following.reached()
      },
      async newest() {
        await log.drained()
        return (await newestKept(sql))?.id ?? 0
      },
      async newestAt() {
        await log.drained()
        return (await newestKept(sql))?.at ?? null
      },
      onIndexed: following.onIndexed,
      onDropped: following.onDropped,
      get: id => reached([id], () => reads.get(id)),
      getMany: ids => reached(ids, () => reads.getMany(ids)),
      summaries: ids => reached(ids, () => reads.summaries(ids)),
      related: id => reached([id], () => reads.related(id)),
      renewingBelow: () => null,
      ofHook: (hook, after, upTo) => reached([], () => reads.ofHook(hook, after, upTo), upTo),
    },
    edits: {
      ...edits,
      setPinned: (ids, ...rest) => reached(ids, () => edits.setPinned(ids, ...rest)).finally(retention.written),
      setVerdicts: (verdicts, reason) =>
        reached(
          verdicts.map(({ id }) => id),
          () => edits.setVerdicts(verdicts, reason),
        ),
      remove: (ids, ...rest) => reached(ids, () => edits.remove(ids, ...rest)),
      restore: (ids, ...rest) => reached(ids, () => edits.restore(ids, ...rest)).finally(retention.written),
    },
    attempts: { ...attemptWrites, ...createAttemptReads(sql), onEnded: following.onEnded },
    changes: createChangeStore(sql, following),
    hooks: createHooks({ sql, writer, following, sealer, now }),
    settings: createSettings(sql, writer, following),
    simulations: { ...simulationWrites, ...createSimulationReads(sql) },
    samples: createSamples(sql, writer),
    checks: { ...createCheckWrites(writer, process), ...createCheckReads(sql) },
    unfinished: {
      ...unfinished,
      unsent: request =>
        reached(request.ids, () => unfinished.unsent(request), Math.max(request.upTo, most(request.ids))),
    },
    offers: createOffers(sql, writer, following, now),
    retention,
    claims,
    bodies,
    close: () => {
      closing ??= close()
      return closing
    },
  }
  return watched(store, health)
}

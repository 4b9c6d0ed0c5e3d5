/** Opens the store: a SQLite file that one hookscope at a time owns. */
import type { Store } from '../store.ts'
import { watched } from '../watched.ts'
import { openAttempts } from './attempts.ts'
import { createChanges } from './changes.ts'
import { createCheckRuns } from './check-runs.ts'
import { createClaims } from './claims.ts'
import { createDeliveries } from './deliveries.ts'
import { createEdits } from './edits.ts'
import { type TakenDatabase, takeDatabase } from './file/database.ts'
import { createHooks } from './hooks.ts'
import { createGrouping } from './index/grouping.ts'
import { type StoreOptions, startMachine } from './machine.ts'
import { createOffers } from './offers.ts'
import { openingProblem } from './problem.ts'
import { emptyUnusable } from './recovery/rebuild.ts'
import { keepSpare } from './recovery/spare.ts'
import { createSamples } from './samples.ts'
import { createSettings } from './settings.ts'
import { createSimulations } from './simulations/simulations.ts'
import { createUnfinished } from './unfinished.ts'

export type { StoreOptions } from './machine.ts'

/**
 * Opens a database, makes or migrates it where needed, and takes up what a crash left: unindexed deliveries, attempts
 * without an end.
 * @throws UserError when it cannot be used: open elsewhere, no database, of a newer version, read-only
 */
export function openSqlite(options: StoreOptions): Store {
  const taken = takeDatabase(options.path, options)
  try {
    emptyUnusable(taken.db)
    keepSpare(taken.db)
    return storeOn(taken, options)
  } catch (error) {
    taken.release()
    throw openingProblem(options.path, error)
  }
}

function storeOn(taken: TakenDatabase, options: StoreOptions): Store {
  let closing: Promise<void> | undefined
  const machine = startMachine(taken, options)
  const { path, identity, health, reader, scanner, writer, limits, reached, now } = machine
  const { trouble, onTrouble } = health
  const { purge, keepWithin, pinsBeyond, passedOver } = limits
  const attempts = openAttempts(writer, reader, health)
  const edits = createEdits({
    ...machine,
    reader: scanner,
    grouping: createGrouping(machine.db, machine.shown),
    isClosing: () => closing !== undefined,
  })
  const unfinished = createUnfinished(writer, scanner)

  /** What is deleted while nothing fits on the disk is deleted to make room. */
  function dropWhenFull(): void {
    if (trouble()?.code !== 'full') return
    purge({ count: null, days: null, bytes: null }).then(
      () => health.worked('retention.purge'),
      error => void health.failed('retention.purge', error),
    )
  }

  machine.resume()
  const store: Store = {
    path,
    health: { trouble, onTrouble, fate: identity.fate, connections: () => null },
    deliveries: createDeliveries(machine),
    edits: {
      ...edits,
      setPinned: (ids, ...rest) => reached(ids, () => edits.setPinned(ids, ...rest)).finally(limits.freed),
      setVerdicts: (verdicts, reason) =>
        reached(
          verdicts.map(({ id }) => id),
          () => edits.setVerdicts(verdicts, reason),
        ),
      remove: (ids, ...rest) => reached(ids, () => edits.remove(ids, ...rest)).finally(dropWhenFull),
      restore: (ids, ...rest) => reached(ids, () => edits.restore(ids, ...rest)).finally(limits.freed),
    },
    attempts,
    changes: createChanges(writer, reader, machine.log.durable),
    hooks: createHooks({
      ...{ writer, reader: scanner, now },
      sealer: options.sealer ?? null,
      emptyLog: machine.checkpoints.beginAnew,
    }),
    settings: createSettings(writer),
    simulations: createSimulations(writer, reader, health),
    samples: createSamples(writer),
    checks: createCheckRuns(writer, reader),
    unfinished: {
      ...unfinished,
      unsent: request => reached([...request.ids, request.upTo], () => unfinished.unsent(request)),
    },
    offers: createOffers(),
    retention: { purge, keepWithin, pinsBeyond, passedOver },
    claims: createClaims(),
    bodies: machine.bodies,
    close: () => {
      closing ??= machine.close()
      return closing
    },
  }
  return watched(store, health)
}

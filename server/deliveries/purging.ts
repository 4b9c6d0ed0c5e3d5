/** Applies the limits of what is kept at the start, and again and again; by age only while the clock is not in doubt. */
import { counted } from '../../core/text/text.ts'
import { errorLine } from '../lib/errors.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Retention } from '../store/retention.ts'
import type { Store } from '../store/store.ts'
import { type OldDeliveries, oldSentence, openAgeGuard } from './age-guard.ts'

export interface Purging {
  /** What was to be dropped by its age at the start, and is not before somebody says so; null: nothing. */
  readonly old: OldDeliveries | null
  /** Somebody says so. Resolves when it is done, and said. */
  dropOld(): Promise<void>
  close(): void
}

/** How often it is done, milliseconds. */
const everyMs = 600_000

/**
 * @param log takes a line about what cannot be dropped, or must not be
 * @param ready nothing is dropped by itself before this has resolved
 */
export async function openPurging(
  store: Pick<Store, 'deliveries' | 'retention'>,
  retention: Retention,
  log: (line: string) => void,
  ready: Promise<unknown> = Promise.resolve(),
): Promise<Purging> {
  /** What is old at the start already is for whoever started it to say. */
  let isTold = true
  const ages = openAgeGuard(store, retention, old => {
    if (!isTold) log(`${oldSentence(old)} They are kept in this run.`)
    isTold = true
  })
  let closed = false
  const failed = (error: unknown) => {
    // What the end cut short is done at the next start; the database's trouble is reported by itself.
    if (!closed && !(error instanceof StoreUnavailable)) log(`Old deliveries could not be dropped: ${errorLine(error)}`)
    return null
  }
  const purge = () => ages.purgeable().then(store.retention.purge).catch(failed)
  const timer = setInterval(() => void purge(), everyMs).unref()
  const old = await ages.look().catch(failed)
  isTold = old !== null
  void ready.then(() => (closed ? null : purge()))
  return {
    old,
    async dropOld() {
      ages.allow()
      const dropped = await purge()
      if (dropped !== null && !closed) log(`${counted(dropped, 'delivery was', 'deliveries were')} dropped.`)
    },
    close() {
      closed = true
      clearInterval(timer)
    },
  }
}

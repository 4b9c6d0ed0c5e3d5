/** Deliveries as they are indexed and dropped: counted, told of, and sent on once it is known where to. */
import { once } from 'node:events'
import { isImportedHook } from '../../core/capture/capture.ts'
import type { DeliverySummary } from '../../core/deliveries/delivery.ts'
import type { Openings } from '../lib/openings.ts'
import { within } from '../lib/time-limit.ts'
import type { Forwarding } from '../sender/forwarding.ts'
import type { Store } from '../store/store.ts'

export interface Takers {
  readonly forwarding: Forwarding
  offer(deliveries: readonly DeliverySummary[]): void
}

/** @param before the newest delivery before this start: those up to it do not count */
export function openArrivals(store: Store, before: number, { forwarding, offer }: Takers, opened: Openings) {
  const { forwarder, leftovers } = forwarding
  const count = { kept: 0, dropped: 0 }
  /** Those that are indexed before the target is known: what a crash left, and the first moments. */
  let early: DeliverySummary[] | null = []
  const stopDropped = store.deliveries.onDropped(ids => {
    count.dropped += ids.filter(id => id > before).length
    leftovers.forget(ids)
  })
  opened.add('dropping', stopDropped)
  const stopIndexed = store.deliveries.onIndexed(indexed => {
    // What was imported did not arrive.
    const deliveries = indexed.filter(({ hook }) => !isImportedHook(hook))
    if (deliveries.length === 0) return
    count.kept += deliveries.filter(({ id }) => id > before).length
    offer(deliveries)
    if (early === null) forwarder.offer(deliveries)
    else early.push(...deliveries)
  })
  opened.add('indexing', async ms => {
    // What is not indexed by then, or cannot be, is at the next start.
    const settled = (late: AbortSignal) => Promise.race([store.deliveries.settled(), once(late, 'abort')])
    // The limit has to hold the process: should the index fail meanwhile, its next try does not.
    if (store.health.trouble() === null) await within({ ms: Math.max(0, ms), signals: [] }, settled)
    stopIndexed()
  })
  return {
    get kept() {
      return count.kept
    },
    get dropped() {
      return count.dropped
    },
    /** From now on they are sent on. */
    release() {
      forwarder.offer(early ?? [])
      early = null
    },
  }
}

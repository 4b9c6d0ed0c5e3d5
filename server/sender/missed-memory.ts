/** What targets missed, over the end of the process: noted is from which attempt on, the attempts tell the rest. */
import { unavailableStatuses } from '../../core/http/outcome.ts'
import { StoreUnavailable } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { readUnfinished } from '../store/unfinished.ts'
import type { LeftNews } from './leftovers.ts'
import { unreachableCodes } from './target-watch.ts'

interface MissedRecord {
  /** Attempts with larger ids count. */
  readonly sinceAttempt: number
}

export interface MissedMemory {
  /** An attempt found no app there; the first one of an outage is noted. */
  missed(target: string, attempt: number): void
  /** The outage is over. */
  over(target: string): void
  /** What was offered is sent or dismissed. What is missed right now stays noted. */
  settle(target: string): void
  /** What targets missed in earlier runs, and nobody sent or dismissed. */
  left(): Promise<LeftNews[]>
}

export function openMissedMemory(store: Pick<Store, 'unfinished'>): MissedMemory {
  const earlier = new Map<string, MissedRecord>()
  for (const [target, text] of readUnfinished(store, 'missed')) earlier.set(target, JSON.parse(text))
  const upToAttempt = earlier.size === 0 ? 0 : store.unfinished.newestAttempt()
  const noted = new Set(earlier.keys())
  /** Of outages that last, from where on. */
  const current = new Map<string, MissedRecord>()

  function note(target: string, record: MissedRecord | null): void {
    try {
      store.unfinished.note('missed', new Map([[target, record && JSON.stringify(record)]]))
      if (record === null) noted.delete(target)
      else noted.add(target)
    } catch (error) {
      // It is offered while this run lasts, and not after it: no reason to stop forwarding.
      if (!(error instanceof StoreUnavailable)) throw error
    }
  }

  function settle(target: string): void {
    note(target, current.get(target) ?? null)
  }

  return {
    missed(target, attempt) {
      if (current.has(target)) return
      const record = { sinceAttempt: attempt - 1 }
      current.set(target, record)
      if (!noted.has(target)) note(target, record)
    },
    over: target => void current.delete(target),
    settle,
    async left() {
      const found: LeftNews[] = []
      for (const [target, { sinceAttempt }] of earlier) {
        const failures = { statuses: unavailableStatuses, codes: unreachableCodes }
        const ids = await store.unfinished.missed({ target, sinceAttempt, upToAttempt, ...failures })
        if (ids.length === 0) settle(target)
        const manner = { order: 'triggered', rate: null } as const
        found.push({ kind: 'left', target, why: 'missed-before', ids, manner, settled: () => settle(target) })
      }
      return found
    },
  }
}

/**
 * Nothing is dropped by its age behind anybody's back while the clock may be wrong: when the newest delivery is very old, either
 * nobody has used hookscope for long, or the clock is far ahead, and then all of it would go at once.
 */
import { deliveriesWords } from '../../core/deliveries/leftover.ts'
import { parseQuery, zoneClock } from '../../core/search/search.ts'
import { dayMs } from '../../core/text/duration.ts'
import { notYet } from '../store/problem.ts'
import type { Retention } from '../store/retention.ts'
import type { Store } from '../store/store.ts'

/** What would be dropped by its age, though its like has not come for long. */
export interface OldDeliveries {
  readonly count: number
  /** ISO 8601, UTC. */
  readonly newestAt: string
  /** How long ago that is, and how long deliveries are kept, days. */
  readonly ago: number
  readonly days: number
}

export interface AgeGuard {
  /** What waits for a yes; null when nothing does. */
  look(): Promise<OldDeliveries | null>
  /** A person said yes: it is dropped, now and later in this run. */
  allow(): void
  /** What may be purged now. */
  purgeable(): Promise<Retention>
}

/** A newest delivery of before so many days makes the clock doubtful. */
const doubtfulDays = 30
/** It is counted up to here. */
const countCap = 1_000_000

/** @param held called when nothing is dropped by its age, each time */
export function openAgeGuard(
  store: Pick<Store, 'deliveries'>,
  retention: Retention,
  held: (old: OldDeliveries) => void,
  now: () => number = Date.now,
): AgeGuard {
  let isAllowed = false

  async function look(): Promise<OldDeliveries | null> {
    const { days } = retention
    if (days === null || isAllowed) return null
    const isDoubtful = (at: number) => now() - at >= doubtfulDays * dayMs
    // One row tells it mostly, and no thread needs to start for it.
    const newestAt = await store.deliveries.newestAt()
    if (newestAt === null || !isDoubtful(newestAt)) return null
    const { deliveries } = await store.deliveries.list({
      query: { terms: [] },
      before: null,
      limit: 1,
      grouped: false,
      whole: true,
    })
    const [newest] = deliveries
    if (newest === undefined) return null
    const ago = Math.floor((now() - Date.parse(newest.receivedAt)) / dayMs)
    if (ago < doubtfulDays) return null
    const before = new Date(now() - days * dayMs).toISOString().slice(0, 16).replace('T', ' ')
    const parsed = parseQuery(`before:"${before}" -is:pinned`, zoneClock('UTC'))
    const { count, rebuilding } = parsed.ok
      ? await store.deliveries.count(parsed.query, countCap)
      : { count: 0, rebuilding: undefined }
    if (rebuilding !== undefined) throw notYet()
    return count === 0 ? null : { count, newestAt: newest.receivedAt, ago, days }
  }

  return {
    look,
    allow() {
      isAllowed = true
    },
    async purgeable() {
      const old = await look()
      if (old === null) return retention
      held(old)
      return { ...retention, days: null }
    },
  }
}

/** Why it is asked, or why nothing is dropped. */
export const oldSentence = ({ count, ago, newestAt, days }: OldDeliveries): string =>
  `The newest kept delivery arrived ${ago} days ago, on ${newestAt.slice(0, 10)}: is this machine’s clock right? ` +
  `${deliveriesWords(count)} ${count === 1 ? 'is' : 'are'} older than the limit of ${days} days.`

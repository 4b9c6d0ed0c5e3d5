/** What a database holds when it is opened: whoever has deliveries has the console set up. */
import { sinceText } from '../../core/text/duration.ts'
import type { DeliveryStore } from '../store/deliveries.ts'

export interface KeptBefore {
  readonly count: number
  /** When the newest of them came, ISO 8601; null where none is kept. */
  readonly newestAt: string | null
  /** Whether any ever came, also one that is not kept any more. */
  readonly anyCame: boolean
}

/** @returns null when the database cannot tell */
export async function readKeptBefore(store: {
  readonly deliveries: Pick<DeliveryStore, 'facets' | 'list' | 'newest'>
}): Promise<KeptBefore | null> {
  try {
    const anyCame = (await store.deliveries.newest()) > 0
    // No thread needs to start to read that there is nothing.
    if (!anyCame) return { count: 0, newestAt: null, anyCame }
    const { total } = await store.deliveries.facets()
    const { deliveries } = await store.deliveries.list({ query: { terms: [] }, before: null, limit: 1, grouped: false })
    return { count: total, newestAt: deliveries[0]?.receivedAt ?? null, anyCame }
  } catch {
    // What is wrong with it is told as its trouble.
    return null
  }
}

/** “67 kept, last 2 h ago”. @param now milliseconds since 1970; a clock that was set back tells no age */
export function keptBeforeLine({ count, newestAt }: KeptBefore, now: number): string {
  const since = newestAt === null ? null : sinceText(now - Date.parse(newestAt))
  return `${count.toLocaleString('en')} kept${since === null ? '' : `, last ${since}`}`
}

/** What a database holds when it is opened: whoever has deliveries has the console set up. */
import type { Query } from '../../core/search/query.ts'
import { sinceText } from '../../core/text/duration.ts'
import { withCommas } from '../../core/text/text.ts'
import type { DeliveryStore } from '../store/deliveries.ts'

/** All that was not imported from a file. */
export const arrivedHere: Query = {
  terms: [{ negated: true, anyOf: [{ field: 'note', note: 'imported' }], span: { start: 0, end: 0 } }],
}

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
    const isEmpty = (await store.deliveries.newest()) === 0
    // No thread needs to start to read that there is nothing.
    if (isEmpty) return { count: 0, newestAt: null, anyCame: false }
    const { total } = await store.deliveries.facets()
    const { deliveries } = await store.deliveries.list({ query: arrivedHere, before: null, limit: 1, grouped: false })
    const [newest] = deliveries
    // Where all that is kept was imported, nothing says that the console was ever set up.
    return { count: total, newestAt: newest?.receivedAt ?? null, anyCame: newest !== undefined || total === 0 }
  } catch {
    // What is wrong with it is reported as its trouble.
    return null
  }
}

/** “67 kept, last 2 h ago”. @param now milliseconds since 1970; a clock that was set back tells no age */
export function keptBeforeLine({ count, newestAt }: KeptBefore, now: number): string {
  const since = newestAt === null ? null : sinceText(now - Date.parse(newestAt))
  return `${withCommas(count)} kept${since === null ? '' : `, last ${since}`}`
}

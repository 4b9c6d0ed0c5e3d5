/** What is read of the list while it is being rebuilt is a part: it is marked as one, or refused. */
import type { Rebuilding } from '../../../../core/api/store-trouble.ts'
import type { MaybePartial } from '../../deliveries.ts'
import { notYet } from '../../problem.ts'
import type { Indexer } from './indexer.ts'

export interface Wholeness {
  /** The result, marked where it may be a part. */
  marked<Result extends object>(read: () => Promise<Result>): Promise<Result & MaybePartial>
  /** @throws StoreUnavailable `rebuilding` where the result may be a part */
  only<Result>(read: () => Promise<Result>): Promise<Result>
}

export function createWholeness(indexer: Pick<Indexer, 'lacks' | 'rebuilds'>): Wholeness {
  async function read<Result>(work: () => Promise<Result>): Promise<{ result: Result; lacks: Rebuilding | null }> {
    const [before, rebuilds] = [indexer.lacks(), indexer.rebuilds()]
    const result = await work()
    const lacks = indexer.lacks() ?? before
    // A whole rebuild may have passed between the windows of a search.
    return { result, lacks: indexer.rebuilds() === rebuilds ? lacks : (lacks ?? { done: 0, of: 0 }) }
  }
  return {
    async marked(work) {
      const { result, lacks } = await read(work)
      return lacks === null ? result : { ...result, rebuilding: lacks }
    },
    async only(work) {
      if (indexer.lacks() !== null) throw notYet()
      const { result, lacks } = await read(work)
      if (lacks !== null) throw notYet()
      return result
    },
  }
}

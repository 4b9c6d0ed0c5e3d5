/** Tells now and then what is kept and not listed yet, while that is late, and once when it is no longer. */
import type { Preparing } from '../../core/deliveries/preparing.ts'
import { errorLine } from '../lib/errors.ts'
import { StoreUnavailable } from '../store/problem.ts'

export interface PreparingNews {
  /** What there is; null while listing is not late, or nobody wants to know. */
  read(): Promise<Preparing | null>
  /** @param preparing null: all are listed now */
  tell(preparing: Preparing | null): void
  log(line: string): void
}

/**
 * @param everyMs how often it is told, milliseconds; whether listing is late is looked at twice as often
 * @returns a function that stops the telling
 */
export function openPreparingNews({ read, tell, log }: PreparingNews, everyMs: number): () => void {
  let isLooking = false
  let isTold = false
  /** It was told of at the last look. */
  let isFresh = false
  let closed = false

  async function look(): Promise<void> {
    if (isLooking) return
    if (isFresh) {
      isFresh = false
      return
    }
    isLooking = true
    try {
      const preparing = await read()
      if (closed || (preparing === null && !isTold)) return
      isTold = preparing !== null
      isFresh = isTold
      tell(preparing)
    } catch (error) {
      // The database's trouble is reported by itself.
      if (!closed && !(error instanceof StoreUnavailable)) log(errorLine(error))
    } finally {
      isLooking = false
    }
  }

  const timer = setInterval(() => void look(), everyMs / 2)
  timer.unref()
  return () => {
    closed = true
    clearInterval(timer)
  }
}

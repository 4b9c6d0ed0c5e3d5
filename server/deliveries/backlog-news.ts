/** Says that many deliveries are kept and not listed yet: more come than the index takes, or a crash left them. */
import { preparingSentence } from '../../core/deliveries/preparing.ts'
import type { DeliveryStore } from '../store/deliveries.ts'

/** Fewer are listed before anybody has read that they are not. */
const many = 1000

/**
 * @param changed called when the status has changed: now and then while there are many, and once when there are no more
 * @param everyMs how often at most, and how long there must be many until a line says so, milliseconds
 * @returns a function that stops the saying
 */
export function openBacklogNews(
  deliveries: Pick<DeliveryStore, 'backlog' | 'onIndexed'>,
  { log, changed }: { log(line: string): void; changed(): void },
  everyMs = 1000,
): () => void {
  /** Since when there are many. */
  let since: number | null = null
  let isSaid = false
  let toldAt = Number.NEGATIVE_INFINITY
  return deliveries.onIndexed(() => {
    const now = performance.now()
    const waiting = deliveries.backlog()
    const before = since
    since = waiting >= many || (isSaid && waiting > 0) ? (since ?? now) : null
    if (since === null) {
      if (before === null) return
      if (isSaid) log('All deliveries are listed now.')
      isSaid = false
      changed()
    } else if (now - toldAt >= everyMs) {
      toldAt = now
      if (!isSaid && now - since >= everyMs) {
        isSaid = true
        log(preparingSentence(waiting))
      }
      changed()
    }
  })
}

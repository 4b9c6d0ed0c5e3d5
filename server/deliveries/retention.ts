/** What a listener drops by itself: by age once a person agrees where the clock may be wrong, and as the log grows. */
import type { Settings } from '../config/settings.ts'
import type { Openings } from '../lib/openings.ts'
import type { Store } from '../store/store.ts'
import { keepWithin } from './limit-news.ts'
import { openPurging } from './purging.ts'

export interface KeepingOptions {
  readonly store: Store
  readonly retention: Settings['retention']
  /** Nothing is dropped by itself before this has resolved. */
  readonly ready: Promise<void>
  log(line: string): void
  /** The status is another. */
  changed(): void
}

export async function openRetention({ store, retention, ready, log, changed }: KeepingOptions, opened: Openings) {
  const purging = await openPurging(store, retention, log, ready)
  let stopNews: (() => void) | null = () => {}
  void ready.then(() => {
    if (stopNews !== null) stopNews = keepWithin(store.retention, retention, { log, changed })
  })
  opened.add('retention', () => {
    purging.close()
    stopNews?.()
    stopNews = null
  })
  return purging
}

/** Deliveries that are kept and not listed: another program's lock holds the index up. */
import Database from 'better-sqlite3'
import type { NewDelivery } from '../../core/deliveries/delivery.ts'
import type { Store } from '../../server/store/store.ts'

export interface Held {
  readonly ids: readonly number[]
  /** Lets the index go on. */
  release(): void
}

/** @param arrivals so few that they are kept at once; resolves when listing them is late */
export async function keepLate(store: Store, arrivals: readonly NewDelivery[]): Promise<Held> {
  const other = new Database(store.path)
  const ids = await Promise.all(arrivals.map(store.deliveries.append))
  // Before the index has its first turn.
  other.exec('BEGIN IMMEDIATE')
  while ((await store.deliveries.preparing()) === null) await new Promise(done => setTimeout(done, 10))
  return {
    ids,
    release() {
      other.exec('ROLLBACK')
      other.close()
    },
  }
}

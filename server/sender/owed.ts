/** Counts the sends that each delivery still has before it, and tells of those that have none left. */
import { createListeners } from '../lib/listeners.ts'

export interface Owed {
  /** @param sends how many more there will be; with 0 and none before, it is told of at once */
  add(delivery: number, sends: number): void
  /** One of them has ended, or will never be. */
  done(delivery: number): void
  /** Called once for each delivery of which nothing more is sent. @returns a function that stops the calls */
  onSettled(listener: (delivery: number) => void): () => void
}

export function openOwed(): Owed {
  const owed = new Map<number, number>()
  const settled = createListeners<number>()

  function change(delivery: number, by: number) {
    const left = (owed.get(delivery) ?? 0) + by
    if (left > 0) owed.set(delivery, left)
    else {
      owed.delete(delivery)
      settled.call(delivery)
    }
  }

  return { add: change, done: delivery => change(delivery, -1), onSettled: settled.add }
}

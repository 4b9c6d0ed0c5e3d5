/** Each event once, and no older one over a newer one: the gateway repeats events, and they arrive in any order. */
import type { WebhookEvent } from './events.ts'

/** Where a shop remembers event ids: a table of its own database with the id as primary key. */
export interface EventLog {
  /**
   * Adds the id in one step (INSERT … ON CONFLICT DO NOTHING), in the transaction that acts on the event: when that is
   * rolled back, the id must be gone, too, so that the gateway's next attempt acts.
   * @returns whether it was added
   */
  add(id: string): boolean | Promise<boolean>
}

/** @returns `new` for the first delivery of an event; a repeated one needs an answer of 200 and nothing else */
export async function deduplicate(event: Pick<WebhookEvent, 'id'>, log: EventLog): Promise<'new' | 'repeated'> {
  return (await log.add(event.id)) ? 'new' : 'repeated'
}

/**
 * Whether something newer is known about the same object: a late `ach.settled` must not undo an `ach.returned`.
 * @param last `triggered` of the newest event that was acted on for this object; null when there is none
 */
export function isOutdated(event: Pick<WebhookEvent, 'triggered'>, last: string | null): boolean {
  // The same second decides nothing: the gateway's times have no finer one.
  return last !== null && event.triggered < last
}

/** What is remarkable about a delivery because of its hook. */
import { isImportedHook } from '../../../core/capture/capture.ts'
import type { Note } from '../../../core/deliveries/delivery.ts'
import type { EventType } from '../../../core/events/catalogue.ts'
import { unroutedHook } from '../../../core/hooks/hook.ts'
import type { ArrivalRow } from '../rows.ts'

/** Whether a hook wants events of a type, as it is configured now. An unknown type is none to subscribe to. */
function isSubscribed(events: string | null, type: EventType): boolean {
  if (events === null) return true
  const subscribed: EventType[] = JSON.parse(events)
  return subscribed.includes(type)
}

/** What its hook alone decides. @param events of the hook, JSON; null for all */
export function hookNotes(
  { hook, rehearsed }: Pick<ArrivalRow, 'hook' | 'rehearsed'>,
  type: EventType | null,
  events: string | null,
): Note[] {
  const found: Note[] = []
  if (hook === unroutedHook) found.push('unrouted')
  if (isImportedHook(hook)) found.push('imported')
  if (type !== null && !isSubscribed(events, type)) found.push('event-not-subscribed')
  if (rehearsed === 1) found.push('answer-rehearsed')
  return found
}

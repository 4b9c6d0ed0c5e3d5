/** Believable events, different for each seed and the same for the same seed. Values are made up; shapes are the gateway's. */
import { findEvent } from '../catalogue.ts'
import { learnFields, type SampleField } from './samples/fields.ts'
import type { Tender } from './samples/moment.ts'
import { tellEvent } from './samples/story.ts'

export type { SampleField } from './samples/fields.ts'

function known(type: string) {
  const entry = findEvent(type)
  if (!entry) throw new RangeError(`The catalogue has no event type ${type}`)
  return entry
}

/**
 * An event as the gateway would send it: the envelope, ready for JSON.stringify.
 * @param type an event type in either spelling; `event_type` says it as it is given
 * @param seed any 32-bit number; also decides `event_id`, and which of the optional fields there are
 * @param when what `event_triggered` says, in local time without a zone
 * @param tender how a sale is paid; a `transaction.*` event alone is of a sale by card unless this says otherwise
 * @throws RangeError for a type that the catalogue does not have
 */
export function sampleEvent(
  type: string,
  seed: number,
  when: Date = new Date(),
  tender: Tender = 'card',
): Record<string, unknown> {
  return tellEvent(known(type).type, type, seed, { at: when, history: [], tender })
}

/**
 * Every field that a sample of the type can have, whatever its seed: for completion and for forms.
 * @param type in either spelling
 * @throws RangeError for a type that the catalogue does not have
 */
export function sampleFields(type: string): readonly SampleField[] {
  const entry = known(type)
  return learnFields(entry.type, entry.family)
}

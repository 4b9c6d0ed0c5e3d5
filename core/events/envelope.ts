/** The gateway's envelope, read out of parsed JSON without trusting any of it. */

/** The fields every event has. Times and types stay the text that came. */
export interface Envelope {
  readonly eventType: string | null
  readonly eventId: string | null
  readonly eventTriggered: string | null
  /** The merchant's key. */
  readonly merchant: string | null
  readonly object: JsonObject | null
  readonly changes: { readonly old: JsonObject; readonly new: JsonObject } | null
  /** Whether all of it is there: type "event", the three texts, an object with type and key. */
  readonly complete: boolean
}

export type JsonObject = { readonly [key: string]: unknown }

/** The value as an object, or null for everything else (null, arrays, scalars). */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}

/** A field's text; null when it is absent, empty or not a string. */
export function textAt(object: JsonObject | null, field: string): string | null {
  const value = object && Object.hasOwn(object, field) ? object[field] : undefined
  return typeof value === 'string' && value !== '' ? value : null
}

/** A field's object; null when it is absent or something else. */
export function objectAt(object: JsonObject | null, field: string): JsonObject | null {
  return object && Object.hasOwn(object, field) ? asObject(object[field]) : null
}

/**
 * @param json what JSON.parse gave
 * @returns null when it is not a JSON object at all
 */
export function readEnvelope(json: unknown): Envelope | null {
  const root = asObject(json)
  if (!root) return null
  const eventBody = objectAt(root, 'event_body')
  const object = objectAt(eventBody, 'object')
  const changes = objectAt(eventBody, 'changes')
  const eventType = textAt(root, 'event_type')
  const eventId = textAt(root, 'event_id')
  const eventTriggered = textAt(root, 'event_triggered')
  return {
    eventType,
    eventId,
    eventTriggered,
    merchant: textAt(objectAt(eventBody, 'merchant'), 'merch_key'),
    object,
    changes: changes && { old: objectAt(changes, 'old') ?? {}, new: objectAt(changes, 'new') ?? {} },
    complete:
      root['type'] === 'event' &&
      eventType !== null &&
      eventId !== null &&
      eventTriggered !== null &&
      textAt(object, 'type') !== null &&
      textAt(object, 'key') !== null,
  }
}

/** Events as merchants read them. */

export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object that an event is about; empty when it has none. */
export function objectOf(event: Json): Json {
  const body = event['event_body']
  const object = isObject(body) ? body['object'] : undefined
  return isObject(object) ? object : {}
}

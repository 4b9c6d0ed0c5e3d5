/** What programs sign or send in place of a body that they did not read as bytes: placeholders, JSON within JSON, a Buffer as JSON. */
import { isUtf8 } from 'node:buffer'
import type { BodyForm } from './body-form.ts'

/** What is left where nothing was parsed, or where an object was put into a text. */
const placeholders = [
  { cause: 'body-empty-object', text: '{}' },
  { cause: 'body-undefined', text: 'undefined' },
  { cause: 'body-null', text: 'null' },
  { cause: 'body-object-object', text: '[object Object]' },
] as const

/** A body so long in numbers is several times as long; nobody's event is. */
const largestBuffer = 256 * 1024

/** In place of a body that was there. */
export function* placeholderForms(body: Uint8Array): Generator<BodyForm> {
  if (body.length === 0) return
  for (const { cause, text } of placeholders) yield { causes: [cause], bytes: Buffer.from(text) }
}

/** The body wrapped once more than it came. */
export function* wrappedForms(body: Uint8Array): Generator<BodyForm> {
  if (body.length === 0 || body.length > largestBuffer) return
  const bytes = Buffer.from(body)
  if (isUtf8(bytes)) yield { causes: ['body-double-encoded'], bytes: Buffer.from(JSON.stringify(bytes.toString())) }
  yield { causes: ['body-buffer-as-json'], bytes: Buffer.from(JSON.stringify(bytes)) }
}

/** What is inside a body that came wrapped; null when it did not. */
export function unwrapped(body: Uint8Array): BodyForm | null {
  // A quotation mark or a brace.
  if (body.length > 4 * largestBuffer || (body[0] !== 0x22 && body[0] !== 0x7b)) return null
  const read = parsed(body)
  if (typeof read === 'string') return { causes: ['body-encoded-again'], bytes: Buffer.from(read) }
  const data = bufferData(read)
  return data === null ? null : { causes: ['body-sent-as-buffer'], bytes: data }
}

function parsed(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString()
  if (!text.startsWith('"') && !/^\{\s*"type"\s*:\s*"Buffer"/.test(text)) return null
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function bufferData(read: unknown): Buffer | null {
  if (typeof read !== 'object' || read === null || !('data' in read) || !Array.isArray(read.data)) return null
  const { data } = read
  return data.every(byte => Number.isInteger(byte) && byte >= 0 && byte <= 255) ? Buffer.from(data) : null
}

/** A body as bytes: what was hashed is what came, never decoded text. */

/** @throws TypeError that names what it got instead, most often what a parser made */
export function bytesOf(body: unknown): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body)
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body
    if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength)
    return Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength))
  }
  // Also one of another realm, as test runners have them.
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body as ArrayBuffer)
  throw new TypeError(
    `The body is ${nameOf(body)}, not the raw bytes. Verify the raw bytes before anything parses them.`,
  )
}

function nameOf(body: unknown): string {
  if (body === null || body === undefined) return String(body)
  if (typeof body !== 'object') return `a ${typeof body}`
  const made = body.constructor?.name
  return made === undefined || made === 'Object' ? 'an object that a parser made' : `of type ${made}`
}

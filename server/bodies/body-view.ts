import type { BodyView } from '../../core/api/views.ts'

/** Bytes for a JSON answer. */
export function bodyView(body: Uint8Array): BodyView {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  let text: string | null = null
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not UTF-8: shown from base64 as hex.
  }
  return { base64: bytes.toString('base64'), text, bytes: bytes.length }
}

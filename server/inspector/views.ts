/** Deliveries and attempts as the API shows them: bytes as base64 and text, secrets masked. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import type { Attempt } from '../../core/attempt.ts'
import type { Delivery } from '../../core/delivery.ts'
import { type HeaderList, headerValues } from '../../core/headers.ts'
import type { AttemptView, BodyView } from './types.ts'

const decodedCap = 16 * 1024 * 1024

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

/** The body without its Content-Encoding; null when it has none, or is not what the header names, or grows beyond a cap. */
export function decodedBody(headers: HeaderList, body: Uint8Array): Uint8Array | null {
  const codings = headerValues(headers, 'content-encoding')
    .flatMap(value => value.toLowerCase().split(','))
    .map(coding => coding.trim())
    .filter(coding => coding !== '' && coding !== 'identity')
  if (codings.length === 0 || codings.length > 3) return null
  try {
    return codings.reduceRight<Uint8Array>(undo, body)
  } catch {
    return null
  }
}

function undo(body: Uint8Array, coding: string): Uint8Array {
  const limit = { maxOutputLength: decodedCap }
  if (coding === 'gzip' || coding === 'x-gzip') return gunzipSync(body, limit)
  if (coding === 'br') return brotliDecompressSync(body, limit)
  if (coding !== 'deflate') throw new Error(`unknown coding ${coding}`)
  // A zlib stream by the standard; some senders leave its wrapper out.
  return (body[0] ?? 0) % 16 === 8 ? inflateSync(body, limit) : inflateRawSync(body, limit)
}

const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie'])

/** Credentials become dots (the scheme stays); with `also`, further headers (lower case) too. */
export function maskHeaders(headers: HeaderList, also: readonly string[] = []): HeaderList {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase()
    if (!secretHeaders.has(lower) && !also.includes(lower)) return [name, value]
    const scheme = /^[A-Za-z]+(?= )/.exec(value)?.[0]
    return [name, lower.endsWith('authorization') && scheme ? `${scheme} ••••` : '••••']
  })
}

/** An attempt with its bytes; credentials are masked unless revealed. */
export function attemptView(attempt: Attempt, reveal: boolean): AttemptView {
  const shown = (headers: HeaderList) => (reveal ? headers : maskHeaders(headers))
  const { request, answer } = attempt
  return {
    ...attempt,
    request: {
      method: request.method,
      url: request.url,
      headers: shown(request.headers),
      body: bodyView(request.body),
    },
    answer: answer && {
      status: answer.status,
      headers: answer.headers,
      body: bodyView(answer.body),
      bodyBytes: answer.bodyBytes,
    },
  }
}

/** The part of a DeliveryView that the delivery alone decides. */
export function deliveryParts(delivery: Delivery, reveal: boolean) {
  const decoded = decodedBody(delivery.headers, delivery.body)
  return {
    ...delivery,
    headers: reveal ? delivery.headers : maskHeaders(delivery.headers),
    body: bodyView(delivery.body),
    decoded: decoded && bodyView(decoded),
  }
}

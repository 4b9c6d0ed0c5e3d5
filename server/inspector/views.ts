/** Deliveries and attempts as the API shows them: bytes as base64 and text, secrets masked. */
import type { Attempt } from '../../core/attempt.ts'
import type { Delivery } from '../../core/delivery.ts'
import type { HeaderList } from '../../core/headers.ts'
import type { ReplayPreview } from '../../core/replay.ts'
import { bodyView } from '../body-view.ts'
import { decodeBody } from '../store/decode.ts'
import type { AttemptView } from './types.ts'

/** The body without its Content-Encoding; null when it has none or cannot be decompressed. */
export function decodedBody(headers: HeaderList, body: Uint8Array): Uint8Array | null {
  const decoded = decodeBody(headers, body)
  return decoded.kind === 'decoded' ? decoded.body : null
}

/** A target's query may carry a key of the merchant's. */
export function withoutQuery(target: string): string {
  return target.replace(/\?.*$/s, '?••••')
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

/** What would go out, without the credentials. Both signatures stay: they are what is compared. */
export function maskedPreview(preview: ReplayPreview): ReplayPreview {
  return { ...preview, request: { ...preview.request, headers: maskHeaders(preview.request.headers) } }
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

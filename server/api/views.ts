/** Deliveries and attempts as the API shows them: bytes as base64 and text, secrets masked. */
import type { Attempt } from '../../core/deliveries/attempt.ts'
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { ReplayPreview } from '../../core/deliveries/replay.ts'
import { maskHeaders } from '../../core/http/credential-headers.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { bodyView } from '../bodies/body-view.ts'
import { encodingsOf } from '../bodies/decode.ts'
import type { BodyReader } from '../bodies/reader.ts'
import type { AttemptView } from './types.ts'

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

/** The body without its Content-Encoding; null when it has none or cannot be decompressed. */
export async function decodedOf(bodies: BodyReader, { headers, body }: Delivery): Promise<Uint8Array | null> {
  if (encodingsOf(headers).length === 0) return null
  const decoded = await bodies.read('decode', { headers, body })
  return decoded?.kind === 'decoded' ? decoded.body : null
}

/** The part of a DeliveryView that the delivery alone decides. @param decoded see `decodedOf` */
export function deliveryParts(delivery: Delivery, decoded: Uint8Array | null, reveal: boolean) {
  return {
    ...delivery,
    headers: reveal ? delivery.headers : maskHeaders(delivery.headers),
    body: bodyView(delivery.body),
    decoded: decoded && bodyView(decoded),
  }
}

import type { SentRequest } from '../../../core/deliveries/attempt.ts'
import type { HeaderList } from '../../../core/http/headers.ts'

/** A request as `outgoing` would build it: with its own Host, Content-Length and Connection. */
export function requestTo(url: string, changes: Partial<SentRequest> = {}): SentRequest {
  const body = changes.body ?? Buffer.from('{"type":"event"}')
  const headers: HeaderList = [
    ['Host', new URL(url).host],
    ['Content-Length', String(body.length)],
    ['Connection', 'keep-alive'],
  ]
  return { method: 'POST', url, headers, body, ...changes }
}

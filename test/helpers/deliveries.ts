/** Arrivals for tests of the store: believable by default, anything on request. */
import type { NewDelivery } from '../../core/deliveries/delivery.ts'

export interface ArrivalParts extends Partial<Omit<NewDelivery, 'body' | 'bytes'>> {
  /** Bytes, text, or an object that is sent as JSON. */
  readonly body?: Uint8Array | string | object
  readonly bytes?: number
}

/** A sale as the gateway tells of it; fields can be replaced. */
export function saleEvent(
  fields: { id?: string; type?: string; key?: string; amount?: string; triggered?: string; invoice?: string } = {},
): object {
  return {
    type: 'event',
    event_triggered: fields.triggered ?? '2026-11-20 10:00:00',
    event_type: fields.type ?? 'transaction.sale.success',
    event_body: {
      merchant: { merch_key: 'm1' },
      object: {
        type: 'transaction',
        key: fields.key ?? 'dnfwxwhz5kvnbgb',
        refnum: 100061,
        auth_amount: fields.amount ?? '12.50',
        authcode: '314407',
        result_code: 'A',
        result: 'Approved',
        ...(fields.invoice === undefined ? {} : { invoice: fields.invoice }),
      },
    },
    event_id: fields.id ?? 'a'.repeat(64),
  }
}

function bytesOf(body: ArrivalParts['body']): Uint8Array {
  if (body instanceof Uint8Array) return body
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body ?? saleEvent()))
}

/** What goes out for a delivery that is sent as it came. */
export const asItCame = ({ method, headers, body }: Pick<NewDelivery, 'method' | 'headers' | 'body'>, url: string) => ({
  method,
  url,
  headers,
  body,
})

export function arrival({ body, bytes, ...parts }: ArrivalParts = {}): NewDelivery {
  const raw = bytesOf(body)
  return {
    hook: 'main',
    receivedAt: Date.UTC(2026, 10, 23, 12, 0, 0, 250),
    readMs: 1.5,
    method: 'POST',
    path: '/in/secret?x=1',
    httpVersion: '1.1',
    headers: [
      ['Host', 'hooks.example'],
      ['content-type', 'application/json'],
      ['X-Twice', 'one'],
      ['x-twice', 'two'],
    ],
    body: raw,
    bytes: bytes ?? raw.length,
    remoteAddress: '127.0.0.1',
    verdict: { kind: 'unchecked' },
    status: 200,
    ...parts,
  }
}

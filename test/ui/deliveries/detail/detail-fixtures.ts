/** Deliveries as the API answers them, made by the server's own functions; and an API that answers from a table. */
import type { Delivery, DeliverySummary, Verdict } from '../../../../core/deliveries/delivery.ts'
import { describe as describeDelivery } from '../../../../core/deliveries/describe.ts'
import type { NotForwarded } from '../../../../core/deliveries/not-forwarded.ts'
import type { Hook } from '../../../../core/hooks/hook.ts'
import type { HeaderList } from '../../../../core/http/headers.ts'
import type { AttemptView, DeliveryView } from '../../../../server/api/types.ts'
import { deliveryParts } from '../../../../server/api/views.ts'
import { decodeBody } from '../../../../server/bodies/decode.ts'
import { authenticationReport, signatureReport } from '../../../../server/verify/signature.ts'
import { deliverySummary } from '../../../helpers/summaries.ts'

export const hook: Hook = {
  id: 'main',
  label: 'Shop',
  path: '/in',
  authentication: { kind: 'basic', username: 'gateway', password: 's3cret' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key: 'a-signature-key-1234' }] },
}

export interface ViewParts {
  readonly id?: number
  readonly body: Uint8Array | string
  readonly headers?: HeaderList
  readonly verdict?: Verdict
  readonly attempts?: readonly AttemptView[]
  readonly fields?: Partial<DeliverySummary>
  readonly reveal?: boolean
  readonly notForwarded?: NotForwarded | null
  readonly waitsFor?: readonly string[]
}

/** GET /api/deliveries/:id for these bytes. */
export function viewOf({
  id = 1,
  body,
  headers,
  verdict,
  attempts = [],
  fields,
  reveal = false,
  notForwarded = null,
  waitsFor = [],
}: ViewParts): DeliveryView {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const came: HeaderList = headers ?? [['Content-Type', 'application/json']]
  const decoded = decodeBody(came, bytes)
  const told = describeDelivery({ method: 'POST', headers: came, body: bytes, bodyKept: true })
  const concluded: Verdict = verdict ?? { kind: 'verified', key: 'signature-key', basic: true }
  const delivery: Delivery = {
    ...deliverySummary({
      id,
      bytes: bytes.length,
      verdict: concluded.kind,
      reasons: concluded.kind === 'rejected' ? concluded.reasons : [],
      notes: told.notes,
      eventId: told.eventId,
      eventType: told.eventType,
      eventTriggered: told.eventTriggered,
      family: told.family,
      summary: told.summary,
      objectKey: told.objectKey,
      ...fields,
    }),
    verdictDetail: concluded,
    readMs: 1,
    path: '/in',
    httpVersion: '1.1',
    headers: came,
    body: bytes,
    remoteAddress: '127.0.0.1',
  }
  return {
    ...deliveryParts(delivery, decoded.kind === 'decoded' ? decoded.body : null, reveal),
    signature: signatureReport(hook, came, bytes),
    authentication: authenticationReport(hook, came),
    diagnosis: null,
    didYouMean: null,
    verdictHistory: [],
    attempts,
    notForwarded,
    waitsFor,
  }
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly json: unknown
}

/**
 * Stands in for the network alone: answers by method and path, and keeps what was asked.
 * @param answers `GET /api/deliveries/1` → what to answer, or a function of the call; anything else is answered 404
 */
export function fakeApi(answers: Record<string, unknown>): { asked: Asked[]; fetch: typeof fetch } {
  const asked: Asked[] = []
  return {
    asked,
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : String(input), 'http://inspector')
      const method = init?.method ?? 'GET'
      const call = { method, path: url.pathname + url.search, json: init?.body ? JSON.parse(String(init.body)) : null }
      asked.push(call)
      const answer = answers[`${method} ${url.pathname}`]
      if (answer === undefined) {
        return Response.json(
          { error: { code: 'unknown', message: 'There is none.', hint: 'Look again.' } },
          { status: 404 },
        )
      }
      return Response.json(typeof answer === 'function' ? answer(call) : answer)
    },
  }
}

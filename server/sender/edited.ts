/** A delivery as a replay asks for it: changed by hand, signed anew, or as it came. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import type { ReplayChanges, ReplayRequest } from '../../core/deliveries/replay.ts'
import type { Hook } from '../../core/hooks/hook.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { UserError } from '../lib/errors.ts'
import { sign } from '../verify/signature.ts'
import type { Outgoing } from './outgoing.ts'

/**
 * Applies the changes, then signs if asked to. Nothing but what was asked for changes: Authorization and, unless
 * re-signed, X-Signature go out as they came.
 * @param hook where the delivery arrived; undefined when it is gone
 * @throws UserError when the body was never kept, or when there is no key to sign with
 */
export function edited(delivery: Delivery, hook: Hook | undefined, { changes, resign }: ReplayRequest): Outgoing {
  if (delivery.body.length !== delivery.bytes && !changes?.body)
    throw new UserError(
      `The body of delivery ${delivery.id} was not kept, because it arrived incomplete.`,
      'Replay it with changes and give a body, or wait for the gateway to send it again.',
    )
  const body = changes?.body ? bytesOf(changes.body) : delivery.body
  const method = changes?.method ?? delivery.method
  const headers = changes?.headers ?? keptHeaders(delivery.headers, changes)
  const { path } = delivery
  if (!resign) return { method, path, headers, body }
  const signature = signatureFor(hook, body)
  if (signature === null) throw noKeyFor(delivery.id)
  return { method, path, headers: withSignature(headers, signature), body }
}

export const noKeyFor = (delivery: number): UserError =>
  new UserError(
    `There is no key to sign delivery ${delivery} with.`,
    'Give hookscope one in the inspector, with --signature-key or as HOOKSCOPE_SIGNATURE_KEY; or replay without re-signing.',
  )

/** X-Signature of a body under the hook's first key; null when it has none. */
export function signatureFor(hook: Hook | undefined, body: Uint8Array): string | null {
  return hook?.signing.kind === 'hmac' ? sign(hook.signing.keys[0].key, body) : null
}

function bytesOf(body: NonNullable<ReplayChanges['body']>): Uint8Array {
  return new Uint8Array('text' in body ? Buffer.from(body.text, 'utf8') : Buffer.from(body.base64, 'base64'))
}

/** Text typed in place of a compressed body is not compressed. */
function keptHeaders(headers: HeaderList, changes: ReplayChanges | undefined): HeaderList {
  if (!changes?.body || !('text' in changes.body)) return headers
  return headers.filter(([name]) => name.toLowerCase() !== 'content-encoding')
}

/** One signature where the first one stood, its spelling kept; at the end when there was none. */
function withSignature(headers: HeaderList, signature: string): HeaderList {
  const wanted = signatureHeader.toLowerCase()
  const at = headers.findIndex(([name]) => name.toLowerCase() === wanted)
  if (at < 0) return [...headers, [signatureHeader, signature]]
  return headers.flatMap(([name, value], index): HeaderList => {
    if (name.toLowerCase() !== wanted) return [[name, value]]
    return index === at ? [[name, signature]] : []
  })
}

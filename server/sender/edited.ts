/** A delivery as a replay asks for it: changed by hand, signed anew, or as it came. */
import type { Delivery } from '../../core/deliveries/delivery.ts'
import { bodyNotKept, type ReplayChanges, type ReplayRequest } from '../../core/deliveries/replay.ts'
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
  if (delivery.body.length !== delivery.bytes && !changes?.body) throw noBodyOf(delivery)
  const body = changes?.body ? bytesOf(changes.body) : delivery.body
  const method = changes?.method ?? delivery.method
  const headers = changes?.headers ?? keptHeaders(delivery.headers, changes)
  const { path } = delivery
  if (!resign) return { method, path, headers, body }
  const signature = signatureFor(hook, body)
  if (signature === null) throw noKeyFor(delivery, hook)
  return { method, path, headers: withSignature(headers, signature), body }
}

const noBodyOf = ({ id, reasons }: Delivery): UserError => {
  const why = reasons.includes('body-too-large') ? 'it was larger than the limit' : 'it arrived incomplete'
  return new UserError(
    `The body of delivery ${id} was not kept, because ${why}.`,
    'Replay it with changes and give a body, or wait for the gateway to send it again.',
    { code: bodyNotKept },
  )
}

/** @param hook where it arrived; undefined when that is none of this hookscope: no key can be given to it then */
export const noKeyFor = (delivery: Pick<Delivery, 'id' | 'hook'>, hook: Hook | undefined): UserError =>
  new UserError(
    `There is no key to sign delivery ${delivery.id} with.`,
    hook === undefined
      ? `It came to “${delivery.hook}”, which is no hook of this hookscope. Replay it without re-signing, or save its body with hookscope show ${delivery.id} --body and send that with hookscope trigger --body FILE, which signs it.`
      : 'Give hookscope one in the inspector, with --signature-key or as HOOKSCOPE_SIGNATURE_KEY; or replay without re-signing.',
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

/** Whether a delivery comes from the gateway: X-Signature and Basic authentication. Knows no HTTP library. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Rejection, Verdict } from '../../core/deliveries/delivery.ts'
import type { AuthenticationReport, SignatureReport } from '../../core/deliveries/verification.ts'
import { type Hook, type KeyKind, maskKey, type SigningKey } from '../../core/hooks/hook.ts'
import { decodeBasic, signatureHeader, wellFormedSignature } from '../../core/hooks/origin.ts'
import { type HeaderList, headerValues } from '../../core/http/headers.ts'

/**
 * The X-Signature of a body.
 * @param key the source key or the signature key, as the plain string the console shows
 * @param body the raw bytes, exactly as sent
 * @returns HMAC-SHA256 in lower-case hexadecimal, 64 characters
 */
export function sign(key: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('hex')
}

/**
 * What can be said about a delivery's origin. Both checks always run, so that every reason is named at once, and
 * secrets are compared in constant time.
 * @param headers the header list as it came; names in any case
 * @param body the raw bytes as they came, before any decompression
 * @returns `unchecked` for a hook that has neither a key nor credentials
 */
export function verify(hook: Hook, headers: HeaderList, body: Uint8Array): Verdict {
  const signature = checkSignature(hook, headers, body)
  const credentials = checkCredentials(hook, headers)
  const [first, ...others] = [signature.problem, credentials].filter(problem => problem !== null)
  if (first !== undefined) return { kind: 'rejected', reasons: [first, ...others] }
  const basic = hook.authentication.kind === 'basic'
  return signature.key === null && !basic ? { kind: 'unchecked' } : { kind: 'verified', key: signature.key, basic }
}

/** How the signature check went with each key of the hook, to be shown beside the delivery. */
export function signatureReport(hook: Hook, headers: HeaderList, body: Uint8Array): SignatureReport {
  const received = headerValues(headers, signatureHeader)
  const keys = keysOf(hook).map(({ kind, key }) => {
    const expected = sign(key, body)
    return {
      kind,
      masked: maskKey(key),
      expected,
      matches: received.length === 1 && sameSecret(received[0] ?? '', expected),
    }
  })
  return { received, signedBytes: body.byteLength, keys }
}

/** What came as credentials and whose were expected; the password is in neither. */
export function authenticationReport(hook: Hook, headers: HeaderList): AuthenticationReport {
  const received = headerValues(headers, 'Authorization')
  const [first] = received
  return {
    expectedUsername: hook.authentication.kind === 'basic' ? hook.authentication.username : null,
    received: {
      count: received.length,
      scheme: first === undefined ? null : (/^\S+/.exec(first)?.[0] ?? ''),
      username: first === undefined ? null : (decodeBasic(first)?.username ?? null),
    },
    matches: hook.authentication.kind === 'none' ? null : checkCredentials(hook, headers) === null,
  }
}

function checkSignature(
  hook: Hook,
  headers: HeaderList,
  body: Uint8Array,
): { key: KeyKind | null; problem: Rejection | null } {
  if (hook.signing.kind === 'none') return { key: null, problem: null }
  const received = headerValues(headers, signatureHeader)
  const [first] = received
  if (first === undefined) return { key: null, problem: 'signature-missing' }
  if (received.length > 1 || !wellFormedSignature.test(first)) return { key: null, problem: 'signature-malformed' }
  const bytes = Buffer.from(first)
  const fitting = hook.signing.keys.filter(({ key }) => timingSafeEqual(bytes, Buffer.from(sign(key, body))))
  return fitting[0] ? { key: fitting[0].kind, problem: null } : { key: null, problem: 'signature-wrong' }
}

function checkCredentials(hook: Hook, headers: HeaderList): Rejection | null {
  if (hook.authentication.kind === 'none') return null
  const received = headerValues(headers, 'Authorization')
  const [first] = received
  if (first === undefined) return 'credentials-missing'
  const credentials = decodeBasic(first)
  if (received.length > 1 || credentials === null) return 'credentials-malformed'
  const { username, password } = hook.authentication
  return sameSecret(credentials.userPass, Buffer.from(`${username}:${password}`)) ? null : 'credentials-wrong'
}

function keysOf(hook: Hook): readonly SigningKey[] {
  return hook.signing.kind === 'hmac' ? hook.signing.keys : []
}

const comparisonKey = randomBytes(32)

/** Compares in a time that tells neither content nor length: both sides are hashed under a key of this process first. */
function sameSecret(received: string | Uint8Array, expected: string | Uint8Array): boolean {
  const digest = (secret: string | Uint8Array) => createHmac('sha256', comparisonKey).update(secret).digest()
  return timingSafeEqual(digest(received), digest(expected))
}

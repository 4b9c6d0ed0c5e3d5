/** Requests as the gateway makes them: headers, signature and credentials for a body. */
import type { SentRequest } from '../../core/deliveries/attempt.ts'
import type { Authentication, Hook } from '../../core/hooks/hook.ts'
import { signatureHeader } from '../../core/hooks/origin.ts'
import { sourceHeader } from '../../core/http/marks.ts'
import { sign } from '../verify/signature.ts'

/** What a request is signed and authenticated with. */
export interface GatewaySecrets {
  readonly authentication: Authentication
  /** As the plain string the console shows; null: no X-Signature. */
  readonly key: string | null
}

/** Those of a hook: its first key signs. */
export function gatewaySecretsOf({ authentication, signing }: Hook): GatewaySecrets {
  return { authentication, key: signing.kind === 'hmac' ? signing.keys[0].key : null }
}

/** What was given, and a hook's own where nothing was. */
export function completedBy({ authentication, key }: GatewaySecrets, hook: Hook): GatewaySecrets {
  const own = gatewaySecretsOf(hook)
  return { authentication: authentication.kind === 'none' ? own.authentication : authentication, key: key ?? own.key }
}

/** The value of an Authorization header (RFC 7617, UTF-8). */
export function basicCredentials(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/**
 * The POST that carries an event.
 * @param url http or https, absolute
 * @param body raw bytes; these are what is signed
 * @param source what marks it as hookscope's own
 */
export function gatewayRequest(
  url: string,
  body: Uint8Array,
  { authentication, key }: GatewaySecrets,
  source: 'simulate' | 'test' | 'check',
): SentRequest {
  const headers: [string, string][] = [
    ['Host', new URL(url).host],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(body.length)],
    [sourceHeader, source],
  ]
  if (key !== null) headers.push([signatureHeader, sign(key, body)])
  if (authentication.kind === 'basic')
    headers.push(['Authorization', basicCredentials(authentication.username, authentication.password)])
  return { method: 'POST', url, headers, body }
}

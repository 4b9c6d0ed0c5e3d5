/**
 * Verifies the gateway's webhooks inside a shop, in any runtime with Web Crypto:
 *
 *     import { verifyRequest } from 'hookscope/verify'
 *     const result = await verifyRequest(request, { keys: process.env.SIGNATURE_KEY })
 *     if (!result.ok) return new Response(null, { status: 401 })
 */
import type { Rejection } from '../deliveries/delivery.ts'
import { rejections } from '../deliveries/delivery.ts'
import type { UserPassword } from '../hooks/origin.ts'
import { bytesOf } from './body.ts'
import { type EventProblem, readEvent, type WebhookEvent } from './events.ts'
import { type HeadersLike, headerListOf } from './header-list.ts'
import { credentialsOf, keysOf } from './options.ts'
import { type NodeRequest, readNodeRequest, readRequest } from './requests.ts'
import { checkCredentials, checkSignature } from './signature.ts'

export { deduplicate, type EventLog, isOutdated } from './deduplicate.ts'
export type * from './events.ts'
export { readEvent } from './events.ts'
export type { HeadersLike } from './header-list.ts'
export type { NodeRequest } from './requests.ts'

/** What deliveries are verified with: a key, credentials, or both. */
export interface VerifyOptions {
  /** The Signature Key or the Source Key, as the console shows it; several while one replaces another. */
  readonly keys?: string | readonly string[] | undefined
  /** The user name and password of the console's Authentication: Basic. */
  readonly basicAuth?: UserPassword | undefined
}

/** For adapters, which read the body themselves. */
export interface RequestOptions extends VerifyOptions {
  /** The largest body that is read, in bytes; default: 1 MiB. The gateway's are a few kilobytes. */
  readonly maxBytes?: number
}

/** A delivery as it arrived. */
export interface Delivery {
  /** The raw bytes, before anything parses them. */
  readonly body: string | Uint8Array | ArrayBuffer
  readonly headers: HeadersLike
}

/** It comes from the gateway. */
export interface Verified {
  readonly ok: true
  /** The index of the key that fits; null where only credentials are checked. */
  readonly key: number | null
  readonly body: Uint8Array
  /** null when the signed bytes are no event; `problem` says why. */
  readonly event: WebhookEvent | null
  readonly problem: EventProblem | null
}

/** It does not, or not provably: answer 401 and do nothing else. */
export interface Rejected {
  readonly ok: false
  /** The codes that hookscope shows; the first is the most telling. */
  readonly reasons: readonly [Rejection, ...Rejection[]]
  /** The first reason in words. Its advice is for the developer, not for the sender. */
  readonly message: string
}

export type VerifyResult = Verified | Rejected

/**
 * Whether a delivery comes from the gateway, and its event.
 * @throws TypeError when it is called wrongly: nothing to verify with, an empty key, or a body that was parsed before
 */
export async function verifyWebhook({ body, headers, ...options }: Delivery & VerifyOptions): Promise<VerifyResult> {
  const { keys, basicAuth } = secretsOf(options)
  const bytes = bytesOf(body)
  const list = headerListOf(headers)
  const [signature, credentials] = await Promise.all([
    keys.length === 0 ? null : checkSignature(keys, list, bytes),
    basicAuth === undefined ? null : checkCredentials(basicAuth, list),
  ])
  const [first, ...others] = [signature, credentials].filter(one => typeof one === 'string')
  if (first !== undefined) return rejected(first, ...others)
  const event = readEvent(bytes)
  const read = typeof event === 'string' ? { event: null, problem: event } : { event, problem: null }
  return { ok: true, key: typeof signature === 'number' ? signature : null, body: bytes, ...read }
}

/**
 * The same for a Web `Request`: Next.js route handlers, Hono (`c.req.raw`), Remix, Deno, Bun, Workers.
 * @throws TypeError when its body was read before
 */
export async function verifyRequest(request: Request, options: RequestOptions): Promise<VerifyResult> {
  secretsOf(options)
  const body = await readRequest(request, options.maxBytes ?? mostBytes)
  return typeof body === 'string' ? rejected(body) : verifyWebhook({ ...options, body, headers: request.headers })
}

/**
 * The same for Node's request, and for what Express, Fastify, Koa, Nest and Next.js's API routes make of it: takes
 * `rawBody` or a `body` of bytes where one is there, else reads the stream.
 * @throws TypeError when a parser took the raw bytes; its message says how to keep them in that framework
 */
export async function verifyNodeRequest(request: NodeRequest, options: RequestOptions): Promise<VerifyResult> {
  secretsOf(options)
  const body = await readNodeRequest(request, options.maxBytes ?? mostBytes)
  const headers = request.rawHeaders ?? request.headers
  return typeof body === 'string' ? rejected(body) : verifyWebhook({ ...options, body, headers })
}

const mostBytes = 1024 * 1024

function secretsOf({ keys = [], basicAuth }: VerifyOptions) {
  const list = keysOf(keys)
  if (basicAuth !== undefined) credentialsOf(basicAuth)
  if (list.length === 0 && basicAuth === undefined) {
    throw new TypeError('Nothing to verify with: give keys, basicAuth or both. Without them everything would pass.')
  }
  return { keys: list, basicAuth }
}

function rejected(...reasons: [Rejection, ...Rejection[]]): Rejected {
  return { ok: false, reasons, message: rejections[reasons[0]].title }
}

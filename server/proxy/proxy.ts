/** A proxy on the way out, and why nothing came through it. */
import type { IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { isLoopbackName } from '../../core/http/loopback.ts'
import { limitText } from '../../core/text/duration.ts'
import { clip, printable } from '../../core/text/text.ts'
import { loopbackLookup } from '../lib/loopback-lookup.ts'

/** A proxy that the environment names. */
export interface HttpProxy {
  /** For people, `proxy.example:3128`: without what it takes to sign in. */
  readonly name: string
  /** Its origin alone. */
  readonly url: URL
  /** The variable that names it. */
  readonly variable: string
  /** What `Proxy-Authorization` says; null where the variable has no user name. Never shown. */
  readonly authorization: string | null
  /**
   * Has it connect to the URL's host.
   * @returns a connection on which nothing was sent yet; rejects with a ProxyFailure
   */
  connect(url: URL, options: ConnectOptions): Promise<Socket>
}

export interface ConnectOptions {
  /** Ends it at once. */
  readonly signal?: AbortSignal
  /** Until the proxy has connected, milliseconds. Default: whoever asks ends it by the signal. */
  readonly timeoutMs?: number
}

/** A proxy as it is told of. */
export type NamedProxy = Omit<HttpProxy, 'connect'>

/** What a request to the proxy itself needs, whatever it asks. */
export function toProxy({ url }: NamedProxy): RequestOptions & { readonly host: string } {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
    // Node would take that of the Host line, which is the target's.
    servername: isIP(host) === 0 ? host : '',
    ...(isLoopbackName(host) && { lookup: loopbackLookup }),
  }
}

/** The event of a socket at which the connection to the proxy itself stands. */
export const standsAt = ({ url }: NamedProxy) => (url.protocol === 'https:' ? 'secureConnect' : 'connect')

/** Codes of sends that ended at the proxy: the target has nothing of them. */
export const proxyCodes = [
  'PROXY_UNUSABLE',
  'PROXY_UNREACHABLE',
  'PROXY_AUTH',
  'PROXY_REFUSED',
  'PROXY_NO_TARGET',
  'PROXY_RESET',
  'PROXY_INVALID',
  'PROXY_TIMEOUT',
] as const
export type ProxyCode = (typeof proxyCodes)[number]

/** Those that may pass by themselves, and before which nothing was sent. */
export const passingProxyCodes: readonly string[] = ['PROXY_UNREACHABLE', 'PROXY_NO_TARGET'] satisfies ProxyCode[]

/** Why a proxy leads nowhere; the message is a sentence for people. */
export class ProxyFailure extends Error {
  readonly code: ProxyCode
  readonly hint: string

  constructor(code: ProxyCode, message: string, hint: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** @param name of the error code, such as ECONNREFUSED */
const codeOf = (error: unknown): string => {
  const cause = error instanceof AggregateError ? error.errors[0] : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN'
}

/** Why the connection to the proxy itself failed, or ended before an answer. @param isConnected whether it stood */
export function proxyProblem(error: unknown, proxy: NamedProxy, isConnected: boolean): ProxyFailure {
  if (error instanceof ProxyFailure) return error
  const { name, variable, url } = proxy
  const code = codeOf(error)
  const elsewhere = `Start it, or correct ${variable}. What this machine reaches without it belongs in NO_PROXY.`
  if (code.startsWith('HPE_') || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return new ProxyFailure(
      'PROXY_INVALID',
      `What answers at ${name} is no ${url.protocol === 'https:' ? 'HTTPS' : 'HTTP'} proxy.`,
      `Correct ${variable}: look at the port, and whether it begins with http:// or https://.`,
    )
  if (isConnected)
    return new ProxyFailure(
      'PROXY_RESET',
      `The proxy ${name} ended the connection without an answer.`,
      `It may not allow the host, or not reach it: look at its log, and at ${variable}.`,
    )
  const message =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? `The name of the proxy ${name} cannot be found (${code}).`
      : /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|SSL|EPROTO/.test(code)
        ? `No secure connection to the proxy ${name} (${code}).`
        : `The proxy ${name} does not accept connections${code === 'UNKNOWN' ? '' : ` (${code})`}.`
  return new ProxyFailure('PROXY_UNREACHABLE', message, elsewhere)
}

/** The proxy itself answered that it does not lead there. @param challenges its `Proxy-Authenticate` lines */
export function proxyRefusal(
  proxy: NamedProxy,
  host: string,
  status: number,
  challenges: readonly string[] = [],
): ProxyFailure {
  const { name, variable } = proxy
  if (status === 407) return signIn(proxy, challenges)
  if (status >= 500)
    return new ProxyFailure(
      'PROXY_NO_TARGET',
      `The proxy ${name} could not reach ${host} (${status}).`,
      'Look whether something runs there. The proxy looks the name up: what only this machine knows belongs in NO_PROXY.',
    )
  return new ProxyFailure(
    'PROXY_REFUSED',
    `The proxy ${name} does not allow a connection to ${host} (${status}).`,
    `Have it allowed there, or add the host to NO_PROXY where this machine reaches it without ${variable}.`,
  )
}

function signIn({ name, variable, authorization }: NamedProxy, challenges: readonly string[]): ProxyFailure {
  const schemes = challenges.flatMap(line => /^\s*([\w-]+)/.exec(line)?.[1] ?? [])
  if (schemes.length > 0 && !schemes.some(scheme => /^basic$/i.test(scheme)))
    return new ProxyFailure(
      'PROXY_AUTH',
      `The proxy ${name} asks for ${clip(printable(schemes.join(' or ')), 40)} to sign in (407).`,
      `hookscope signs in by Basic alone. Name a proxy in ${variable} that does not ask, such as one on this machine that signs in for you.`,
    )
  return new ProxyFailure(
    'PROXY_AUTH',
    authorization === null
      ? `The proxy ${name} asks for a user name and a password (407).`
      : `The proxy ${name} does not take the user name and the password of ${variable} (407).`,
    `Write them into ${variable} as http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded.`,
  )
}

/** Nothing came from it in time. */
export const proxyTimeout = ({ name, variable }: NamedProxy, ms: number): ProxyFailure =>
  new ProxyFailure(
    'PROXY_TIMEOUT',
    `The proxy ${name} did not answer within ${limitText(ms)}.`,
    `Look whether it runs and reaches the host, and at ${variable}.`,
  )

/**
 * What a proxy that relays a plain http request says itself, as far as it can be told from what the target says: that one has
 * to sign in, which no target says, and the errors of Squid.
 */
export function ownAnswer(proxy: NamedProxy, host: string, answer: IncomingMessage): ProxyFailure | null {
  const { statusCode = 0, headersDistinct } = answer
  return statusCode === 407 || (statusCode >= 400 && headersDistinct['x-squid-error'] !== undefined)
    ? proxyRefusal(proxy, host, statusCode, headersDistinct['proxy-authenticate'])
    : null
}

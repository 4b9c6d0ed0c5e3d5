/** From a delivery to what goes out for it: the same bytes and header lines, but for what belongs to one connection. */
import type { AttemptSource, SentRequest } from '../../core/deliveries/attempt.ts'
import { endToEnd, type HeaderList, headerValue } from '../../core/http/headers.ts'
import { deliveryHeader, leftOut, sourceHeader, writtenAnew } from '../../core/http/marks.ts'
import { UserError } from '../lib/errors.ts'
import type { SendingRules } from './target.ts'

/** What of a delivery goes out. NewDelivery and Delivery are both of this shape. */
export interface Outgoing {
  readonly method: string
  /** The request target as it came: its query goes out, too. */
  readonly path: string
  readonly headers: HeaderList
  readonly body: Uint8Array
}

/** Methods that have no body unless their header says so. */
const bodiless = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** What can stand in a header line: each character is one byte on the wire. */
const headerText = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Whether hookscope itself sent this: a forward or a replay that came back. Such a delivery is never forwarded again.
 * Events of the simulator, of tests and of checks are meant for the hook, and go on.
 */
export function isLoop(headers: HeaderList): boolean {
  const source = headerValue(headers, sourceHeader)
  return source !== undefined && source !== 'simulate' && source !== 'test' && source !== 'check'
}

/**
 * Where a delivery goes at a target: the target's own query first, then the one that came, character by character.
 * @param path the request target as it came
 */
export function targetFor(target: URL, path: string): string {
  const at = path.indexOf('?')
  const query = at < 0 ? '' : path.slice(at + 1)
  const own = target.href.includes('?')
  return query === '' ? target.href : `${target.href}${!own ? '?' : target.search === '' ? '' : '&'}${query}`
}

/**
 * What goes out for a delivery. The header lines keep their order, case and duplicates; hop-by-hop ones go, Host names
 * the target, Content-Length fits the body, and at the end come the route's own lines, hookscope's two marks and this
 * hop's own Connection.
 * @param how what the route sends differently
 * @throws UserError when the method or a header cannot be written as HTTP, which only a change by hand can bring about
 */
export function outgoing(
  delivery: Outgoing,
  id: number,
  target: URL,
  source: AttemptSource,
  how: SendingRules = {},
): SentRequest {
  const method = checkedMethod(delivery.method)
  const length = String(delivery.body.length)
  const headers: [string, string][] = []
  const placed = new Set<string>()
  const own = ownLines(how)
  const replaced = new Set(own.map(([name]) => name.toLowerCase()))
  const host = how.host ?? target.host
  for (const [name, value] of endToEnd(delivery.headers)) {
    const lower = name.toLowerCase()
    if (writtenAnew.has(lower)) {
      if (placed.has(lower)) continue
      placed.add(lower)
      headers.push([name, lower === 'host' ? host : length])
    } else if (!leftOut.has(lower) && !replaced.has(lower)) {
      headers.push(checkedHeader(name, value))
    }
  }
  if (!placed.has('host')) headers.unshift(['Host', host])
  if (!placed.has('content-length') && (delivery.body.length > 0 || !bodiless.has(method)))
    headers.push(['Content-Length', length])
  headers.push(...own, [sourceHeader, source], [deliveryHeader, String(id)], ['Connection', 'keep-alive'])
  return { method, url: targetFor(target, delivery.path), headers, body: delivery.body }
}

/** The lines of a route, the credentials of its target included. */
const ownLines = ({ headers = [], basic }: SendingRules): [string, string][] => [
  ...headers.map(([name, value]) => checkedHeader(name, value)),
  ...(basic === undefined ? [] : [['Authorization', basicOf(basic)] as [string, string]]),
]

const basicOf = ({ username, password }: NonNullable<SendingRules['basic']>) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

function checkedMethod(method: string): string {
  const upper = method.toUpperCase()
  if (token.test(method) && upper !== 'CONNECT') return upper
  throw new UserError(
    `“${method}” is not a valid HTTP method.`,
    'Use POST, as the gateway does, or another HTTP method.',
  )
}

function checkedHeader(name: string, value: string): [string, string] {
  if (!token.test(name))
    throw new UserError(
      `“${name}” is not a header name.`,
      'Letters, digits and hyphens make a header name; no spaces or colons.',
    )
  if (!headerText.test(value))
    throw new UserError(
      `The header ${name} has characters that a header cannot contain.`,
      'Remove line breaks, control characters and characters beyond Latin-1 (a masked secret has dots: type the value itself).',
    )
  return [name, value]
}

/** What a request may carry that lets it in, and how it is compared: token, cookie, a page's key, a link, a ticket. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { keyHeader, keyProtocol } from '../../core/api/page-key.ts'
import { type HeaderList, headerValues } from '../../core/http/headers.ts'

/** What they are compared with. */
export interface InspectorKey {
  /** The port that this inspector listens on; Host and Origin must name it. */
  readonly port: number
  /** The secret of this launch. */
  readonly token: string
}

/** Whether a request target is the API's rather than a page's. */
export function isApi(target: string): boolean {
  return /^\/api(?:[/?]|$)/.test(target)
}

/** Cookies ignore ports, so that each inspector needs a name of its own. */
export function cookieName(port: number): string {
  return `hookscope-${port}`
}

export interface Link {
  readonly kind: 'token' | 'ticket'
  readonly secret: string
  readonly location: string
}

/** The secret of a link, and where it leads. */
export function linkOf(method: string | undefined, target: string): Link | null {
  const [path = '/', search = ''] = target.split('?', 2)
  const query = new URLSearchParams(search)
  const kind = query.has('token') ? 'token' : 'ticket'
  const secret = query.get(kind)
  const isRead = method === 'GET' || (method === 'HEAD' && kind === 'token')
  if (secret === null || !isRead || isApi(target)) return null
  query.delete(kind)
  // One slash: two, or a backslash, would lead to another host.
  const location = `${path.replace(/^[/\\]+/, '/')}${query.size > 0 ? `?${query}` : ''}`
  return { kind, secret, location }
}

/** The ticket at the end of an API target, and the target without it. */
export function downloadOf(method: string | undefined, target: string): { ticket: string; target: string } | null {
  const found = method === 'GET' && isApi(target) ? /^(.*)[?&]ticket=([\w-]+)$/.exec(target) : null
  return found === null ? null : { target: found[1] ?? '', ticket: found[2] ?? '' }
}

/** Whether there is anything that could be a guess. */
export const hasSecret = (headers: HeaderList, target: string): boolean =>
  headerValues(headers, 'authorization').length > 0 ||
  keysIn(headers).length > 0 ||
  /[?&](?:token|ticket)=/.test(target)

export function hasBearer(headers: HeaderList, inspector: InspectorKey): boolean {
  const authorizations = headerValues(headers, 'authorization')
  const bearer = /^Bearer +(\S+)$/i.exec(authorizations[0] ?? '')?.[1]
  return authorizations.length === 1 && bearer !== undefined && sameSecret(bearer, inspector.token)
}

export function hasCookie(headers: HeaderList, inspector: InspectorKey): boolean {
  const wanted = `${cookieName(inspector.port)}=`
  return headerValues(headers, 'cookie')
    .flatMap(line => line.split(';'))
    .map(pair => pair.trim())
    .some(pair => pair.startsWith(wanted) && sameSecret(pair.slice(wanted.length), cookieValue(inspector.token)))
}

/** The keys that a page sent; with an upgrade, which takes no headers of a page's own, as the name of a protocol. */
export function keysIn(headers: HeaderList): string[] {
  const protocols = headerValues(headers, 'sec-websocket-protocol').flatMap(line => line.split(','))
  const named = protocols.map(name => name.trim()).filter(name => name.startsWith(keyProtocol))
  return [...headerValues(headers, keyHeader), ...named.map(name => name.slice(keyProtocol.length))]
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** Digests, so that neither holds a character it must not, gives the token away, or tells of the other. */
export const cookieValue = (token: string) => digestOf(`hookscope cookie ${token}`)
export const pageKey = (token: string): string => digestOf(`hookscope page ${token}`)

/** In constant time, whatever the lengths. */
export function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

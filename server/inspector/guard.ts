/**
 * Who may come in through the private door. One pure judgement for pages, API and WebSocket alike, made on the request's
 * header before anything reads its body or upgrades it.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { headerValues, pairHeaders } from '../../core/headers.ts'

export interface Door {
  /** The port that this inspector listens on; Host and Origin must name it. */
  readonly port: number
  /** The secret of this launch. */
  readonly token: string
}

/** What the guard looks at; an IncomingMessage has all of it. */
export type DoorRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>

type RefusalStatus = 400 | 401 | 403 | 411 | 413 | 415

export type Judgement =
  | { readonly kind: 'pass' }
  /** The printed link was opened: set the cookie and go on to `location`, where the token no longer shows. */
  | { readonly kind: 'signed-in'; readonly cookie: string; readonly location: string }
  | {
      readonly kind: 'refused'
      readonly status: RefusalStatus
      readonly code: string
      readonly message: string
      readonly hint: string
    }

const names = ['127.0.0.1', 'localhost', '[::1]'] as const
/** Room for the ids of a large restore, and for a replay with a changed body. */
const bodyCap = 16 * 1024 * 1024
const writing = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Decides on a request by its target, Host, Origin, Sec-Fetch-Site, content type, token and size, in this order. Whoever is
 * refused learns nothing of the session.
 */
export function judge(request: DoorRequest, door: Door): Judgement {
  const headers = pairHeaders(request.rawHeaders)
  const all = (name: string) => headerValues(headers, name)
  const target = request.url ?? ''
  if (!target.startsWith('/'))
    return refused(400, 'bad-target', 'This is not a proxy.', 'Ask for a path, beginning with a slash.')

  // A page of another site that rebinds its name to 127.0.0.1 still sends that name.
  const hosts = all('host')
  if (hosts.length !== 1 || !hostsOf(door.port).includes(hosts[0] ?? ''))
    return refused(
      403,
      'foreign-host',
      'This host name is not the inspector’s.',
      `Open http://127.0.0.1:${door.port}/.`,
    )

  // Browsers name the page that asks; `null` (sandboxed frames, files) could be anyone. Scripts send none.
  const origins = all('origin')
  if (origins.length > 1 || origins.some(origin => !originsOf(door.port).includes(origin)))
    return refused(403, 'foreign-origin', 'Another web page may not ask here.', 'Use the inspector’s own pages.')
  const site = all('sec-fetch-site')[0]
  if (isApi(target) && site !== undefined && site !== 'same-origin' && site !== 'none')
    return refused(403, 'foreign-origin', 'Another web page may not ask here.', 'Use the inspector’s own pages.')

  // A form of another page can send neither this content type nor a DELETE without asking first.
  if (writing.has(request.method ?? '') && !/^application\/json *(;|$)/i.test(all('content-type')[0] ?? ''))
    return refused(415, 'not-json', 'Changes are sent as JSON.', 'Set the header Content-Type: application/json.')

  const link = linkToken(request.method, target)
  if (link && sameSecret(link.token, door.token)) {
    const cookie = `${cookieName(door.port)}=${cookieValue(door.token)}; Path=/; HttpOnly; SameSite=Strict`
    return { kind: 'signed-in', cookie, location: link.location }
  }
  if (!hasToken(all('authorization'), all('cookie'), door))
    return refused(
      401,
      'no-token',
      'The inspector opens with the link that hookscope printed in the terminal.',
      'Press o there to open it. A script sends the token as Authorization: Bearer. If you have just opened the link, reload this page.',
    )

  // What is said beforehand can be refused before it is read.
  if (all('transfer-encoding').length > 0)
    return refused(
      411,
      'no-length',
      'The length of the body is not known.',
      'Send it with Content-Length, not in chunks.',
    )
  if (Number(all('content-length')[0] ?? 0) > bodyCap)
    return refused(413, 'too-large', 'The request is larger than 16 MiB.', 'Ask for less at once.')
  return { kind: 'pass' }
}

/** Whether a request target is the API's rather than a page's. */
export function isApi(target: string): boolean {
  return /^\/api(?:[/?]|$)/.test(target)
}

/** Cookies ignore ports, so that each inspector needs a name of its own. */
export function cookieName(port: number): string {
  return `hookscope-${port}`
}

function refused(status: RefusalStatus, code: string, message: string, hint: string): Judgement {
  return { kind: 'refused', status, code, message, hint }
}

// By way of URL, since browsers leave a default port out.
const hostsOf = (port: number) => names.map(name => new URL(`http://${name}:${port}`).host)
const originsOf = (port: number) => names.map(name => new URL(`http://${name}:${port}`).origin)

/** The token of the printed link, and where it leads. */
function linkToken(method: string | undefined, target: string): { token: string; location: string } | null {
  const [path = '/', search = ''] = target.split('?', 2)
  const query = new URLSearchParams(search)
  const token = query.get('token')
  if (token === null || (method !== 'GET' && method !== 'HEAD') || isApi(target)) return null
  query.delete('token')
  // One slash: two, or a backslash, would lead to another host.
  const location = `${path.replace(/^[/\\]+/, '/')}${query.size > 0 ? `?${query}` : ''}`
  return { token, location }
}

function hasToken(authorizations: readonly string[], cookies: readonly string[], door: Door): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(authorizations[0] ?? '')?.[1]
  if (authorizations.length === 1 && bearer !== undefined && sameSecret(bearer, door.token)) return true
  const wanted = `${cookieName(door.port)}=`
  return cookies
    .flatMap(line => line.split(';'))
    .map(pair => pair.trim())
    .some(pair => pair.startsWith(wanted) && sameSecret(pair.slice(wanted.length), cookieValue(door.token)))
}

/** A digest, so that the cookie holds no character it must not, and does not give the token away. */
function cookieValue(token: string): string {
  return createHash('sha256').update(`hookscope cookie ${token}`).digest('hex')
}

/** In constant time, whatever the lengths. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

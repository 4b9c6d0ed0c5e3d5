/**
 * Who may come in to the inspector. One judgement for pages, API and WebSocket alike, made on the request's header
 * before anything reads its body or upgrades it; a ticket is spent by it, and nothing else changes.
 *
 * A browser needs two things: a cookie, and the key that its page keeps. Cookies go to every port of this host, so that any
 * server here sees them; the key is kept by origin, port included, and sent in a header to the inspector alone.
 */
import type { IncomingMessage } from 'node:http'
import { enterMark, enterPath } from '../../core/api/page-key.ts'
import { type HeaderList, headerValues, pairHeaders } from '../../core/http/headers.ts'
import {
  cookieName,
  cookieValue,
  downloadOf,
  hasBearer,
  hasCookie,
  hasSecret,
  type InspectorKey,
  isApi,
  keysIn,
  type Link,
  linkOf,
  pageKey,
  sameSecret,
} from './credentials.ts'
import type { Tickets } from './tickets.ts'

export interface InspectorAccess extends InspectorKey {
  readonly tickets: Tickets
  /** What Host may say beside the inspector's own names, to the letter: `name` or `name:port`. */
  readonly allowedHosts: readonly string[]
  /** Whether too many secrets were wrong of late: then none is looked at, but for browsers that are in. */
  readonly isFull: boolean
}

/** What the guard looks at; an IncomingMessage has all of it. */
export type GuardedRequest = Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>

type RefusalStatus = 400 | 401 | 403 | 411 | 413 | 415 | 426 | 429 | 503

export type Judgement =
  /** `target` is the request's, without the ticket that let it in; `to` is all that may answer it, whatever its path comes to once it is decoded. */
  | { readonly kind: 'pass'; readonly to: 'pages' | 'all'; readonly target: string }
  /** A link was opened: set the cookie and go on to `location`, where its secret no longer shows; what is behind # gets the page its key. */
  | { readonly kind: 'signed-in'; readonly cookie: string; readonly location: string }
  /** A link that is spent was opened in a browser that is in: go on to `location`. */
  | { readonly kind: 'known'; readonly location: string }
  | {
      readonly kind: 'refused'
      readonly status: RefusalStatus
      readonly code: string
      readonly message: string
      readonly hint: string
      /** What was wrong was a secret: the answer may be held up. */
      readonly guess: boolean
      /** Where it is to be asked instead. */
      readonly publicUrl?: string
    }

const names = ['127.0.0.1', 'localhost', '[::1]'] as const
/** Room for the ids of a large restore, and for a replay with a changed body. */
const bodyCap = 16 * 1024 * 1024
const writing = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Decides on a request by its target, Host, Origin, Sec-Fetch-Site, content type, token and size, in this order. Whoever is
 * refused learns nothing of the inspector.
 */
export function judge(request: GuardedRequest, access: InspectorAccess): Judgement {
  const headers = pairHeaders(request.rawHeaders)
  const all = (name: string) => headerValues(headers, name)
  const target = request.url ?? ''
  if (!target.startsWith('/'))
    return refused(400, 'bad-target', 'This is not a proxy.', 'Ask for a path, beginning with a slash.')

  // A page of another site that rebinds its name to 127.0.0.1 still sends that name.
  const hosts = all('host')
  if (hosts.length !== 1 || !hostsOf(access).includes(hosts[0]?.toLowerCase() ?? ''))
    return refused(
      403,
      'foreign-host',
      'This host name is not the inspector’s.',
      `Open http://127.0.0.1:${access.port}/. A name of your own, of a forwarded port for instance, is allowed with --allowed-host.`,
    )

  // Browsers name the page that asks; `null` (sandboxed frames, files) could be anyone. Scripts send none.
  const origins = all('origin')
  if (origins.length > 1 || origins.some(origin => !originsOf(access).includes(origin)))
    return refused(403, 'foreign-origin', 'Requests from another web page are refused.', 'Use the inspector itself.')
  const site = all('sec-fetch-site')[0]
  if (isApi(target) && site !== undefined && site !== 'same-origin' && site !== 'none')
    return refused(403, 'foreign-origin', 'Requests from another web page are refused.', 'Use the inspector itself.')

  // A form of another page can send neither this content type nor a DELETE without asking first.
  if (writing.has(request.method ?? '') && !/^application\/json *(;|$)/i.test(all('content-type')[0] ?? ''))
    return refused(415, 'not-json', 'Changes are sent as JSON.', 'Set the header Content-Type: application/json.')

  const isIn = hasBoth(headers, request, access)
  const forPages = !isIn && isForPages(headers, request, access)
  if (!isIn && !forPages && access.isFull && hasSecret(headers, target))
    return refused(429, 'too-many-wrong', 'Too many wrong tokens.', 'Try again in a second.')
  const link = linkOf(request.method, target)
  if (link !== null) {
    const opened = openLink(link, headers, access)
    if (opened !== null) return opened
  }
  const ticket = isIn ? null : downloadOf(request.method, target)
  const isTicket =
    ticket !== null &&
    hasCookie(headers, access) &&
    access.tickets.redeem(ticket.ticket, `GET ${ticket.target}`) === 'good'
  const isAll = isIn || isTicket || hasBearer(headers, access)
  if (!isAll && !forPages) return notIn(headers, link, access)

  // What is said beforehand can be refused before it is read.
  if (all('transfer-encoding').length > 0)
    return refused(411, 'no-length', 'The body has no length.', 'Send it with Content-Length, not in chunks.')
  if (Number(all('content-length')[0] ?? 0) > bodyCap)
    return refused(413, 'too-large', 'The request is larger than 16 MiB.', 'Send less at once.')
  return { kind: 'pass', to: isAll ? 'all' : 'pages', target: isTicket ? ticket.target : target }
}

function refused(status: RefusalStatus, code: string, message: string, hint: string, guess = false): Judgement {
  return { kind: 'refused', status, code, message, hint, guess }
}

// By way of URL, since browsers leave a default port out.
const ownUrls = (port: number) => names.map(name => new URL(`http://${name}:${port}`))
/** What leads here from elsewhere may speak https there. */
const allowedUrls = ({ allowedHosts, port }: InspectorAccess) =>
  allowedHosts
    .flatMap(host => (/:\d+$/.test(host) ? [host] : [host, `${host}:${port}`]))
    .flatMap(host => [new URL(`http://${host}`), new URL(`https://${host}`)])
const hostsOf = (access: InspectorAccess) => [...ownUrls(access.port), ...allowedUrls(access)].map(({ host }) => host)
const originsOf = (access: InspectorAccess) =>
  [...ownUrls(access.port), ...allowedUrls(access)].map(({ origin }) => origin)

const openAgain = 'Press o in hookscope’s terminal to open the inspector, or open the link printed there.'

/** @returns null for a link that opens nothing */
function openLink({ kind, secret, location }: Link, headers: HeaderList, access: InspectorAccess): Judgement | null {
  const redeemed = kind === 'ticket' && access.tickets.redeem(secret, 'link')
  if (kind === 'ticket' ? redeemed === 'good' : sameSecret(secret, access.token)) {
    const cookie = `${cookieName(access.port)}=${cookieValue(access.token)}; Path=/; HttpOnly; SameSite=Strict`
    return { kind: 'signed-in', cookie, location: `${location}${enterMark}${access.tickets.issue('key')}` }
  }
  if (kind === 'ticket' && hasCookie(headers, access)) return { kind: 'known', location }
  return redeemed === 'spent' ? refused(401, 'link-spent', 'This link was used already.', openAgain) : null
}

/** What to say to whoever is not let in. A cookie of before is an old page's, and no guess. */
function notIn(headers: HeaderList, link: Link | null, access: InspectorAccess): Judgement {
  if (link?.kind === 'ticket')
    return refused(401, 'link-old', 'This link is more than a minute old, or is not valid.', openAgain, true)
  const withCookie = hasCookie(headers, access)
  const guess =
    (link !== null && link.secret !== '') ||
    headerValues(headers, 'authorization').length > 0 ||
    (withCookie && keysIn(headers).length > 0)
  if (withCookie && link === null)
    return refused(
      401,
      'no-page-key',
      'This request does not come from an inspector page that was opened with its link.',
      `${openAgain} A script sends the token as Authorization: Bearer.`,
      guess,
    )
  return refused(
    401,
    'no-token',
    'Open the inspector with the link that hookscope printed in the terminal.',
    'Or press o there. A script sends the token as Authorization: Bearer. If you have just opened the link, reload this page.',
    guess,
  )
}

/** The cookie alone gets what holds nothing of anybody's: the files of the UI. */
function isForPages(headers: HeaderList, { method, url = '' }: GuardedRequest, access: InspectorAccess): boolean {
  const isRead = method === 'GET' || method === 'HEAD'
  return isRead && !isApi(url) && headerValues(headers, 'upgrade').length === 0 && hasCookie(headers, access)
}

/** Cookie and key; with the cookie, a page gets its key for a code. */
function hasBoth(headers: HeaderList, { method, url = '' }: GuardedRequest, access: InspectorAccess): boolean {
  if (!hasCookie(headers, access)) return false
  if (method === 'POST' && url === enterPath) return true
  const keys = keysIn(headers)
  return keys.length === 1 && sameSecret(keys[0] ?? '', pageKey(access.token))
}

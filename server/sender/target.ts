/** The merchant's endpoints, as a person types them, and how each is sent to. */
import { readHeaderLine } from '../../core/http/header-line.ts'
import type { HeaderList } from '../../core/http/headers.ts'
import { readTarget } from '../../core/http/target.ts'
import type { RouteRule } from '../../core/routes/route.ts'
import { readRoute } from '../../core/routes/route-text.ts'
import { counted } from '../../core/text/text.ts'
import { UserError, usageError } from '../lib/errors.ts'
import { addressClassOf } from './address-guard.ts'
import type { SendOptions } from './send.ts'

/** How deliveries are sent to a target, beyond where it is. */
export interface SendingRules {
  /** Lines that take the place of those of the same names, at the end of the header. */
  readonly headers?: HeaderList
  /** What Host says in place of the target's own. */
  readonly host?: string
  /** Credentials of the target, in place of the Authorization that came. */
  readonly basic?: { readonly username: string; readonly password: string }
  /** How long the app may take to answer, milliseconds. */
  readonly timeoutMs?: number
  /** Its certificate is not checked; on this machine and in a private network only. */
  readonly insecure?: boolean
}

/** What of it decides how long a send may take, and whom it trusts. */
export const sendOptionsOf = ({
  timeoutMs,
  insecure = false,
}: SendingRules): Pick<SendOptions, 'insecure' | 'readMs'> => ({
  insecure,
  ...(timeoutMs !== undefined && { readMs: timeoutMs }),
})

/** One route: a place deliveries are forwarded to, which of them, and how. */
export interface ForwardTarget extends RouteRule, SendingRules {
  readonly url: URL
}

/** How many there can be: each has connections of its own. */
export const mostTargets = 20

/**
 * Reads routes as they were typed, `[EVENTS=]URL` each.
 * @param how they are all sent to
 * @throws UserError as `parseTarget` does, and for events that there are not
 */
export const parseForwardTargets = (
  texts: readonly string[],
  how: SendingRules & Pick<RouteRule, 'hook'> = {},
): ForwardTarget[] =>
  texts.map(text => {
    const read = readRoute(text)
    if (!read.ok) throw usageError(read.message, read.hint)
    const { url, events } = read
    return checkedRoute({ url, ...(events !== null && { events }), ...how })
  })

/** @throws UserError for a certificate that is not to be checked on the internet */
export function checkedRoute(route: ForwardTarget): ForwardTarget {
  if (route.insecure === true && addressClassOf(route.url) === 'the internet')
    throw usageError(
      `The certificate of ${route.url.host} is checked: it is on the internet.`,
      'Remove --insecure (insecure: true): it is for targets on this machine or in a private network only.',
    )
  return route
}

/** Header lines as they were typed. @throws UserError for one that cannot be sent */
export function checkedHeaderLines(texts: readonly string[]): HeaderList {
  return texts.map(text => {
    const read = readHeaderLine(text)
    if (!read.ok) throw usageError(read.message, read.hint)
    return read.line
  })
}

/**
 * Reads a target, see `readTarget`.
 * @throws UserError naming what is wrong with it and what to type instead
 */
export function parseTarget(text: string): URL {
  const read = readTarget(text)
  if (read.ok) return read.url
  throw usageError(read.message, read.hint)
}

/** The code of a change that would let go of deliveries that wait. */
export const deliveriesWait = 'deliveries-wait'

/** @returns of the routes to one target the first @throws UserError when one leads back here, or there are too many */
export function checkedTargets(
  routes: readonly ForwardTarget[],
  isOwnUrl: (url: URL) => boolean,
): readonly ForwardTarget[] {
  const own = routes.find(({ url }) => isOwnUrl(url))
  if (own !== undefined)
    throw new UserError(
      `Forwarding to ${own.url.href} would send every delivery back to hookscope.`,
      'Give the URL of your own app, such as http://localhost:3000/webhooks.',
    )
  const byUrl = new Map<string, ForwardTarget>()
  for (const route of routes) if (!byUrl.has(route.url.href)) byUrl.set(route.url.href, route)
  if (byUrl.size > mostTargets)
    throw usageError(
      `Deliveries can be forwarded to ${mostTargets} targets at most; ${byUrl.size} were given.`,
      'Remove some of them.',
    )
  return [...byUrl.values()]
}

/** @throws UserError when something waits for a target that is to be none any more */
export function checkNothingWaits(
  ended: readonly { readonly target: string; readonly ids: readonly number[] }[],
): void {
  const waiting = ended.filter(({ ids }) => ids.length > 0)
  const count = waiting.reduce((sum, { ids }) => sum + ids.length, 0)
  if (count === 0) return
  const where = waiting.map(({ target }) => target).join(' and ')
  throw new UserError(
    `${counted(count, 'delivery waits', 'deliveries wait')} for ${where}.`,
    'With "letGo": true nothing more is sent there. What waits is kept and can be replayed.',
    { code: deliveriesWait, count },
  )
}

/** Whether what answers is the server that was asked for, and where that is otherwise. */
import { clip, printable } from '../../core/text/text.ts'
import { UserError } from '../lib/errors.ts'
import type { Answered } from './call.ts'
import { isSafe } from './server-url.ts'

const redirects = [301, 302, 303, 307, 308]

/** Where a redirect leads to; null for an answer that is none. */
export function redirectOf({ status, location }: Pick<Answered, 'status' | 'location'>, asked: URL): URL | null {
  if (!redirects.includes(status) || location === null || !URL.canParse(location, asked)) return null
  return new URL(location, asked)
}

/**
 * The server's own URL, as it says itself, or as who stands before it redirects. Nothing that is secret was sent so far.
 * @param asked with the path
 * @returns null where it is the one that was asked @throws UserError where it cannot be asked by any URL as things are
 */
export function elsewhere(answered: Answered, asked: URL): URL | null {
  const to = redirectOf(answered, asked)
  if (to !== null) return redirected(to, asked)
  const error = answered.body?.['error']
  if (typeof error !== 'object' || error === null || !('publicUrl' in error)) return null
  const named = String(error.publicUrl)
  if (!URL.canParse(named) || !isSafe(new URL(named))) return null
  const server = new URL(new URL(named).origin)
  if (server.origin !== asked.origin) return server
  throw new UserError(
    `${asked.origin} is hookscope serve, but the proxy before it tells it another host name.`,
    'The proxy has to pass the Host header on unchanged, as Caddy does by itself. nginx needs: proxy_set_header Host $http_host;',
  )
}

function redirected(to: URL, asked: URL): URL {
  if (!isSafe(to))
    throw new UserError(
      `${asked.origin} redirects to ${printable(to.origin)}, which is not https.`,
      'The token of this machine could be read on the way there: name a URL that speaks TLS.',
    )
  if (to.pathname === asked.pathname && to.origin !== asked.origin) return new URL(to.origin)
  throw new UserError(
    `${asked.origin} redirects to ${clip(printable(`${to.origin}${to.pathname}`), 120)}, as hookscope serve does not.`,
    'Does something before the server ask for a sign-in of its own? It has to let /auth/device/ and /api/agent through.',
  )
}

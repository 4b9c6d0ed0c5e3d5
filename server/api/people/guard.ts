/**
 * What a request to a shared inspector has to look like, before anything reads its body: the right Host, no foreign page behind
 * it, JSON for changes, a bounded length. Who sent it, and what they may, is decided with the route (permit.ts).
 */
import type { IncomingMessage } from 'node:http'
import { headerValues, pairHeaders } from '../../../core/http/headers.ts'
import type { Judgement } from '../guard.ts'
import { takesForms } from './device.ts'

type Refusal = Extract<Judgement, { kind: 'refused' }>

/** Room for the ids of a large restore, and for a replay with a changed body. */
const bodyCap = 16 * 1024 * 1024
/** Whoever is not in sends a few fields. */
const authBodyCap = 256 * 1024
const safe = new Set(['GET', 'HEAD'])

/** @param origin as browsers know the inspector. @returns null for a request that may go on */
export function judgeShared(
  request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
  origin: string,
): Refusal | null {
  const headers = pairHeaders(request.rawHeaders)
  const all = (name: string) => headerValues(headers, name)
  const [target, method] = [request.url ?? '', request.method ?? '']
  if (!target.startsWith('/'))
    return refused(400, 'bad-target', 'This is not a proxy.', 'Ask for a path, beginning with a slash.')
  const hosts = all('host')
  if (hosts.length !== 1 || hosts[0]?.toLowerCase() !== new URL(origin).host)
    return {
      ...refused(
        403,
        'foreign-host',
        `The inspector is at ${origin}, and not at this host name.`,
        'Open it there. A proxy before it has to pass the Host header on unchanged.',
      ),
      publicUrl: origin,
    }

  const origins = all('origin')
  const sites = all('sec-fetch-site')
  const isForeign = origins.length > 1 || origins.some(one => one !== origin)
  const isForeignSite = isOwn(target) && sites.some(site => site !== 'same-origin' && site !== 'none')
  if (isForeign || isForeignSite) return foreign()
  // A browser names the page behind each change, and each stream. What carries no cookie is a program's, with a token.
  const isChange = !safe.has(method) || all('upgrade').length > 0
  if (isChange && origins.length === 0 && all('cookie').length > 0) return foreign()

  const type = all('content-type')[0] ?? ''
  const isForm = takesForms(target) && /^application\/x-www-form-urlencoded *(;|$)/i.test(type)
  if (['POST', 'PUT', 'PATCH'].includes(method) && !isForm && !/^application\/json *(;|$)/i.test(type))
    return refused(415, 'not-json', 'Changes are sent as JSON.', 'Set the header Content-Type: application/json.')

  if (all('transfer-encoding').length > 0)
    return refused(411, 'no-length', 'The body has no length.', 'Send it with Content-Length, not in chunks.')
  const cap = target.startsWith('/api/') ? bodyCap : authBodyCap
  if (Number(all('content-length')[0] ?? 0) > cap)
    return refused(413, 'too-large', 'The request is too large.', 'Send less at once.')
  return null
}

const isOwn = (target: string) => /^\/(?:api|auth)(?:[/?]|$)/.test(target)

const foreign = () =>
  refused(403, 'foreign-origin', 'Requests from another web page are refused.', 'Use the inspector itself.')

const refused = (status: Refusal['status'], code: string, message: string, hint: string): Refusal => ({
  ...{ kind: 'refused', status, code, message, hint, guess: false },
})

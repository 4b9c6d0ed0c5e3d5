/** One question through the public URL, end to end: does what is sent there arrive at this receiver? */

import { atInspector } from '../lib/probe-path.ts'
import { within } from '../lib/time-limit.ts'
import { fetchOut } from '../proxy/fetch.ts'
import { withProxy } from '../proxy/proxy-for.ts'
import { readCapped, whyUnreachable } from './wire.ts'

/** A path of the receiver that answers once, with a body that nothing else knows. */
export interface IssuedProbe {
  readonly path: string
  readonly expected: string
  withdraw(): void
}

/** How a probe ended; `ms` is the round trip in milliseconds, `reason` a sentence for people. */
export type ProbeOutcome =
  | { readonly arrived: true; readonly ms: number }
  | { readonly arrived: false; readonly reason: string }

/** What to ask, and how long to wait. */
export interface ProbeOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const answerCap = 4096

const leadsToInspector = (host: string) =>
  `${host} leads to the inspector of a hookscope serve: a proxy in between has to send hook paths to the port of the receiver.`

/**
 * Sends one probe on a connection of its own, as the gateway's deliveries come.
 * @param baseUrl public base URL without a trailing slash
 */
export async function probe(baseUrl: string, issued: IssuedProbe, options: ProbeOptions): Promise<ProbeOutcome> {
  const url = new URL(baseUrl + issued.path)
  const started = performance.now()
  try {
    return await within({ ms: options.timeoutMs, signals: [options.signal] }, async signal => {
      const response = await fetchOut(url, {
        cache: 'no-store',
        signal,
        // The public localtunnel service shows a password page to what looks like a browser.
        headers: { 'user-agent': 'hookscope', 'bypass-tunnel-reminder': '1', connection: 'close', accept: '*/*' },
      })
      const answer = await readCapped(response, answerCap)
      if (response.status === 200 && answer === issued.expected) {
        return { arrived: true, ms: Math.round(performance.now() - started) }
      }
      if (answer === atInspector) return { arrived: false, reason: leadsToInspector(url.host) }
      return { arrived: false, reason: await withProxy(whyNotOurs(url.host, response.status), url) }
    })
  } catch (error) {
    const why = whyUnreachable(error, `The public URL ${baseUrl}`, url, options.timeoutMs)
    return { arrived: false, reason: await withProxy(why, url) }
  } finally {
    issued.withdraw()
  }
}

function whyNotOurs(host: string, status: number): string {
  if (status >= 300 && status < 400)
    return `${host} redirects elsewhere (${status}): it does not lead to this receiver.`
  if (status === 404) return `${host} answers 404: it does not lead to this receiver.`
  if (status >= 500) return `${host} answers ${status}: nothing behind it answers.`
  return `Something else answers at ${host} (${status}).`
}

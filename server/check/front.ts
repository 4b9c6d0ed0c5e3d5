/** Whether something in front answers in place of the app: the same to everything, whatever it is asked. */

import { isTaken } from '../../core/check/exchange.ts'
import type { Exchange } from '../../core/check/finding.ts'
import { headerValue } from '../../core/http/headers.ts'
import { clip, printable } from '../../core/text/text.ts'
import type { Deviation } from './deviation.ts'
import type { Endpoint } from './endpoint.ts'
import type { Blame } from './gate.ts'
import { conclude } from './probe.ts'

/** What no app answers alike, and a plain event beside it; requests, at most. */
export const frontRequests = 4

const isPage = ({ answer }: Exchange) => /^text\/html\b/i.test(headerValue(answer?.headers ?? [], 'Content-Type') ?? '')

/** A 2xx that says nothing, or a page for people. */
const isHollow = (exchange: Exchange) => isTaken(exchange) && (exchange.answer?.bytes === 0 || isPage(exchange))

const isSame = (one: Exchange, other: Exchange) =>
  one.answer?.status === other.answer?.status && one.answer?.body === other.answer?.body

/**
 * Asks what an app answers differently: a GET, garbage, an unknown path.
 * @returns null as soon as one answer is another
 */
export async function frontOf(endpoint: Endpoint): Promise<Blame | null> {
  const stranger = { signatures: [], authorization: null }
  const nobodys = new URL(endpoint.url)
  nobodys.pathname = nobodys.pathname.replace(/[^/]*$/, `${endpoint.mark}-nobody`)
  const asked: readonly { readonly body: Uint8Array; readonly deviation: Deviation }[] = [
    { body: new Uint8Array(), deviation: { what: 'a GET', method: 'GET', ...stranger } },
    { body: Buffer.from('not json at all'), deviation: { what: 'garbage', ...stranger } },
    { body: Buffer.from('{}'), deviation: { what: 'an unknown path', url: nobodys, ...stranger } },
    { body: endpoint.plain().body, deviation: { what: 'a plain event' } },
  ]
  const exchanges: Exchange[] = []
  for (const { body, deviation } of asked) {
    const exchange = await endpoint.send(body, deviation)
    if (!isHollow(exchange) || !isSame(exchanges[0] ?? exchange, exchange)) return null
    exchanges.push(exchange)
  }
  const [first] = exchanges
  const server = headerValue(first?.answer?.headers ?? [], 'Server')
  const by = server === undefined ? '' : ` (Server: ${clip(printable(server), 60)})`
  const said = `${first?.answer?.bytes === 0 ? 'an empty' : 'the same page with'} ${first?.answer?.status ?? '2xx'}${by}`
  return {
    probe: 'app-answers',
    conclusion: conclude(
      'fail',
      `It answered ${said} to a genuine event, a GET, garbage and an unknown path. If it is your app, it checks nothing.`,
      exchanges,
    ),
    reason: `Not tested: it answered ${said} to everything.`,
  }
}

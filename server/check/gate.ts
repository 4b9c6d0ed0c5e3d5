/** Before anything else is judged: which genuine event is taken at all? If none, why; the rest would only repeat it. */
import { betrayalOf } from '../../core/check/betrayals.ts'
import { howItEnded, isTaken } from '../../core/check/exchange.ts'
import type { Conclusion, Exchange, Finding } from '../../core/check/finding.ts'
import type { ProbeId } from '../../core/check/probes.ts'
import { catalogue } from '../../core/events/catalogue.ts'
import { headerValues } from '../../core/http/headers.ts'
import { throughProxy } from '../../core/http/outcome.ts'
import { limitText } from '../../core/text/duration.ts'
import { usageError } from '../lib/errors.ts'
import type { Endpoint } from './endpoint.ts'
import { conclude } from './probe.ts'
import { saleType } from './sale.ts'

export interface Blame {
  /** The probe whose question this answers; null when none does. */
  readonly probe: ProbeId | null
  readonly conclusion: Conclusion | null
  /** Why the others have no answer. */
  readonly reason: string
}

/** The types that are tried where a sale is not taken. */
const otherTypes = catalogue.map(({ type }) => type).filter(type => type !== saleType)

/** Genuine events that the gate sends, at most. */
export const gateRequests = 1 + otherTypes.length

/**
 * Sends a sale; where code breaks on it, each other event until one is taken, which is then the endpoint's plain event.
 * @throws UserError when nothing listens there, or a genuine event is refused as a stranger's: there is nothing to examine
 */
export async function blameOf(endpoint: Endpoint, found: readonly Finding[]): Promise<Blame | null> {
  const sale = await endpoint.sendPlain()
  if (isTaken(sale)) return null
  refuseRefused(endpoint, sale)
  const blame = blameFor(endpoint, sale, found)
  if (blame.probe !== 'every-event' || isElsewhere(sale)) return blame
  const type = await takenType(endpoint)
  if (type === null) return blame
  endpoint.usePlain(type)
  return null
}

/** Over plain http, an answer may be that of the proxy. */
const byProxy = ({ url }: Endpoint, { proxy }: Exchange): string =>
  proxy === undefined || url.protocol === 'https:' ? '' : ` ${throughProxy(proxy)}, which may have answered itself`

const isElsewhere = ({ answer }: Exchange) => answer?.status === 404 || answer?.status === 405

/** @returns the first type that is taken; null when none is */
async function takenType(endpoint: Endpoint): Promise<string | null> {
  for (const type of otherTypes) {
    const exchange = await endpoint.send(endpoint.likePlain(type).body, { what: type })
    if (isTaken(exchange)) return type
    // It has gone: nothing more is to be learned.
    if (exchange.outcome !== 'answered') return null
  }
  return null
}

function blameFor(endpoint: Endpoint, exchange: Exchange, found: readonly Finding[]): Blame {
  const reason = `Not tested: it ${howItEnded(exchange, 'a plain sale')}.`
  const blocked = found.find(({ outcome }) => outcome === 'fail')
  if (exchange.outcome === 'refused' || endpoint.atProxy.includes(exchange)) {
    if (blocked !== undefined) return { probe: null, conclusion: null, reason }
    throw usageError(
      `${endpoint.url.host} could not be reached: ${exchange.problem ?? 'no connection'}`,
      (endpoint.atProxy.includes(exchange) ? endpoint.hintOf(exchange) : null) ??
        'Start the endpoint, or correct the URL.',
    )
  }
  return { ...answerTo(endpoint, exchange), reason }
}

/** Which question a failed plain event answers. */
function answerTo(endpoint: Endpoint, exchange: Exchange): { probe: ProbeId; conclusion: Conclusion } {
  const fail = (probe: ProbeId, sentence: string, advice?: string) => ({
    probe,
    conclusion: { ...conclude('fail', sentence, [exchange]), ...(advice && { advice }) },
  })
  if (exchange.outcome === 'invalid-answer') return fail('http-1-1', `It ${howItEnded(exchange)}.`)
  if (exchange.outcome === 'timed-out')
    return exchange.connectMs === null
      ? fail('connect-time', `No connection within ${limitText(endpoint.limits.connectMs)}.`)
      : fail('answer-alone', `A single event was not answered within ${limitText(endpoint.limits.readMs)}.`)
  const status = exchange.answer?.status ?? 0
  if (status >= 300 && status < 400)
    return fail('redirect', `It ${howItEnded(exchange)}, and the gateway does not follow redirects.`)
  const said = `It ${howItEnded(exchange, 'a plain sale')}${byProxy(endpoint, exchange)}.`
  if (status === 429) return fail('rate-limit', said)
  return isElsewhere(exchange)
    ? fail('every-event', said, 'Correct the URL, or route POST at its path to your code.')
    : fail('every-event', said)
}

/** @throws UserError when a genuine event was refused as a stranger's, by the endpoint or by what stands in front of it */
function refuseRefused(endpoint: Endpoint, exchange: Exchange): void {
  const { answer } = exchange
  if (answer === null) return
  const { key, authentication, url } = endpoint
  const sent = { hostname: url.hostname, basic: authentication.kind === 'basic' }
  const betrayal = betrayalOf({ ...answer, text: endpoint.pageOf(exchange) }, sent)
  if (betrayal === null && answer.status !== 401 && answer.status !== 403) return
  const event = key === null ? 'event' : 'signed event'
  const { proxy } = exchange
  const refusal =
    proxy === undefined
      ? `Your endpoint refused our ${event} (${answer.status})`
      : `Our ${event} was refused (${answer.status})${byProxy(endpoint, exchange) || ` ${throughProxy(proxy)}`}`
  throw usageError(
    `${refusal}: ${betrayal?.says ?? doubtOf(endpoint)}`,
    betrayal?.fix ?? secretsAdvice(endpoint, answer),
    { code: 'event-refused' },
  )
}

/** What is most likely not as the endpoint expects it. */
function doubtOf({ key, authentication }: Endpoint): string {
  const basic = authentication.kind === 'basic'
  if (key !== null) return basic ? 'are these the key and the password it uses?' : 'is this the key it uses?'
  return basic ? 'is this the password it uses?' : 'it expects a key or a password.'
}

/** What to do where even what is signed and authenticated as told is refused. */
function secretsAdvice({ key, authentication }: Endpoint, { headers }: NonNullable<Exchange['answer']>): string {
  const compare = (what: string) => `Compare the ${what} given here with those of the endpoint.`
  const basic = authentication.kind === 'basic'
  const asks = headerValues(headers, 'WWW-Authenticate').some(value => /^basic\b/i.test(value))
  if (!basic && asks) return 'It requires Basic authentication: give user name and password.'
  if (key !== null && basic) return compare('key, the user name and the password')
  if (key !== null) return `${compare('key')} If it requires Basic authentication, give user name and password as well.`
  if (basic) return `${compare('user name and the password')} If it verifies signatures, give its key as well.`
  return 'Give the check what the endpoint requires: its key, or user name and password.'
}

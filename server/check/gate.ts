/** Before anything else is judged: is a plain, right event taken at all? If not, why; the rest would only repeat it. */
import type { Conclusion, Exchange, Finding } from '../../core/finding.ts'
import type { ProbeId } from '../../core/probes.ts'
import { exitCodes, UserError } from '../errors.ts'
import { type Endpoint, howItEnded, isTaken } from './endpoint.ts'
import { conclude } from './probe.ts'

export interface Blame {
  /** The probe whose question this answers; null when none does. */
  readonly probe: ProbeId | null
  readonly conclusion: Conclusion | null
  /** Why the others have no answer. */
  readonly reason: string
}

/** @throws UserError when nothing listens there: there is nothing to examine */
export async function blameOf(endpoint: Endpoint, found: readonly Finding[]): Promise<Blame | null> {
  const exchange = await endpoint.sendPlain()
  if (isTaken(exchange)) return null
  const reason = `Nothing could be asked: it ${howItEnded(exchange, 'a plain sale')}.`
  const blocked = found.find(({ outcome }) => outcome === 'fail')
  if (exchange.outcome === 'refused') {
    if (blocked !== undefined) return { probe: null, conclusion: null, reason }
    throw new UserError(
      `${endpoint.url.host} could not be reached: ${exchange.problem ?? 'no connection'}`,
      'Start the endpoint, or correct the URL.',
      { exitCode: exitCodes.usage },
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
  const seconds = (ms: number) => `${ms / 1000} s`
  if (exchange.outcome === 'invalid-answer') return fail('http-1-1', `It ${howItEnded(exchange)}.`)
  if (exchange.outcome === 'timed-out')
    return exchange.connectMs === null
      ? fail('connect-time', `No connection stood within ${seconds(endpoint.limits.connectMs)}.`)
      : fail('answer-alone', `A single event was not answered within ${seconds(endpoint.limits.readMs)}.`)
  const status = exchange.answer?.status ?? 0
  if (status >= 300 && status < 400)
    return fail('redirect', `It ${howItEnded(exchange)}, and the gateway does not go there.`)
  const said = `It ${howItEnded(exchange, 'a plain sale')}`
  if (status === 401 || status === 403)
    return fail('every-event', `${said}: it takes the check for a stranger.`, secretsAdvice(endpoint))
  return status === 404 || status === 405
    ? fail('every-event', `${said}.`, 'Correct the URL, or route POST at its path to your code.')
    : fail('every-event', `${said}.`)
}

/** What to do where even what is signed and authenticated as told is refused. */
function secretsAdvice({ key, authentication }: Endpoint): string {
  const compare = (what: string) => `Compare the ${what} that you gave with what the endpoint expects.`
  const basic = authentication.kind === 'basic'
  if (key !== null && basic) return compare('key, the user name and the password')
  if (key !== null) return `${compare('key')} If it demands Basic authentication, give user name and password as well.`
  if (basic) return `${compare('user name and the password')} If it verifies signatures, give its key as well.`
  return 'Give the check what the endpoint demands: its key, or user name and password.'
}

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
  const reason = `Nothing could be asked: it ${howItEnded(exchange)} to a plain sale.${keyDoubt(exchange)}`
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
  const fail = (probe: ProbeId, sentence: string) => ({ probe, conclusion: conclude('fail', sentence, [exchange]) })
  const seconds = (ms: number) => `${ms / 1000} s`
  if (exchange.outcome === 'invalid-answer') return fail('http-1-1', `It ${howItEnded(exchange)}.`)
  if (exchange.outcome === 'timed-out')
    return exchange.connectMs === null
      ? fail('connect-time', `No connection stood within ${seconds(endpoint.limits.connectMs)}.`)
      : fail('answer-alone', `A single event was not answered within ${seconds(endpoint.limits.readMs)}.`)
  const status = exchange.answer?.status ?? 0
  if (status >= 300 && status < 400)
    return fail('redirect', `It ${howItEnded(exchange)}, and the gateway does not go there.`)
  return fail('every-event', `It ${howItEnded(exchange)} to a plain sale.${keyDoubt(exchange)}`)
}

/** What an answer to a right event most likely says about the key, as a further sentence. */
function keyDoubt({ answer }: Exchange): string {
  return answer?.status === 401 || answer?.status === 403
    ? ' Are the key and the credentials that you gave those of the endpoint?'
    : ''
}

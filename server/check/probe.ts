/** What a probe is to the engine, and how one puts its conclusion. */

import { howItEnded, isTaken } from '../../core/check/exchange.ts'
import type { Conclusion, Exchange, FindingOutcome } from '../../core/check/finding.ts'
import type { Endpoint } from './endpoint.ts'
import type { CheckLimits } from './limits.ts'

export interface ProbeRun {
  /** How many requests it sends, at most. */
  requests(limits: CheckLimits): number
  /** @throws the signal's reason when the check is stopped */
  run(endpoint: Endpoint): Promise<Conclusion>
}

/** Most exchanges that a finding shows. */
const shownExchanges = 5

export function conclude(
  outcome: FindingOutcome,
  sentence: string,
  exchanges: readonly Exchange[] = [],
  measures: Readonly<Record<string, number>> = {},
): Conclusion {
  return { outcome, sentence, exchanges: exchanges.slice(0, shownExchanges), measures }
}

/** Where sales are not accepted at all, what differs from a plain one tells nothing: that is a finding about sales. */
export const noSales = conclude('unknown', 'It does not even accept a plain sale, so variants cannot be judged.')

/** A conclusion under another title than the one of the table. */
export const titled = (title: string, conclusion: Conclusion): Conclusion => ({ ...conclusion, title })

/** The conclusion of a probe whose events all ought to be answered 2xx. */
export function allTaken(exchanges: readonly Exchange[], good: string): Conclusion {
  const failed = exchanges.filter(exchange => !isTaken(exchange))
  const [first] = failed
  if (first === undefined) return conclude('pass', good, exchanges.slice(0, 1))
  const more = failed.length > 1 ? `, and ${failed.length - 1} more of ${exchanges.length} failed` : ''
  return conclude('fail', `It ${howItEnded(first, first.what)}${more}.`, failed)
}

/**
 * The conclusion of a probe whose events all ought to be refused; 4xx is how, and 2xx is the failure. A refusal counts only beside
 * a genuine event of the same type that is taken: where that is refused as well, nothing is known.
 * @param genuine that event, where it went out already; left out, it is sent now
 */
export async function allRefused(
  endpoint: Endpoint,
  exchanges: readonly Exchange[],
  good: string,
  genuine?: Exchange,
): Promise<Conclusion> {
  const taken = exchanges.find(isTaken)
  if (taken !== undefined) return conclude('fail', `It ${howItEnded(taken, taken.what)}.`, [taken])
  const control = genuine ?? (await endpoint.send(endpoint.plain().body, { what: 'a genuine event beside it' }))
  if (!isTaken(control))
    return conclude('unknown', `It ${howItEnded(control, control.what)}, so its refusals prove nothing.`, [
      ...exchanges,
      control,
    ])
  const odd = exchanges.find(({ answer }) => answer === null || answer.status >= 500 || answer.status < 400)
  if (odd !== undefined) return conclude('warn', `It ${howItEnded(odd, odd.what)}; 401 would be clearer.`, [odd])
  return conclude('pass', good, exchanges.slice(0, 1))
}

/** Whether the endpoint is still there after a probe, and what to say of it when it is not. */
import { setTimeout as wait } from 'node:timers/promises'
import { asTheGateway, howItEnded, isTaken } from '../../core/check/exchange.ts'
import type { Exchange } from '../../core/check/finding.ts'
import { nameOf } from '../../core/check/finding-title.ts'
import type { ProbeId } from '../../core/check/probes.ts'
import type { Endpoint } from './endpoint.ts'
import type { Blame } from './gate.ts'
import type { Silence } from './lookout.ts'
import { conclude, titled } from './probe.ts'

/** Between two looks at an endpoint that went away, milliseconds: short at first, then longer. */
const firstPauseMs = 100
const longestPauseMs = 2000

/**
 * After a failure: a crashed endpoint may come back by itself; until then the answers to other questions would only repeat it.
 * @param id the probe after which it is in doubt
 * @param most plain events that may be sent
 * @returns what to blame when it stays away, and how many events were sent
 */
export async function goneAfter(
  endpoint: Endpoint,
  id: ProbeId,
  most: number,
): Promise<{ blame: Blame | null; sent: number }> {
  const { silence } = endpoint.lookout
  const last = silence && whatEnded(silence)
  const until = performance.now() + endpoint.limits.returnMs
  let pauseMs = firstPauseMs
  for (let sent = 1; sent <= most; sent++) {
    const exchange = await endpoint.sendPlain()
    if (isTaken(exchange)) return { blame: null, sent }
    if (performance.now() > until || sent === most) return { blame: blameFor(endpoint, id, last, exchange), sent }
    await wait(pauseMs, undefined, { signal: endpoint.signal })
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  }
  return { blame: null, sent: 0 }
}

/** What gave no answer ended it; where nothing listened any more, or only a plain event was waited for, what came before did. */
function whatEnded({ before, first }: Silence): Exchange {
  const wasOver = first.outcome === 'refused' || (first.outcome === 'timed-out' && first.what === asTheGateway)
  return wasOver && before !== null ? before : first
}

/** @param last the request that ended it, as far as is known @param exchange a plain event, which it does not take any more */
function blameFor(endpoint: Endpoint, id: ProbeId, last: Exchange | null, exchange: Exchange): Blame {
  if (endpoint.atProxy.includes(exchange)) {
    const reason = `Since “${nameOf(id)}”, requests end at the proxy, and later probes are not tested. ${exchange.problem ?? ''}`
    return { probe: null, conclusion: null, reason: reason.trim() }
  }
  const after = last === null ? `“${nameOf(id)}”` : last.what === asTheGateway ? 'a plain event' : last.what
  const reason = `Since ${after}, it ${howItEnded(exchange, 'a plain event')}: later probes are not tested.`
  const isRefusal = exchange.answer !== null && exchange.answer.status < 500
  // Who still answers that it takes no more has not ended.
  if (isRefusal) return { probe: null, conclusion: null, reason }
  return {
    probe: 'stays-up',
    conclusion: titled(
      `A single request ends your app: ${after}`,
      conclude(
        'fail',
        `After ${after}, it ${howItEnded(exchange, 'a plain event')}, and did not recover within ${endpoint.limits.returnMs / 1000} s.`,
        last === null ? [exchange] : [last, exchange],
      ),
    ),
    reason,
  }
}

/** What the reports have in common: counts, order, and how an exchange reads in a few words. */
import { countOutcomes } from '../../../core/check/check-run.ts'
import { byWeight, type CheckVerdict, isPartialReport, verdictOf } from '../../../core/check/check-words.ts'
import { howItEnded } from '../../../core/check/exchange.ts'
import type { CheckReport, Exchange, Finding, RootCause } from '../../../core/check/finding.ts'
import { probesText } from '../../../core/check/not-examined.ts'
import { chosenProbes, type ProbeId } from '../../../core/check/probes.ts'
import { rootCauses } from '../../../core/check/shared-cause.ts'
import { tookText } from '../../../core/text/duration.ts'
import { counted, printable } from '../../../core/text/text.ts'

/** What it comes to. With a baseline, “ready” would hide what it knows. */
export function reportVerdict(report: CheckReport): CheckVerdict {
  const { complete, ready, findings, options, known } = report
  if (complete && ready && known.length > 0)
    return { kind: 'ready-in-part', words: `Nothing new to fix, ${probesText(known.length)} known from the baseline` }
  return verdictOf({
    state: complete ? 'done' : 'stopped',
    asked: findings.length,
    of: chosenProbes(options).length,
    ready,
    counts: countOutcomes(findings),
    partial: isPartialReport(report),
  })
}

/** The probes that a stopped check did not come to. */
export function notAsked({ options, findings, complete }: CheckReport): ProbeId[] {
  if (complete) return []
  const asked = new Set(findings.map(({ probe }) => probe))
  return chosenProbes(options).filter(id => !asked.has(id))
}

/** What to fix, in order: what several findings have in common, then what stands alone. */
export function toFix(findings: readonly Finding[]): {
  readonly causes: readonly RootCause[]
  readonly alone: readonly Finding[]
} {
  const causes = rootCauses(findings)
  const explained = new Set(causes.flatMap(({ probes: places }) => places))
  return { causes, alone: byWeight(findings).filter(({ probe }) => !explained.has(probe)) }
}

/** “1 request was”, “732 requests were”. */
export const requestsText = (count: number): string => counted(count, 'request was', 'requests were')

/** How an exchange ended, in a few words: “200 in 12 ms”. */
export function endOf(exchange: Exchange): string {
  const { answer, ms } = exchange
  return answer === null ? printable(howItEnded(exchange)) : `${answer.status} in ${tookText(ms)}`
}

/** What the reports have in common: counts, order, and how an exchange reads in a few words. */

import { notExamined } from '../../../core/check-run.ts'
import {
  type CheckReport,
  type Exchange,
  type Finding,
  type FindingOutcome,
  isJudged,
  outcomes,
  type RootCause,
  type Severity,
} from '../../../core/finding.ts'
import { type ProbeId, probes } from '../../../core/probes.ts'
import { rootCauses } from '../../../core/shared-cause.ts'
import { printable } from '../../../core/text.ts'
import { howItEnded } from '../endpoint.ts'
import { chosen } from '../run.ts'

/** How often each outcome occurs. */
export function countsOf(findings: readonly Finding[]): Readonly<Record<FindingOutcome, number>> {
  const counts = Object.fromEntries(outcomes.map(outcome => [outcome, 0])) as Record<FindingOutcome, number>
  for (const { outcome } of findings) counts[outcome] += 1
  return counts
}

export type VerdictKind = 'ready' | 'not-ready' | 'stopped'

/** What it comes to, in words, and as what it is shown. */
export function verdictOf(report: CheckReport): { readonly kind: VerdictKind; readonly words: string } {
  const { complete, ready, findings, options } = report
  if (!complete) return { kind: 'stopped', words: 'Stopped before it was complete' }
  if (!isJudged(findings)) return { kind: 'stopped', words: 'Nothing was judged, so nothing can be said' }
  if (!ready) return { kind: 'not-ready', words: 'Not ready to go live' }
  const part = options.only.length > 0 || options.skip.length > 0 || notExamined(report).length > 0
  return { kind: 'ready', words: part ? 'Ready to go live, as far as was asked' : 'Ready to go live' }
}

/** The probes that a stopped check did not come to. */
export function notAsked({ options, findings, complete }: CheckReport): ProbeId[] {
  if (complete) return []
  const asked = new Set(findings.map(({ probe }) => probe))
  return chosen(options).filter(id => !asked.has(id))
}

const severityRank: Readonly<Record<Severity, number>> = { critical: 0, major: 1, minor: 2 }
const severityOf = new Map<ProbeId, Severity>(probes.map(({ id, severity }) => [id, severity]))

/** Failures and warnings: failures first, the grave ones before the others. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  const rank = ({ outcome, probe }: Finding) =>
    (outcome === 'fail' ? 0 : 10) + severityRank[severityOf.get(probe) ?? 'minor']
  return findings
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .toSorted((one, other) => rank(one) - rank(other))
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
export const requestsText = (count: number): string => (count === 1 ? '1 request was' : `${count} requests were`)

/** How an exchange ended, in a few words: “200 in 12 ms”. */
export function endOf(exchange: Exchange): string {
  const { answer, ms } = exchange
  return answer === null ? printable(howItEnded(exchange)) : `${answer.status} in ${Math.round(ms)} ms`
}

/** A measure for people: `p95Ms` 12.3 is “p95 12 ms”. */
export function measureText(name: string, value: number): string {
  const words = name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return words.endsWith(' ms') ? `${words.slice(0, -3)} ${Math.round(value)} ms` : `${words} ${value}`
}

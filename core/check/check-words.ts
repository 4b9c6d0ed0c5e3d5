/** What a check comes to, in the same words in the terminal, in reports and on screen. */
import { isLoopback } from '../http/loopback.ts'
import { tookText } from '../text/duration.ts'
import { counted } from '../text/text.ts'
import type { CheckRun } from './check-run.ts'
import { type CheckReport, type Finding, type FindingOutcome, type Severity, severities } from './finding.ts'
import {
  countStandings,
  openOf,
  type ProbeStanding,
  probesLeftOpen,
  probesText,
  standingWords,
} from './not-examined.ts'
import { findProbe, type ProbeId } from './probes.ts'

export type CheckVerdictKind = 'running' | 'ready' | 'ready-in-part' | 'not-ready' | 'stopped' | 'failed'

export interface CheckVerdict {
  readonly kind: CheckVerdictKind
  readonly words: string
}

/**
 * Whether a good outcome says less than that the endpoint is ready: something was left out, nothing was signed, nothing measured
 * what events do to the shop, or it is on this machine, without its public address and certificate.
 */
export const isPartial = ({ target, only, skip, signed, basic, effect }: CheckReport['options']): boolean =>
  only.length > 0 || skip.length > 0 || !effect || (signed === null && !basic) || isLoopback(new URL(target).hostname)

/** Whether the score and `ready` of a report say less than what the whole check asks. */
export const isPartialReport = (report: CheckReport): boolean =>
  !report.complete || isPartial(report.options) || openOf(report).length > 0

/** The score, and what it is of: “Score 100 of 100 for what was examined”. */
export const scoreWords = ({ score, partial }: { readonly score: number; readonly partial: boolean }): string =>
  `Score ${score} of 100${partial ? ' for what was examined' : ''}`

export const scoreText = (report: CheckReport): string =>
  scoreWords({ score: report.score, partial: isPartialReport(report) })

/** How many findings are of a kind, and the word for it. */
export interface CheckSum {
  readonly outcome: FindingOutcome
  readonly count: number
  readonly words: string
}

/** What the findings come to, those to act on first; with the same words wherever a report is shown. */
export function sumsOf(report: CheckReport): readonly CheckSum[] {
  const counts = countStandings(report.findings, probesLeftOpen(report))
  const standings = Object.keys(standingWords) as readonly ProbeStanding[]
  return [
    ...standings.map(standing => ({
      outcome: standing === 'open' ? ('skipped' as const) : standing,
      count: counts[standing],
      words: standingWords[standing],
    })),
    { outcome: 'told', count: report.known.length, words: 'known from the baseline' },
  ]
}

/** “12 failed, 3 warned, 30 passed, 6 not examined, 2 skipped”. */
export const sumsText = (report: CheckReport): string =>
  sumsOf(report)
    .flatMap(({ count, words }) => (count === 0 ? [] : [`${count} ${words}`]))
    .join(', ')

/**
 * “3 of 3 passed, 5 not examined”: what has no answer must not look as if it had passed.
 * @param open the probes that the way the check was run left open
 */
export function passedText(findings: readonly Finding[], open: ReadonlySet<ProbeId>): string {
  const counts = countStandings(findings, open)
  const judged = counts.pass + counts.warn + counts.fail
  const others = (['unknown', 'open', 'skipped', 'told'] as const).filter(standing => counts[standing] > 0)
  return [
    judged === 0 ? 'nothing tested' : `${counts.pass} of ${judged} passed`,
    ...others.map(standing => `${counts[standing]} ${standingWords[standing]}`),
  ].join(', ')
}

function readyWords({ counts: { warn }, partial }: Pick<CheckRun, 'counts' | 'partial'>): string {
  const asked = partial ? ', as far as examined' : ''
  return `Ready to go live${asked}${warn === 0 ? '' : `, with ${warn === 1 ? 'a warning' : `${warn} warnings`}`}`
}

function notReadyWords({ fail, warn, unknown }: CheckRun['counts']): string {
  if (fail > 0) return `Not ready to go live: ${probesText(fail)} failed`
  return unknown > 0
    ? `Not ready to go live: ${unknown} not tested`
    : `Not ready to go live: ${counted(warn, 'warning')}`
}

/** @param run any part of a run, also of one that runs now */
export function verdictOf(
  run: Pick<CheckRun, 'state' | 'asked' | 'of' | 'ready' | 'counts' | 'partial'>,
): CheckVerdict {
  const { pass, warn, fail } = run.counts
  switch (run.state) {
    case 'running':
      return { kind: 'running', words: 'Checking…' }
    case 'failed':
      return { kind: 'failed', words: 'The check failed' }
    case 'stopped':
      return { kind: 'stopped', words: `Stopped after ${run.asked} of ${run.of} probes` }
    case 'done':
      if (pass + warn + fail === 0) return { kind: 'stopped', words: 'Nothing was tested' }
      return run.ready
        ? { kind: run.partial ? 'ready-in-part' : 'ready', words: readyWords(run) }
        : { kind: 'not-ready', words: notReadyWords(run.counts) }
  }
}

const weight = ({ outcome, probe }: Finding): number => {
  const severity: Severity = findProbe(probe)?.severity ?? 'minor'
  return (outcome === 'fail' ? 0 : severities.length) + severities.indexOf(severity)
}

/** What should be fixed, worst first: failures by severity, then warnings. */
export const byWeight = (findings: readonly Finding[]): Finding[] =>
  findings
    .filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    .toSorted((one, other) => weight(one) - weight(other))

/** A measure for people: `p95Ms` 12.3 is “p95” and “12 ms”. */
export function measureText(name: string, value: number): { readonly name: string; readonly value: string } {
  const milliseconds = /^(.+)Ms$/.exec(name)
  const words = (milliseconds?.[1] ?? name).replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return {
    name: words,
    value: milliseconds ? tookText(value) : (Math.round(value * 100) / 100).toLocaleString('en-US'),
  }
}

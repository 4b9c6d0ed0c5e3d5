/** A check in words: what its findings come to, and what two of them have in common. */
import type { CheckOutline, CheckRun } from '../../core/check-run.ts'
import {
  type CheckReport,
  type Finding,
  type FindingOutcome,
  type ProbeGroup,
  probeGroups,
  type Severity,
  severities,
} from '../../core/finding.ts'
import { type ProbeEntry, type ProbeId, probes } from '../../core/probes.ts'
import { isHere } from './readiness-draft.ts'
import { countText, duration } from './time.ts'

/** What an outcome is called, in the order in which they are counted: what matters most first. */
export const outcomeNames: Readonly<Record<FindingOutcome, string>> = {
  fail: 'Failed',
  warn: 'Warned',
  unknown: 'Unknown',
  told: 'Told',
  skipped: 'Skipped',
  pass: 'Passed',
}
export const outcomeOrder = Object.keys(outcomeNames) as readonly FindingOutcome[]

export const severityNames: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
}

export type Tone = 'ok' | 'warn' | 'bad' | 'neutral'

const questions = (count: number) => (count === 1 ? '1 question' : `${countText(count)} questions`)
const things = (count: number) => (count === 1 ? '1 thing' : `${countText(count)} things`)

/** The score of a run; null while nothing was judged, as 0 would be a verdict. */
export function shownScore({ score, counts }: CheckRun): number | null {
  return counts.pass + counts.warn + counts.fail === 0 ? null : score
}

/** What a run comes to, in a few words. */
export function verdictOf(run: CheckRun): { readonly text: string; readonly tone: Tone } {
  const { fail, warn, unknown } = run.counts
  if (run.state === 'running') return { text: 'Asking…', tone: 'neutral' }
  if (run.state === 'failed') return { text: 'The check could not go on', tone: 'bad' }
  if (run.state === 'stopped') return { text: `Stopped after ${run.asked} of ${run.of} questions`, tone: 'neutral' }
  if (run.ready) {
    const warned = warn === 0 ? '' : `, with ${warn === 1 ? 'a warning' : `${warn} warnings`}`
    if (run.of < probes.length) return { text: `Nothing to mend in ${questions(run.of)}${warned}`, tone: 'ok' }
    if (isHere(run.target)) return { text: `Ready, as far as this machine shows${warned}`, tone: 'ok' }
    return { text: warn === 0 ? 'Ready to go live' : `Ready${warned}`, tone: 'ok' }
  }
  if (fail > 0) return { text: `Not ready: ${things(fail)} to mend`, tone: 'bad' }
  if (unknown > 0) return { text: `Not ready: ${things(unknown)} could not be found out`, tone: 'bad' }
  return { text: `Not ready: ${things(warn)} to mend`, tone: 'bad' }
}

/** “3 failed, 1 warned, 45 passed”. */
export function countsText(counts: CheckRun['counts']): string {
  const parts = (['fail', 'warn', 'unknown', 'pass'] as const)
    .filter(outcome => counts[outcome] > 0)
    .map(outcome => `${counts[outcome]} ${outcomeNames[outcome].toLowerCase()}`)
  return parts.length === 0 ? 'nothing asked' : parts.join(', ')
}

/** A probe as the report shows it: its finding, or that it has none yet. */
export interface Line {
  readonly probe: ProbeEntry & { readonly id: ProbeId }
  readonly finding: Finding | null
  readonly current: boolean
  readonly before: Change | null
}

export interface GroupLines {
  readonly group: ProbeGroup
  readonly title: string
  readonly lines: readonly Line[]
}

/**
 * The probes of a report by group.
 * @param asked the probes that are still to be asked as well; null when the check is over
 */
export function linesOf(
  report: CheckReport,
  asked: { readonly current: ProbeId | null } | null,
  changes: ReadonlyMap<ProbeId, Change>,
): readonly GroupLines[] {
  const found = new Map(report.findings.map(finding => [finding.probe, finding]))
  const { only, skip } = report.options
  const named = (names: readonly string[], { id, group }: ProbeEntry) => names.includes(id) || names.includes(group)
  const shown = probes.filter(
    probe =>
      found.has(probe.id) || (asked !== null && (only.length === 0 || named(only, probe)) && !named(skip, probe)),
  )
  return (Object.entries(probeGroups) as readonly [ProbeGroup, string][])
    .map(([group, title]) => ({
      group,
      title,
      lines: shown
        .filter(probe => probe.group === group)
        .map(probe => ({
          probe,
          finding: found.get(probe.id) ?? null,
          current: asked?.current === probe.id,
          before: changes.get(probe.id) ?? null,
        })),
    }))
    .filter(({ lines }) => lines.length > 0)
}

/** What should be mended, the worst first: failures by severity, then warnings. */
export function toMend(report: CheckReport): readonly Line[] {
  const rank = ({ probe, finding }: Line) =>
    (finding?.outcome === 'fail' ? 0 : severities.length) + severities.indexOf(probe.severity)
  return linesOf(report, null, new Map())
    .flatMap(({ lines }) => lines)
    .filter(({ finding }) => finding?.outcome === 'fail' || finding?.outcome === 'warn')
    .toSorted((one, other) => rank(one) - rank(other))
}

/** What became of a probe since another check. `better` and `worse` only where both judged it. */
export interface Change {
  readonly kind: 'better' | 'worse' | 'same' | 'new'
  /** What it was; null when it was not asked. */
  readonly was: FindingOutcome | null
}

const ranks: Readonly<Partial<Record<FindingOutcome, number>>> = { fail: 0, unknown: 1, warn: 2, pass: 3 }

/** Each probe of a report beside an earlier one. */
export function changesSince(
  before: Pick<CheckReport, 'findings'>,
  after: Pick<CheckReport, 'findings'>,
): ReadonlyMap<ProbeId, Change> {
  const was = new Map(before.findings.map(({ probe, outcome }) => [probe, outcome]))
  return new Map(
    after.findings.map(({ probe, outcome }): [ProbeId, Change] => {
      const earlier = was.get(probe)
      if (earlier === undefined) return [probe, { kind: 'new', was: null }]
      const [from, to] = [ranks[earlier], ranks[outcome]]
      const kind = from === undefined || to === undefined || from === to ? 'same' : to > from ? 'better' : 'worse'
      return [probe, { kind, was: earlier }]
    }),
  )
}

/** “2 better, 1 worse”, or that nothing changed. */
export function changesText(changes: ReadonlyMap<ProbeId, Change>): string {
  const count = (kind: Change['kind']) => [...changes.values()].filter(change => change.kind === kind).length
  const parts = (['better', 'worse', 'new'] as const)
    .filter(kind => count(kind) > 0)
    .map(kind => `${count(kind)} ${kind}`)
  return parts.length === 0 ? 'nothing changed' : parts.join(', ')
}

/** A measured value: “p95Ms”, 12.3 → “p95”, “12 ms”. */
export function measureText(name: string, value: number): { readonly name: string; readonly value: string } {
  const milliseconds = /^(.+)Ms$/.exec(name)
  const words = (milliseconds?.[1] ?? name).replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  if (milliseconds) return { name: words, value: duration(value) }
  return { name: words, value: countText(Math.round(value * 100) / 100) }
}

/** What a check would do: “54 questions, at most 812 requests on up to 20 connections, 20 a second: 41 s or more.” */
export function outlineText({ probes: asked, requests, rate, connections }: CheckOutline): string {
  const most = `${questions(asked.length)}, at most ${countText(requests)} requests on up to ${connections} connections`
  if (rate === null) return `${most}.`
  const seconds = Math.ceil(requests / rate)
  const time = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return `${most}, ${countText(rate)} a second: up to ${time} of sending.`
}

/** “12 of 14 passed”, of those that were judged. */
export function judgedText(lines: readonly Line[]): string {
  const judged = lines.filter(({ finding }) => finding && ['pass', 'warn', 'fail'].includes(finding.outcome))
  const passed = judged.filter(({ finding }) => finding?.outcome === 'pass')
  return judged.length === 0 ? questions(lines.length) : `${passed.length} of ${judged.length} passed`
}

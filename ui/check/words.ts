/** A check in words: what its findings come to, and what two of them have in common. */
import type { CheckOutline, CheckRun } from '../../core/check/check-run.ts'
import { byWeight, type CheckVerdictKind, passedText, verdictOf } from '../../core/check/check-words.ts'
import {
  type CheckReport,
  type Finding,
  type FindingOutcome,
  type ProbeGroup,
  probeGroups,
  type Severity,
} from '../../core/check/finding.ts'
import {
  type ProbeStanding,
  probeStandingOf,
  probesLeftOpen,
  probesText,
  standingWords,
} from '../../core/check/not-examined.ts'
import { type ProbeEntry, type ProbeId, probes } from '../../core/check/probes.ts'
import { lengthText } from '../../core/text/duration.ts'
import { capital } from '../../core/text/text.ts'
import { countText } from '../kit/count.ts'

/** The groups of the filter, in its order: what matters most first. */
export const standingOrder = [
  'fail',
  'warn',
  'unknown',
  'open',
  'told',
  'skipped',
  'pass',
] as const satisfies readonly ProbeStanding[]
export const standingName = (standing: ProbeStanding): string => capital(standingWords[standing])

/** How a line counts; null while it has no finding. */
export const standingOfLine = ({ probe, finding, open }: FindingLine): ProbeStanding | null =>
  finding && probeStandingOf(finding, new Set(open ? [probe.id] : []))

export const severityNames: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
}

export type Tone = 'ok' | 'warn' | 'bad' | 'neutral'

/** The score of a run; null while nothing was judged, as 0 would be a verdict. */
export function shownScore({ score, counts }: CheckRun): number | null {
  return counts.pass + counts.warn + counts.fail === 0 ? null : score
}

const tones = {
  running: 'neutral',
  ready: 'ok',
  'ready-in-part': 'warn',
  'not-ready': 'bad',
  stopped: 'neutral',
  failed: 'bad',
} as const satisfies Record<CheckVerdictKind, Tone>

/** What a run comes to, and in which colour. */
export function verdictShown(run: CheckRun): { readonly text: string; readonly tone: Tone } {
  const { kind, words } = verdictOf(run)
  return { text: words, tone: tones[kind] }
}

/** “3 failed, 1 warned, 45 passed”. */
export function countsText(counts: CheckRun['counts']): string {
  const parts = (['fail', 'warn', 'unknown', 'pass'] as const)
    .filter(outcome => counts[outcome] > 0)
    .map(outcome => `${counts[outcome]} ${standingWords[outcome]}`)
  return parts.length === 0 ? 'nothing run' : parts.join(', ')
}

/** A probe as the report shows it: its finding, or that it has none yet. */
export interface FindingLine {
  readonly probe: ProbeEntry & { readonly id: ProbeId }
  readonly finding: Finding | null
  readonly current: boolean
  /** The way the check was run left it open. */
  readonly open: boolean
  readonly before: FindingChange | null
}

export interface GroupLines {
  readonly group: ProbeGroup
  readonly title: string
  readonly lines: readonly FindingLine[]
}

/**
 * The probes of a report by group.
 * @param asked the probes that are still to be asked as well; null when the check is over
 */
export function linesOf(
  report: CheckReport,
  asked: { readonly current: ProbeId | null } | null,
  changes: ReadonlyMap<ProbeId, FindingChange>,
): readonly GroupLines[] {
  const found = new Map(report.findings.map(finding => [finding.probe, finding]))
  const { only, skip } = report.options
  const left = probesLeftOpen(report)
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
          open: left.has(probe.id),
          before: changes.get(probe.id) ?? null,
        })),
    }))
    .filter(({ lines }) => lines.length > 0)
}

/** What should be fixed, worst first. */
export function linesToFix(report: CheckReport): readonly FindingLine[] {
  const lines = new Map(
    linesOf(report, null, new Map()).flatMap(group => group.lines.map(line => [line.probe.id, line])),
  )
  return byWeight(report.findings).flatMap(({ probe }) => lines.get(probe) ?? [])
}

/** What became of a probe since another check. `better` and `worse` only where both judged it. */
export interface FindingChange {
  readonly kind: 'better' | 'worse' | 'same' | 'new'
  /** What it was; null when it was not asked. */
  readonly was: FindingOutcome | null
}

const ranks: Readonly<Partial<Record<FindingOutcome, number>>> = { fail: 0, unknown: 1, warn: 2, pass: 3 }

/** Each probe of a report beside an earlier one. */
export function changesSince(
  before: Pick<CheckReport, 'findings'>,
  after: Pick<CheckReport, 'findings'>,
): ReadonlyMap<ProbeId, FindingChange> {
  const was = new Map(before.findings.map(({ probe, outcome }) => [probe, outcome]))
  return new Map(
    after.findings.map(({ probe, outcome }): [ProbeId, FindingChange] => {
      const earlier = was.get(probe)
      if (earlier === undefined) return [probe, { kind: 'new', was: null }]
      const [from, to] = [ranks[earlier], ranks[outcome]]
      const kind = from === undefined || to === undefined || from === to ? 'same' : to > from ? 'better' : 'worse'
      return [probe, { kind, was: earlier }]
    }),
  )
}

/** “2 better, 1 worse”, or that nothing changed. */
export function changesText(changes: ReadonlyMap<ProbeId, FindingChange>): string {
  const count = (kind: FindingChange['kind']) => [...changes.values()].filter(change => change.kind === kind).length
  const parts = (['better', 'worse', 'new'] as const)
    .filter(kind => count(kind) > 0)
    .map(kind => `${count(kind)} ${kind}`)
  return parts.length === 0 ? 'nothing changed' : parts.join(', ')
}

/** What a check would do: “54 probes, at most 812 requests on up to 20 connections, 20 per second: takes up to 41 s.” */
export function outlineText({ probes: asked, requests, rate, connections }: CheckOutline): string {
  const most = `${probesText(asked.length)}, at most ${countText(requests)} requests on up to ${connections} connections`
  if (rate === null) return `${most}.`
  const time = lengthText(Math.ceil(requests / rate) * 1000)
  return `${most}, ${countText(rate)} per second: takes up to ${time}.`
}

/** “12 of 14 passed, 2 skipped”. */
export function judgedText(lines: readonly FindingLine[]): string {
  const found = lines.flatMap(({ finding }) => finding ?? [])
  return found.length === 0
    ? probesText(lines.length)
    : passedText(found, new Set(lines.filter(({ open }) => open).map(({ probe }) => probe.id)))
}

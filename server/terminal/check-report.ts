/** The readiness check in the terminal: what it will do, and a report one can act on. */
import { type CheckReport, type Finding, type FindingOutcome, probeGroups, scoreRule } from '../../core/finding.ts'
import { findProbe, probes } from '../../core/probes.ts'
import { frameworks, remedies } from '../../core/remedies.ts'
import { printable } from '../../core/text.ts'
import type { CheckPlan, CheckRequest } from '../check/run.ts'
import { type LineStyle, wrapWords } from './delivery-line.ts'
import type { Paint } from './style.ts'

const marks: Readonly<Record<FindingOutcome, string>> = {
  pass: '✓',
  warn: '!',
  fail: '✗',
  told: '·',
  skipped: '-',
  unknown: '?',
}

function painted(outcome: FindingOutcome, text: string, paint: Paint): string {
  switch (outcome) {
    case 'pass':
      return paint.green(text)
    case 'warn':
    case 'unknown':
      return paint.yellow(text)
    case 'fail':
      return paint.red(text)
    case 'told':
    case 'skipped':
      return paint.dim(text)
  }
}

/** Every probe by group, for `--list`. */
export function probeLines(paint: Paint): string[] {
  return Object.entries(probeGroups).flatMap(([group, title]) => [
    '',
    `${paint.bold(group)}  ${title}`,
    ...probes.filter(probe => probe.group === group).map(({ id, question }) => `  ${id.padEnd(24)}${question}`),
  ])
}

/** What will be sent, before anything is. */
export function planLines(plan: CheckPlan, request: CheckRequest, paint: Paint): string[] {
  const pace = plan.rate === null ? '' : `, ${plan.rate} a second (about ${Math.ceil(plan.requests / plan.rate)} s)`
  return [
    `Examining ${paint.bold(printable(request.url.href))}`,
    paint.dim(
      `At most ${plan.requests} requests${pace}, ${plan.connections} at once, for ${plan.probes.length} questions. Every event is marked ${plan.mark}.`,
    ),
  ]
}

/** One finding in one line. */
export function findingLine({ outcome, probe, sentence }: Finding, { paint }: LineStyle): string {
  const said = outcome === 'pass' || outcome === 'skipped' ? paint.dim(printable(sentence)) : printable(sentence)
  return `  ${painted(outcome, marks[outcome], paint)} ${probe.padEnd(24)} ${said}`
}

/** Why it matters and what to do, under a finding that is not good. */
function adviceLines(finding: Finding, { paint, width }: LineStyle): string[] {
  const probe = findProbe(finding.probe)
  if (probe === undefined) return []
  const indent = '    '
  const wrapped = (text: string) =>
    wrapWords(text, width === null ? null : width - indent.length).map(line => indent + line)
  const code =
    probe.remedy === undefined
      ? []
      : [
          '',
          `${indent}${paint.dim(`${frameworks.express} (Hono, PHP and Python in the HTML report):`)}`,
          ...remedies[probe.remedy].express.split('\n').map(line => `${indent}  ${paint.dim(line)}`),
        ]
  return [
    `${painted(finding.outcome, marks[finding.outcome], paint)} ${paint.bold(probe.question)} ${paint.dim(`${probe.severity} · ${probe.id}`)}`,
    ...wrapped(printable(finding.sentence)),
    ...wrapped(paint.dim(probe.why)),
    ...wrapped(`Fix: ${probe.fix}`),
    ...(finding.outcome === 'fail' ? code : []),
    '',
  ]
}

/** The report: what is wrong first, then the sum. */
export function reportLines(report: CheckReport, style: LineStyle): string[] {
  const { paint } = style
  const count = (outcome: FindingOutcome) => report.findings.filter(finding => finding.outcome === outcome).length
  const told = report.findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
  const unknown = count('unknown')
  const verdict = !report.complete
    ? paint.yellow('Stopped: this is what was found so far.')
    : report.ready
      ? paint.green('Ready to go live.')
      : paint.red('Not ready to go live.')
  return [
    '',
    ...told.toSorted(byWeight).flatMap(finding => adviceLines(finding, style)),
    `${paint.bold(verdict)} Score ${report.score} of 100: ${count('pass')} passed, ${count('warn')} warned, ${count('fail')} failed${
      unknown === 0 ? '' : `, ${unknown} could not be found out`
    }${report.known.length === 0 ? '' : `; ${report.known.length} known from the baseline`}.`,
    paint.dim(scoreRule),
    paint.dim(`${report.requests} requests were sent. What they made carries ${report.mark}.`),
  ]
}

const weight = { critical: 0, major: 1, minor: 2 } as const

/** Failures before warnings, the grave ones first. */
function byWeight(one: Finding, other: Finding): number {
  const rank = ({ outcome, probe }: Finding) =>
    (outcome === 'fail' ? 0 : 3) + weight[findProbe(probe)?.severity ?? 'minor']
  return rank(one) - rank(other)
}

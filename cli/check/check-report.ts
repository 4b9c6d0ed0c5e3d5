/** The readiness check in the terminal: what it will do, and a report one can act on. */
import { byWeight, type CheckVerdictKind, scoreText, sumsText } from '../../core/check/check-words.ts'
import {
  type CheckReport,
  type Finding,
  type FindingOutcome,
  probeGroups,
  type RootCause,
  scoreRule,
} from '../../core/check/finding.ts'
import { titleOf } from '../../core/check/finding-title.ts'
import {
  leftOpen,
  openOf,
  openTexts,
  probeStandingOf,
  probesLeftOpen,
  probesText,
} from '../../core/check/not-examined.ts'
import { findProbe, probes } from '../../core/check/probes.ts'
import { printable } from '../../core/text/text.ts'
import { reportVerdict, requestsText, toFix } from '../../server/check/report/parts.ts'
import type { CheckPlan, CheckRequest } from '../../server/check/run.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import type { Paint } from '../shared/style.ts'
import { besideName, wrapWords } from '../shared/wrap.ts'
import { type CodeLines, openCodeLines } from './check-code.ts'

export const marks: Readonly<Record<FindingOutcome, string>> = {
  pass: '✓',
  warn: '!',
  fail: '✗',
  told: '·',
  skipped: '-',
  unknown: '?',
}

export function painted(outcome: FindingOutcome, text: string, paint: Paint): string {
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
export function probeLines({ paint, width }: LineStyle): string[] {
  return Object.entries(probeGroups).flatMap(([group, title]) => [
    '',
    `${paint.bold(group)}  ${title}`,
    ...probes
      .filter(probe => probe.group === group)
      .flatMap(({ id, pass }) => besideName(`  ${id.padEnd(24)}`, pass, width)),
  ])
}

/** Text in lines that fit, each after an indent; painted once it is wrapped. */
function wrapped(text: string, indent: string, width: number | null, paint = (line: string) => line): string[] {
  const room = width === null ? null : width - indent.length
  return wrapWords(printable(text), room).map(line => indent + paint(line))
}

/** What will be sent, before anything is. */
export function planLines(plan: CheckPlan, request: CheckRequest, { paint, width }: LineStyle): string[] {
  const pace = plan.rate === null ? '' : `, ${plan.rate} per second (about ${Math.ceil(plan.requests / plan.rate)} s)`
  const says = `At most ${plan.requests} requests${pace}, ${plan.connections} at once, for ${probesText(plan.probes.length)}. Every event is marked ${plan.mark}, seed ${plan.seed}.`
  return [`Examining ${paint.bold(printable(request.url.href))}`, ...wrapped(says, '', width, paint.dim)]
}

const nameWidth = 24
/** Narrower than this, the sentence stands under the name. */
const narrow = 72

/** One finding, its sentence beside its name. */
export function findingLines({ outcome, probe, sentence }: Finding, { paint, width }: LineStyle): string[] {
  const mark = painted(outcome, marks[outcome], paint)
  const quiet = outcome === 'pass' ? paint.dim : (text: string) => text
  if (width !== null && width < narrow) return [`  ${mark} ${probe}`, ...wrapped(sentence, '    ', width, quiet)]
  const [first = '', ...rest] = wrapped(sentence, ' '.repeat(nameWidth + 5), width, quiet)
  return [`  ${mark} ${probe.padEnd(nameWidth)} ${first.trimStart()}`, ...rest]
}

/** Whether a finding has no answer of its own, but a reason that it may share with others. */
export const isUnanswered = ({ outcome }: Finding): boolean => outcome === 'skipped' || outcome === 'unknown'

/** Those without an answer, together by their reason. */
export function unansweredLines(findings: readonly Finding[], { paint, width }: LineStyle): string[] {
  const reasonOf = ({ sentence, advice = '' }: Finding) => `${sentence} ${advice}`.trim()
  return [...new Set(findings.map(reasonOf))].flatMap(reason => {
    const those = findings.filter(finding => reasonOf(finding) === reason)
    const outcome = those[0]?.outcome ?? 'skipped'
    const quiet = outcome === 'skipped' ? paint.dim : (text: string) => text
    const names = those.map(({ probe }) => probe).join(', ')
    const [first = '', ...rest] = wrapped(`${names}: ${reason}`, '    ', width, quiet)
    return [`  ${painted(outcome, marks[outcome], paint)} ${first.trimStart()}`, ...rest]
  })
}

/** What was skipped and is not left open: it has no meaning for this endpoint, or was not asked for. */
function skippedLines(report: CheckReport, style: LineStyle): string[] {
  const open = probesLeftOpen(report)
  const skipped = report.findings.filter(finding => probeStandingOf(finding, open) === 'skipped')
  return skipped.length === 0 ? [] : ['Skipped:', ...unansweredLines(skipped, style)]
}

/** Before what stands under a finding. */
const indent = '    '

/** Why it matters and what to do, under a finding that is not good. @param code the lines of a remedy */
function adviceLines(finding: Finding, isKnown: boolean, code: CodeLines, { paint, width }: LineStyle): string[] {
  const probe = findProbe(finding.probe)
  if (probe === undefined) return []
  const known = isKnown ? ', known from the baseline' : ''
  return [
    `${painted(finding.outcome, marks[finding.outcome], paint)} ${paint.bold(printable(titleOf(finding)))}`,
    ...wrapped(`${probe.severity}${known} · ${probe.id}`, indent, width, paint.dim),
    ...wrapped(finding.sentence, indent, width),
    ...wrapped(probe.why, indent, width, paint.dim),
    ...wrapped(`Fix: ${finding.advice ?? probe.fix}`, indent, width),
    ...(probe.remedy === undefined || finding.advice !== undefined ? [] : code(probe.remedy, probe.id)),
    '',
  ]
}

const verdictColours = {
  running: 'yellow',
  ready: 'green',
  'ready-in-part': 'yellow',
  'not-ready': 'red',
  stopped: 'yellow',
  failed: 'red',
} as const satisfies Record<CheckVerdictKind, string>

/** The verdict, and what it does not speak of. */
export function verdictLine(report: CheckReport): string {
  const { kind, words } = reportVerdict(report)
  const open = kind === 'ready-in-part' ? leftOpen(report).map(({ what }) => what) : []
  return open.length === 0 ? `${words}.` : `${words}. Not examined: ${open.join(', ')}.`
}

export const verdictPaint =
  (report: CheckReport, paint: Paint) =>
  (line: string): string =>
    paint.bold(paint[verdictColours[reportVerdict(report).kind]](line))

/** One mistake behind several findings, before they follow one by one. */
const causeLines = ({ title, severity, probes: places, fix }: RootCause, { paint, width }: LineStyle): string[] => [
  `${painted('fail', marks.fail, paint)} ${paint.bold(printable(title))}`,
  ...wrapped(`${severity} · ${places.join(', ')}`, indent, width, paint.dim),
  ...wrapped(`Fix: ${fix}`, indent, width),
  '',
]

/** The whole report: what is wrong first, one mistake behind many findings before all of them, then the sum. */
export function reportLines(report: CheckReport, style: LineStyle): string[] {
  const { paint, width } = style
  const code = openCodeLines(report, indent, style)
  return [
    '',
    ...toFix(report.findings).causes.flatMap(cause => causeLines(cause, style)),
    ...byWeight(report.findings).flatMap(finding =>
      adviceLines(finding, report.known.includes(finding.probe), code, style),
    ),
    ...wrapped(verdictLine(report), '', width, verdictPaint(report, paint)),
    ...wrapped(`${scoreText(report)}: ${sumsText(report)}.`, '', width),
    ...wrapped(scoreRule, '', width, paint.dim),
    ...openOf(report).flatMap(one => [
      ...openTexts(report, [one]).flatMap(text => wrapped(text, '', width)),
      ...wrapped(one.probes.join(', '), '  ', width, paint.dim),
    ]),
    ...skippedLines(report, style),
    ...wrapped(
      `${requestsText(report.requests)} sent. Whatever they created is marked ${report.mark}.`,
      '',
      width,
      paint.dim,
    ),
  ]
}

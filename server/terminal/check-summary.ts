/** What a check came to in ten lines: the verdict, what to fix first, and where the rest is. */
import { notExamined } from '../../core/check-run.ts'
import type { CheckReport, Finding, FindingOutcome } from '../../core/finding.ts'
import { titleOf } from '../../core/finding-title.ts'
import { findProbe } from '../../core/probes.ts'
import { clip, printable } from '../../core/text.ts'
import { countsOf, toFix, verdictOf } from '../check/report/parts.ts'
import { marks, painted, verdictColours } from './check-report.ts'
import type { LineStyle } from './delivery-line.ts'

const mostLines = 10

interface SummaryLine {
  readonly outcome: FindingOutcome | null
  readonly text: string
}

/** “12 failed, 3 warned, 30 passed”. */
function sums(report: CheckReport): string {
  const counts = countsOf(report.findings)
  const parts: readonly [number, string][] = [
    [counts.fail, 'failed'],
    [counts.warn, 'warned'],
    [counts.pass, 'passed'],
    [counts.unknown, 'not tested'],
    [report.known.length, 'known from the baseline'],
  ]
  return parts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])).join(', ')
}

/** Those without an answer, by their reason. */
function untested(findings: readonly Finding[]): SummaryLine[] {
  const unknown = findings.filter(({ outcome }) => outcome === 'unknown')
  return [...new Set(unknown.map(({ sentence }) => sentence))].map(sentence => {
    const count = unknown.filter(finding => finding.sentence === sentence).length
    return { outcome: 'unknown', text: `${count} not tested: ${sentence}` }
  })
}

/** What to fix, the worst first; what to do stands under the first. */
function fixes(report: CheckReport): SummaryLine[] {
  const { causes, alone } = toFix(report.findings)
  const entries = [
    ...causes.map(({ title, fix }) => ({ outcome: 'fail' as const, title, fix })),
    ...alone.map(finding => ({
      outcome: finding.outcome,
      title: titleOf(finding) + (report.known.includes(finding.probe) ? ' (known from the baseline)' : ''),
      fix: finding.advice ?? findProbe(finding.probe)?.fix ?? '',
    })),
  ]
  return entries.flatMap(({ outcome, title, fix }, index): SummaryLine[] => [
    { outcome, text: title },
    ...(index === 0 ? [{ outcome: null, text: `  Fix: ${fix}` }] : []),
  ])
}

/** @returns ten lines at most, each cut to the width where there is one */
export function summaryLines(report: CheckReport, { paint, width }: LineStyle): string[] {
  const { kind, words } = verdictOf(report)
  const verdict = `${words}.`
  const open = report.ready ? notExamined(report).map(what => ({ outcome: null, text: `Not examined: ${what}` })) : []
  const all: readonly SummaryLine[] = [...fixes(report), ...untested(report.findings), ...open]
  // Beside the verdict, the sums, and where the rest is.
  const room = mostLines - 3
  const shown = all.slice(0, room)
  const more = all.length - shown.length
  const rest = more === 0 ? 'Every finding' : `${more} more ${more === 1 ? 'line' : 'lines'} and every finding`
  const seed = report.seed === undefined ? '' : `, seed ${report.seed}`
  const cut = (text: string) => (width === null ? printable(text) : clip(printable(text), width - 1))
  const line = ({ outcome, text }: SummaryLine) => {
    const [mark = ' ', ...words] = cut(`${outcome === null ? ' ' : marks[outcome]} ${text}`)
    return `${outcome === null ? mark : painted(outcome, mark, paint)}${words.join('')}`
  }
  return [
    paint.bold(paint[verdictColours[kind]](verdict)),
    cut(`Score ${report.score} of 100: ${sums(report)}.`),
    ...shown.map(line),
    paint.dim(cut(`${rest}: --verbose, --html FILE. What it made is marked ${report.mark}${seed}.`)),
  ]
}

/** What a check came to in ten lines: the verdict, what to fix first, and where the rest is. */
import { scoreText, sumsText } from '../../core/check/check-words.ts'
import type { CheckReport, FindingOutcome } from '../../core/check/finding.ts'
import { titleOf } from '../../core/check/finding-title.ts'
import { leftOpen, openTexts, untested } from '../../core/check/not-examined.ts'
import { findProbe } from '../../core/check/probes.ts'
import { clip, printable } from '../../core/text/text.ts'
import { toFix } from '../../server/check/report/parts.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { marks, painted, verdictLine, verdictPaint } from './check-report.ts'

const mostLines = 10

interface SummaryLine {
  readonly outcome: FindingOutcome | null
  readonly text: string
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
  const open = openTexts(report, leftOpen(report)).map(text => ({ outcome: null, text }))
  const unknown = untested(report).map(({ probes, why }): SummaryLine => {
    return { outcome: 'unknown', text: `${probes.length} not tested: ${why}` }
  })
  const all: readonly SummaryLine[] = [...fixes(report), ...unknown, ...open]
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
    verdictPaint(report, paint)(cut(verdictLine(report))),
    cut(`${scoreText(report)}: ${sumsText(report)}.`),
    ...shown.map(line),
    paint.dim(cut(`${rest}: --verbose, --html FILE. Whatever it created is marked ${report.mark}${seed}.`)),
  ]
}

/** The code of a report in the terminal: in the stack that the endpoint runs on, each piece once. */
import type { CheckReport } from '../../core/check/finding.ts'
import { shownFramework } from '../../core/check/framework-of.ts'
import type { ProbeId } from '../../core/check/probes.ts'
import { frameworkName, type RemedyName, remedyFor } from '../../core/check/remedies.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import { wrapWords } from '../shared/wrap.ts'

/** The lines of a remedy, or, the second time, where they stand. */
export type CodeLines = (remedy: RemedyName, probe: ProbeId) => string[]

/** @param indent before each line */
export function openCodeLines(report: Pick<CheckReport, 'framework'>, indent: string, style: LineStyle): CodeLines {
  const { paint, width } = style
  const shown = new Map<RemedyName, ProbeId>()
  const { name, reason } = shownFramework(report)
  const why = reason === null ? '' : ` ${reason} For another stack: --framework NAME.`
  return (remedy, probe) => {
    const before = shown.get(remedy)
    if (before !== undefined) return [`${indent}${paint.dim(`Code: same as under ${before}.`)}`]
    const heading = `Code for ${frameworkName(name)}.${shown.size === 0 ? why : ''}`
    shown.set(remedy, probe)
    return [
      '',
      ...wrapWords(heading, width === null ? null : width - indent.length).map(line => indent + paint.dim(line)),
      ...remedyFor(remedy, name)
        .split('\n')
        .map(line => `${indent}  ${paint.cyan(line)}`),
    ]
  }
}

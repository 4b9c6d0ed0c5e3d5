/** The check while it runs: on a terminal the probe that runs, and each finding as it comes where all is asked for. */
import { type Finding, probeGroups } from '../../core/check/finding.ts'
import { nameOf } from '../../core/check/finding-title.ts'
import { findProbe } from '../../core/check/probes.ts'
import { spanText } from '../../core/text/duration.ts'
import { clip } from '../../core/text/text.ts'
import type { CheckProgress } from '../../server/check/run.ts'
import type { LineStyle } from '../shared/delivery-line.ts'
import type { Output } from '../shared/io.ts'
import { findingLines, isUnanswered, unansweredLines } from './check-report.ts'

export interface CheckProgressLines {
  tell(progress: CheckProgress): void
  close(): void
}

/** @param all whether every finding is written as it comes */
export function openCheckProgress(stream: Output, style: LineStyle, all: boolean): CheckProgressLines {
  const { paint, width } = style
  const isTerminal = stream.isTTY === true
  let group = ''
  let unanswered: Finding[] = []
  const write = (lines: readonly string[]) => {
    for (const line of lines) stream.write(`${line}\n`)
  }
  const clear = () => {
    if (isTerminal) stream.write('\r\u001b[K')
  }
  const endGroup = () => {
    clear()
    write(unansweredLines(unanswered, style))
    unanswered = []
  }
  return {
    tell(progress) {
      switch (progress.kind) {
        case 'started':
          return
        case 'probe': {
          const probe = findProbe(progress.probe)
          if (probe !== undefined && probe.group !== group) {
            endGroup()
            group = probe.group
            if (all) write(['', paint.bold(probeGroups[probe.group])])
          }
          clear()
          // A line that wraps could not be cleared again.
          const running = `  ${progress.index + 1}/${progress.of} ${nameOf(progress.probe)}`
          if (isTerminal) stream.write(paint.dim(clip(running, (width ?? 80) - 1)))
          return
        }
        case 'wait':
          clear()
          write([paint.dim(`  The endpoint’s rate limit answered 429: waiting ${spanText(progress.ms)}.`)])
          return
        case 'finding':
          if (!all) return
          if (isUnanswered(progress.finding)) {
            unanswered.push(progress.finding)
            return
          }
          clear()
          write(findingLines(progress.finding, style))
      }
    },
    close: endGroup,
  }
}

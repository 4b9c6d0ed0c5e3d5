/** The check while it runs: each finding as it comes, and on a terminal the question that is being asked. */
import { probeGroups } from '../../core/finding.ts'
import { findProbe } from '../../core/probes.ts'
import type { CheckProgress } from '../check/run.ts'
import { findingLine } from './check-report.ts'
import type { LineStyle } from './delivery-line.ts'

export interface CheckProgressLines {
  tell(progress: CheckProgress): void
  close(): void
}

export function openCheckProgress(stream: NodeJS.WriteStream, style: LineStyle): CheckProgressLines {
  const isTerminal = stream.isTTY === true
  let group = ''
  const clear = () => {
    if (isTerminal) stream.write('\r\u001b[K')
  }
  return {
    tell(progress) {
      switch (progress.kind) {
        case 'started':
          return
        case 'probe': {
          const probe = findProbe(progress.probe)
          clear()
          if (probe !== undefined && probe.group !== group) {
            group = probe.group
            stream.write(`\n${style.paint.bold(probeGroups[probe.group])}\n`)
          }
          if (isTerminal)
            stream.write(style.paint.dim(`  ${progress.index + 1}/${progress.of} ${probe?.question ?? progress.probe}`))
          return
        }
        case 'finding':
          clear()
          stream.write(`${findingLine(progress.finding, style)}\n`)
      }
    },
    close: clear,
  }
}

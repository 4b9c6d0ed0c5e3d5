import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { titleOf } from '../../../core/check/finding-title.ts'
import { leftOpen, type ProbeStanding, probesText, standingWords } from '../../../core/check/not-examined.ts'
import { tookText } from '../../../core/text/duration.ts'
import { Badge } from '../../kit/badge.tsx'
import { type OpenCheck, openProbe, toggleProbe } from '../checks.ts'
import {
  type FindingChange,
  type FindingLine,
  type GroupLines,
  judgedText,
  severityNames,
  standingOfLine,
} from '../words.ts'
import { FindingBody } from './finding-body.tsx'
import { OutcomeMark, WaitingMark } from './outcome-mark.tsx'

/** From how many on skipped questions stand together in one line. */
const worthFolding = 3

/** The findings of a group. @param whole none is filtered out, so that its share can be told */
export function Group({ group, open, whole }: { group: GroupLines; open: OpenCheck; whole: boolean }) {
  const { title, lines } = group
  const [unfolded, setUnfolded] = useState<readonly ProbeStanding[]>([])
  const folds = (['open', 'skipped'] as const)
    .filter(standing => whole && !unfolded.includes(standing))
    .map(standing => {
      const left = lines.filter(line => standingOfLine(line) === standing && line.probe.id !== openProbe.value)
      return { standing, left }
    })
    .filter(({ left }) => left.length >= worthFolding)
  const folded = new Set(folds.flatMap(({ left }) => left))
  const shown = lines.filter(line => !folded.has(line))
  return (
    <section class="stack-close finding-group" aria-labelledby={`group-${group.group}`}>
      <div class="row">
        <h2 id={`group-${group.group}`}>{title}</h2>
        {whole ? <span class="muted check-hint">{judgedText(lines)}</span> : null}
      </div>
      <ul class="findings">
        {shown.map(line => (
          <Row key={line.probe.id} line={line} open={open} />
        ))}
        {folds.map(({ standing, left }) => (
          <li key={standing} class="finding">
            <button
              type="button"
              class="finding-line"
              aria-expanded={false}
              onClick={() => setUnfolded([...unfolded, standing])}
            >
              <span aria-hidden="true">
                <OutcomeMark standing={standing} />
              </span>
              <span class="finding-words muted">
                {probesText(left.length)} {standingWords[standing]}
                {standing === 'open' ? `: ${whyOpen(left, open.report)}` : ''}
              </span>
              <span class="line finding-end fixed">
                <ChevronRight size={15} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Why they were not examined. */
const whyOpen = (lines: readonly FindingLine[], report: OpenCheck['report']): string =>
  leftOpen(report)
    .filter(({ probes }) => lines.some(({ probe }) => probes.includes(probe.id)))
    .map(({ why }) => why)
    .join(' ')

function Row({ line, open }: { line: FindingLine; open: OpenCheck }) {
  const { probe, finding, current, before } = line
  const opener = useRef<HTMLButtonElement>(null)
  // A link to a finding leads to it; what is opened by hand is in sight already.
  useEffect(() => {
    if (openProbe.peek() === probe.id) opener.current?.scrollIntoView({ block: 'start' })
  }, [probe.id])
  if (finding === null) {
    return (
      <li class="finding finding-waiting">
        <div class="finding-line">
          <WaitingMark current={current} />
          <span class="finding-words">{probe.pass}</span>
        </div>
      </li>
    )
  }
  const isOpen = openProbe.value === probe.id
  const red = finding.outcome === 'fail' || finding.outcome === 'warn'
  return (
    <li class={`finding finding-${finding.outcome}`}>
      <button
        ref={opener}
        type="button"
        class="finding-line"
        id={`finding-${probe.id}`}
        aria-expanded={isOpen}
        onClick={() => toggleProbe(probe.id)}
      >
        <OutcomeMark standing={standingOfLine(line) ?? finding.outcome} />
        <span class="finding-words">
          <span class="finding-title">{titleOf(finding)}</span>
          <span class="muted clip finding-sentence">{finding.sentence}</span>
        </span>
        <span class="line finding-end fixed">
          {before && before.kind !== 'same' ? <ChangeBadge change={before} /> : null}
          {open.report.known.includes(probe.id) ? <Badge title="Known from the baseline">known</Badge> : null}
          {red ? (
            <Badge tone={probe.severity === 'critical' && finding.outcome === 'fail' ? 'bad' : 'neutral'}>
              {severityNames[probe.severity]}
            </Badge>
          ) : null}
          <span class="muted finding-ms">{finding.ms > 0 ? tookText(finding.ms) : ''}</span>
          {isOpen ? <ChevronDown size={15} /> : <ChevronRight size={15} />}
        </span>
      </button>
      {isOpen ? <FindingBody probe={probe} finding={finding} open={open} /> : null}
    </li>
  )
}

function ChangeBadge({ change: { kind, was } }: { change: FindingChange }) {
  if (kind === 'new' || was === null) return <Badge>new probe</Badge>
  return (
    <Badge tone={kind === 'better' ? 'ok' : 'bad'}>
      {kind}: was {standingWords[was]}
    </Badge>
  )
}

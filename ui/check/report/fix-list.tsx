import { useState } from 'preact/hooks'
import type { CheckReport, RootCause } from '../../../core/check/finding.ts'
import { titleOf } from '../../../core/check/finding-title.ts'
import type { ProbeId } from '../../../core/check/probes.ts'
import { rootCauses } from '../../../core/check/shared-cause.ts'
import { route } from '../../app/route.ts'
import { Badge } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { showProbe } from '../check-keys.ts'
import { checkHref, checkNumber } from '../checks.ts'
import { linesToFix, severityNames } from '../words.ts'
import { OutcomeMark } from './outcome-mark.tsx'

/** How many are listed before one asks for more. */
const atOnce = 5

/** What to do next: one mistake behind many findings first, then every failure and warning with its fix, the worst first. */
export function FixList({ report }: { report: CheckReport }) {
  const [all, setAll] = useState(false)
  const causes = rootCauses(report.findings)
  const explained = new Set<string>(causes.flatMap(({ probes }) => probes))
  const lines = linesToFix(report).filter(({ probe }) => !explained.has(probe.id))
  if (causes.length + lines.length === 0) return null
  const shown = all ? lines : lines.slice(0, atOnce)
  return (
    <section class="stack-close fix-first" aria-labelledby="fix-title">
      <h2 id="fix-title">Fix first</h2>
      <ol>
        {causes.map(cause => (
          <CauseItem key={cause.title} cause={cause} />
        ))}
        {shown.map(({ probe, finding }) => (
          <li key={probe.id}>
            <a class="fix-line" {...linkTo(probe.id)}>
              {finding ? <OutcomeMark standing={finding.outcome} /> : null}
              <span class="fix-words fill">
                <strong>{finding ? titleOf(finding) : probe.fail}</strong>
                <span class="muted">{finding?.advice ?? probe.fix}</span>
              </span>
              <Badge tone={probe.severity === 'critical' ? 'bad' : 'neutral'}>{severityNames[probe.severity]}</Badge>
            </a>
          </li>
        ))}
      </ol>
      {lines.length > shown.length ? (
        <Button small variant="ghost" onClick={() => setAll(true)}>
          Show {lines.length - shown.length} more
        </Button>
      ) : null}
    </section>
  )
}

/** Opens a finding of this check. */
const linkTo = (probe: ProbeId) => ({
  href: checkHref(checkNumber.value, { ...route.value.params, probe, show: '' }),
  onClick: (event: MouseEvent) => {
    event.preventDefault()
    showProbe(probe)
  },
})

/** One mistake, with the places where it shows. */
function CauseItem({ cause: { title, fix, severity, probes } }: { cause: RootCause }) {
  return (
    <li class="fix-line">
      <OutcomeMark standing="fail" />
      <div class="fix-words fill">
        <strong>{title}</strong>
        <span class="muted">{fix}</span>
        <span class="fix-places">
          {probes.map(probe => (
            <a key={probe} {...linkTo(probe)}>
              {probe}
            </a>
          ))}
        </span>
      </div>
      <Badge tone={severity === 'critical' ? 'bad' : 'neutral'}>{severityNames[severity]}</Badge>
    </li>
  )
}

import { useState } from 'preact/hooks'
import type { CheckReport } from '../../../core/finding.ts'
import { sharedCauses } from '../../../core/shared-cause.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { checkHref, checkNumber } from '../../models/readiness.ts'
import { severityNames, toMend } from '../../models/readiness-words.ts'
import { route } from '../../models/route.ts'
import { OutcomeMark } from './outcome-mark.tsx'
import { showProbe } from './readiness-keys.ts'
import './mend-list.css'

/** How many are listed before one asks for more. */
const atOnce = 5

/** What to do next: every failure and warning with its fix, the worst first. */
export function MendList({ report }: { report: CheckReport }) {
  const [all, setAll] = useState(false)
  const lines = toMend(report)
  if (lines.length === 0) return null
  const shown = all ? lines : lines.slice(0, atOnce)
  return (
    <section class="mend" aria-labelledby="mend-title">
      <h2 id="mend-title">Mend first</h2>
      {sharedCauses(report.findings).map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      <ol>
        {shown.map(({ probe, finding }) => (
          <li key={probe.id}>
            <a
              href={checkHref(checkNumber.value, { ...route.value.params, probe: probe.id, show: '' })}
              onClick={event => {
                event.preventDefault()
                showProbe(probe.id)
              }}
            >
              {finding ? <OutcomeMark outcome={finding.outcome} /> : null}
              <span class="mend-words">
                <strong>{finding?.advice ?? probe.fix}</strong>
                <span class="muted">{finding?.sentence}</span>
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

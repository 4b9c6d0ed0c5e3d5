import { titleOf } from '../../../core/check/finding-title.ts'
import { type GroupLines, judgedText, standingName, standingOfLine } from '../words.ts'
import { OutcomeMark, WaitingMark } from './outcome-mark.tsx'

/** The whole check at a glance: a sign for each probe, by group; a press goes to the group. */
export function GroupCards({ groups }: { groups: readonly GroupLines[] }) {
  if (groups.length < 2) return null
  return (
    <nav class="group-cards" aria-label="Groups">
      {groups.map(({ group, title, lines }) => (
        <button
          key={group}
          type="button"
          class="card group-card"
          onClick={() => document.getElementById(`group-${group}`)?.scrollIntoView({ block: 'start' })}
        >
          <strong>{title}</strong>
          <span class="muted">{judgedText(lines)}</span>
          <span class="group-marks" aria-hidden="true">
            {lines.map(line => {
              const { probe, finding, current } = line
              const standing = standingOfLine(line)
              return (
                <span
                  key={probe.id}
                  title={finding && standing ? `${titleOf(finding)}: ${standingName(standing)}` : probe.pass}
                >
                  {standing ? <OutcomeMark standing={standing} size={15} /> : <WaitingMark current={current} />}
                </span>
              )
            })}
          </span>
        </button>
      ))}
    </nav>
  )
}

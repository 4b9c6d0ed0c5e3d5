import { ChevronDown, ChevronRight } from 'lucide-preact'
import { useState } from 'preact/hooks'
import { type ProbeGroup, probeGroups } from '../../../core/check/finding.ts'
import { probes } from '../../../core/check/probes.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { checkInput, chooseForCheck, probesOf } from './draft.ts'

/** The questions by group, each of which can be left out. */
export function ProbePicker({ problem }: { problem: string | undefined }) {
  const { without } = checkInput.value
  const every = probes.map(({ id }) => id)
  return (
    <div class="stack-close">
      <div class="row">
        <span class="muted probe-count">
          {without.size === 0 ? `All ${probes.length} probes` : `${probes.length - without.size} of ${probes.length}`}
        </span>
        <span class="grow" />
        <Button small variant="ghost" disabled={without.size === 0} onClick={() => chooseForCheck(every, true)}>
          All
        </Button>
        <Button
          small
          variant="ghost"
          disabled={without.size === probes.length}
          onClick={() => chooseForCheck(every, false)}
        >
          None
        </Button>
      </div>
      <ul class="probe-groups boxed" aria-label="Probes by group">
        {(Object.keys(probeGroups) as ProbeGroup[]).map(group => (
          <Group key={group} group={group} />
        ))}
      </ul>
      {problem ? (
        <p class="field-error" role="alert">
          <AlertIcon /> {problem}
        </p>
      ) : null}
    </div>
  )
}

function Group({ group }: { group: ProbeGroup }) {
  const [open, setOpen] = useState(false)
  const { without } = checkInput.value
  const members = probesOf(group)
  const chosen = members.filter(({ id }) => !without.has(id)).length
  const title = probeGroups[group]
  return (
    <li>
      <div class="line probe-group">
        <label class="check">
          <input
            type="checkbox"
            checked={chosen === members.length}
            ref={box => {
              if (box) box.indeterminate = chosen > 0 && chosen < members.length
            }}
            onChange={event =>
              chooseForCheck(
                members.map(({ id }) => id),
                event.currentTarget.checked,
              )
            }
          />
          <span>{title}</span>
        </label>
        <span class="muted probe-count">
          {chosen === members.length ? members.length : `${chosen}/${members.length}`}
        </span>
        <button
          type="button"
          class="button button-ghost button-small button-icon"
          aria-expanded={open}
          aria-label={`Probes of “${title}”`}
          onClick={() => setOpen(!open)}
        >
          {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        </button>
      </div>
      {open ? (
        <ul class="probe-members note">
          {members.map(({ id, pass }) => (
            <li key={id}>
              <label class="check">
                <input
                  type="checkbox"
                  checked={!without.has(id)}
                  onChange={event => chooseForCheck([id], event.currentTarget.checked)}
                />
                <span>{pass}</span>
              </label>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}

import { ChevronDown, ChevronRight, CloudLightning, Sun } from 'lucide-preact'
import { useId, useState } from 'preact/hooks'
import type { FaultProblem } from '../../../core/simulate/fault-effects.ts'
import { type FaultEntry, type FaultKind, faultKinds } from '../../../core/simulate/faults.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { faultsText } from '../words.ts'
import { draft, setFault } from './draft.ts'
import { faultRefusal, noFaultsText } from './faults.ts'

/** What goes wrong on the way, and with how much of what is sent. Folded away while nothing does. */
export function FaultsForm() {
  const { faults } = draft.value
  const refusal = faultRefusal.value
  const said = faultsText(faults)
  const [unfolded, setOpen] = useState(said !== '')
  // What is wrong is never folded away.
  const open = unfolded || refusal !== null
  const id = useId()
  return (
    <>
      <button
        type="button"
        class="line bare fault-line"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
        {said === '' ? <Sun size={15} /> : <CloudLightning size={15} />}
        <span class="clip">{said === '' ? noFaultsText(draft.value) : said}</span>
      </button>
      <ul class="faults" id={id} hidden={!open}>
        {faultKinds.map(entry => (
          <Kind
            key={entry.kind}
            entry={entry}
            share={faults[entry.kind] ?? 0}
            problem={refusal?.fault === entry.kind ? refusal : null}
          />
        ))}
      </ul>
    </>
  )
}

/** A share that is worth looking at: of a single event all, of many a part. */
const firstShare = () => (draft.peek().count === '1' ? 1 : 0.2)

interface KindProps {
  entry: FaultEntry & { kind: FaultKind }
  share: number
  /** Why it can have no effect; null when it can. */
  problem: FaultProblem | null
}

function Kind({ entry, share, problem }: KindProps) {
  const on = share > 0
  const id = useId()
  const percent = Math.round(share * 100)
  return (
    <li class={`fault${on ? ' fault-on' : ''}`}>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={problem ? id : undefined}
          onChange={event => setFault(entry.kind, event.currentTarget.checked ? firstShare() : 0)}
        />
        <span>
          {entry.label}
          <span class="fault-what note">{entry.what}</span>
        </span>
      </label>
      {on ? (
        <span class="line fault-share">
          <input
            type="range"
            min={1}
            max={100}
            value={percent}
            aria-label={`${entry.label}: share of the ${entry.concerns === 'event' ? 'events' : 'attempts'}`}
            aria-valuetext={`${percent} %`}
            onInput={event => setFault(entry.kind, Number(event.currentTarget.value) / 100)}
          />
          <span class="fault-percent">{percent} %</span>
        </span>
      ) : null}
      {problem ? (
        <p class="field-error" id={id} role="alert">
          <AlertIcon />
          <span>
            {problem.message} {problem.hint}
          </span>
        </p>
      ) : null}
    </li>
  )
}

import './weather-form.css'
import { ChevronDown, ChevronRight, CloudLightning, Sun } from 'lucide-preact'
import { useId, useState } from 'preact/hooks'
import type { FaultProblem } from '../../../core/fault-effects.ts'
import { type WeatherEntry, type WeatherKind, weathers } from '../../../core/weather.ts'
import { AlertIcon } from '../../components/badge.tsx'
import { draft, setWeather } from '../../models/simulate-draft.ts'
import { faultRefusal } from '../../models/simulate-faults.ts'
import { weatherText } from '../../models/simulate-words.ts'

/** What goes wrong on the way, and with how much of what is sent. Folded away while the weather is fair. */
export function WeatherForm() {
  const { weather } = draft.value
  const refusal = faultRefusal.value
  const said = weatherText(weather)
  const [unfolded, setOpen] = useState(said !== '')
  // What is wrong is never folded away.
  const open = unfolded || refusal !== null
  const id = useId()
  return (
    <>
      <button type="button" class="weather-line" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden="true" /> : <ChevronRight size={14} aria-hidden="true" />}
        {said === '' ? <Sun size={15} aria-hidden="true" /> : <CloudLightning size={15} aria-hidden="true" />}
        <span class="clip">{said === '' ? 'None: everything arrives once, in order, unharmed' : said}</span>
      </button>
      <ul class="weathers" id={id} hidden={!open}>
        {weathers.map(entry => (
          <Kind
            key={entry.kind}
            entry={entry}
            share={weather[entry.kind] ?? 0}
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
  entry: WeatherEntry & { kind: WeatherKind }
  share: number
  /** Why it can have no effect; null when it can. */
  problem: FaultProblem | null
}

function Kind({ entry, share, problem }: KindProps) {
  const on = share > 0
  const id = useId()
  const percent = Math.round(share * 100)
  return (
    <li class={`weather${on ? ' weather-on' : ''}`}>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          aria-invalid={problem ? 'true' : undefined}
          aria-describedby={problem ? id : undefined}
          onChange={event => setWeather(entry.kind, event.currentTarget.checked ? firstShare() : 0)}
        />
        <span>
          {entry.label}
          <span class="weather-what">{entry.what}</span>
        </span>
      </label>
      {on ? (
        <span class="weather-share">
          <input
            type="range"
            min={1}
            max={100}
            value={percent}
            aria-label={`${entry.label}: share of the ${entry.befalls === 'event' ? 'events' : 'tries'}`}
            aria-valuetext={`${percent} %`}
            onInput={event => setWeather(entry.kind, Number(event.currentTarget.value) / 100)}
          />
          <span class="weather-percent">{percent} %</span>
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

import './pace.css'
import { Dices } from 'lucide-preact'
import { gatewayLimits, tryInstants } from '../../../core/schedule.ts'
import { IconButton } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import {
  type ClockChoice,
  change,
  changeBody,
  clocks,
  type DraftProblems,
  draft,
  rollSeed,
} from '../../models/simulate-draft.ts'
import { lengthText } from '../../models/simulate-words.ts'

const largestSeed = 4_294_967_295

/** What the schedule's 72 hours become. */
const clockHint = (clock: ClockChoice) =>
  clock === 'instant'
    ? 'All 36 tries, one after the other'
    : `72 h in ${lengthText((tryInstants.at(-1) ?? 0) / Number(clock))}`

/** How many, how fast, with which values, and what becomes of an event that is not answered 2xx. */
export function Pace({ problems }: { problems: DraftProblems }) {
  const { count, rate, seed, retries, clock } = draft.value
  return (
    <>
      <div class="two-fields">
        <Field label="How many times" error={problems.count ?? null}>
          {control => (
            <input
              {...control}
              class="input"
              inputMode="numeric"
              autocomplete="off"
              value={count}
              onInput={event => change({ count: event.currentTarget.value.trim() })}
            />
          )}
        </Field>
        <Field
          label="At most a second"
          hint={`${gatewayLimits.connections} connections, whatever it is`}
          error={problems.rate ?? null}
        >
          {control => (
            <input
              {...control}
              class="input"
              inputMode="decimal"
              autocomplete="off"
              placeholder="no limit"
              value={rate}
              onInput={event => change({ rate: event.currentTarget.value.trim() })}
            />
          )}
        </Field>
      </div>
      <div class="two-fields">
        <Field label="Until it is answered 2xx">
          {control => (
            <select
              {...control}
              class="input"
              value={retries}
              onChange={event => change({ retries: event.currentTarget.value === 'off' ? 'off' : 'schedule' })}
            >
              <option value="schedule">Try on the schedule</option>
              <option value="off">Try once only</option>
            </select>
          )}
        </Field>
        <Field label="Clock" hint={retries === 'off' ? undefined : clockHint(clock)}>
          {control => (
            <select
              {...control}
              class="input"
              value={clock}
              disabled={retries === 'off'}
              onChange={event => change({ clock: event.currentTarget.value as ClockChoice })}
            >
              {clocks.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label="Seed" hint="The same seed gives the same events, but for their time.">
        {control => (
          <span class="with-button">
            <input
              {...control}
              class="input mono"
              inputMode="numeric"
              autocomplete="off"
              value={String(seed)}
              onChange={event => {
                const typed = Number(event.currentTarget.value.trim())
                if (Number.isInteger(typed) && typed >= 0 && typed <= largestSeed) changeBody({ seed: typed })
                else event.currentTarget.value = String(seed)
              }}
            />
            <IconButton
              label="New values"
              keyHint="n"
              icon={<Dices size={16} aria-hidden="true" />}
              onClick={() => changeBody({ seed: rollSeed() })}
            />
          </span>
        )}
      </Field>
    </>
  )
}

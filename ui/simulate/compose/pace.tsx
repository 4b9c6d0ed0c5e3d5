import { Dices } from 'lucide-preact'
import { attemptInstants, gatewayLimits } from '../../../core/simulate/schedule.ts'
import { lengthText } from '../../../core/text/duration.ts'
import { IconButton } from '../../kit/button.tsx'
import { Field, SelectField, TextField } from '../../kit/field.tsx'
import { type ClockChoice, change, changeBody, clocks, type DraftProblems, draft, rollSeed } from './draft.ts'

const largestSeed = 4_294_967_295

/** What the schedule's 72 hours become. */
const clockHint = (clock: ClockChoice) =>
  clock === 'instant'
    ? 'Retries follow one another at once'
    : `72 h in ${lengthText((attemptInstants.at(-1) ?? 0) / Number(clock))}`

/** How many, how fast, with which values, and what becomes of an event that is not answered 2xx. */
export function PaceFields({ problems }: { problems: DraftProblems }) {
  const { count, rate, seed, retries, clock } = draft.value
  return (
    <>
      <div class="two-fields">
        <TextField
          label="Repeat"
          error={problems.count}
          inputMode="numeric"
          value={count}
          onChange={text => change({ count: text.trim() })}
        />
        <TextField
          label="Max per second"
          hint={`${gatewayLimits.connections} connections at most`}
          error={problems.rate}
          inputMode="decimal"
          placeholder="no limit"
          value={rate}
          onChange={text => change({ rate: text.trim() })}
        />
      </div>
      <div class="two-fields">
        <SelectField
          label="Retries"
          value={retries}
          choices={{ schedule: 'Gateway schedule', off: 'None' }}
          onChange={choice => change({ retries: choice === 'off' ? 'off' : 'schedule' })}
        />
        <SelectField
          label="Clock"
          hint={retries === 'off' ? undefined : clockHint(clock)}
          value={clock}
          disabled={retries === 'off'}
          onChange={choice => change({ clock: choice as ClockChoice })}
        >
          {clocks.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <Field label="Seed" hint="The same seed gives the same events, except for their times.">
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
              icon={<Dices size={16} />}
              onClick={() => changeBody({ seed: rollSeed() })}
            />
          </span>
        )}
      </Field>
    </>
  )
}

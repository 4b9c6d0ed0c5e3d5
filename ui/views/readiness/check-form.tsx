import { Play } from 'lucide-preact'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { askForCheck, startingCheck, startRefused } from '../../models/readiness.ts'
import {
  changeCheck,
  checkAsked,
  checkDraft,
  checkOfDraft,
  checkProblems,
  checkTarget,
  isHere,
} from '../../models/readiness-draft.ts'
import { status } from '../../models/session.ts'
import { Problem } from '../detail/problem.tsx'
import { TargetField } from '../replay/target-field.tsx'
import { KeyFields } from './key-fields.tsx'
import { Outline } from './outline.tsx'
import { ProbePicker } from './probe-picker.tsx'

/** Asks for a check, or says at the fields what is missing. */
export function submitCheck(): void {
  checkAsked.value = true
  if (Object.keys(checkProblems.peek()).length === 0) void askForCheck(checkOfDraft())
  // Once the fields say what is missing.
  else queueMicrotask(() => document.querySelector<HTMLElement>('.readiness [aria-invalid="true"]')?.focus())
}

/** Which endpoint, with which keys, and what is asked of it. */
export function CheckForm() {
  const { effectUrl, rate, failOn } = checkDraft.value
  const problems = checkAsked.value ? checkProblems.value : {}
  const running = status.value?.check ?? null
  return (
    <form
      class="composer"
      aria-label="New check"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        submitCheck()
      }}
    >
      <div class="composer-scroll">
        <section class="composer-part" aria-labelledby="check-endpoint">
          <h2 id="check-endpoint">Your endpoint</h2>
          <TargetField
            value={checkTarget.value}
            error={problems.target ?? null}
            onChange={target => changeCheck({ target })}
          />
          {checkTarget.value !== '' && !isHere(checkTarget.value) && !checkProblems.value.target ? (
            <p class="notice notice-warn">
              This is not on this machine. The check sends it signed events, which may create real orders there: take a
              staging system if you have one. You confirm before anything is sent.
            </p>
          ) : null}
        </section>
        <section class="composer-part" aria-labelledby="check-keys">
          <h2 id="check-keys">Keys it verifies with</h2>
          <KeyFields problems={problems} />
        </section>
        <section class="composer-part" aria-labelledby="check-probes">
          <h2 id="check-probes">What is asked</h2>
          <ProbePicker problem={problems.probes} />
        </section>
        <section class="composer-part" aria-labelledby="check-how">
          <h2 id="check-how">How it is judged</h2>
          <Field
            label="Effect URL"
            hint="Optional. Answers a number, or JSON of numbers: orders, stock. The check then measures whether each event acted exactly once."
            error={problems.effectUrl ?? null}
          >
            {control => (
              <input
                {...control}
                class="input mono"
                type="text"
                inputMode="url"
                spellcheck={false}
                autocomplete="off"
                placeholder="http://localhost:3000/test/orders/count"
                value={effectUrl}
                onInput={event => changeCheck({ effectUrl: event.currentTarget.value })}
              />
            )}
          </Field>
          <div class="two-fields">
            <Field label="Requests a second" error={problems.rate ?? null}>
              {control => (
                <input
                  {...control}
                  class="input"
                  inputMode="decimal"
                  autocomplete="off"
                  placeholder={isHere(checkTarget.value) ? 'No limit' : '20'}
                  value={rate}
                  onInput={event => changeCheck({ rate: event.currentTarget.value })}
                />
              )}
            </Field>
            <Field label="Not ready when">
              {control => (
                <select
                  {...control}
                  class="input"
                  value={failOn}
                  onChange={event => changeCheck({ failOn: event.currentTarget.value === 'warn' ? 'warn' : 'fail' })}
                >
                  <option value="fail">Something fails</option>
                  <option value="warn">Something fails or warns</option>
                </select>
              )}
            </Field>
          </div>
        </section>
      </div>
      <div class="composer-foot">
        {startRefused.value ? <Problem problem={startRefused.value} /> : null}
        <Outline />
        {running ? (
          <a class="button button-primary" href={`/readiness/${running.id}`}>
            Watch the one that runs
          </a>
        ) : (
          <Button
            type="submit"
            variant="primary"
            pending={startingCheck.value}
            aria-keyshortcuts="Control+Enter"
            title="Check (Ctrl+Enter)"
            icon={<Play size={14} aria-hidden="true" />}
          >
            Check
          </Button>
        )}
      </div>
    </form>
  )
}

import { Play } from 'lucide-preact'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { TargetField } from '../../app/target-field.tsx'
import { Button } from '../../kit/button.tsx'
import { SelectField, TextField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { askForCheck, startingCheck, startRefused } from '../checks.ts'
import { changeCheck, checkAsked, checkInput, checkOfDraft, checkProblems, checkTarget, isHere } from './draft.ts'
import { KeyFields } from './key-fields.tsx'
import { Outline } from './outline.tsx'
import { ProbePicker } from './probe-picker.tsx'

/** Asks for a check, or says at the fields what is missing. */
export function submitCheck(): void {
  checkAsked.value = true
  const check = checkOfDraft()
  if (check) void askForCheck(check)
  // Once the fields say what is missing.
  else queueMicrotask(() => document.querySelector<HTMLElement>('.check-view [aria-invalid="true"]')?.focus())
}

/** Which endpoint, with which keys, and what is asked of it. */
export function CheckForm() {
  const { effectUrl, rate, failOn } = checkInput.value
  const problems = checkAsked.value ? checkProblems.value : {}
  const running = status.value?.check ?? null
  return (
    <Form class="composer" aria-label="New check" onSubmit={submitCheck}>
      <div class="composer-scroll scrolls">
        <section class="stack composer-part" aria-labelledby="check-endpoint">
          <h2 id="check-endpoint">Your endpoint</h2>
          <TargetField value={checkTarget.value} error={problems.target} onChange={target => changeCheck({ target })} />
          {checkTarget.value !== '' && !isHere(checkTarget.value) && !checkProblems.value.target ? (
            <p class="notice tone-warn">
              This endpoint is not on this machine. The check sends it signed events, which may create real orders: use
              a staging system if you have one. You confirm before anything is sent.
            </p>
          ) : null}
        </section>
        <section class="stack composer-part" aria-labelledby="check-keys">
          <h2 id="check-keys">Keys it verifies with</h2>
          <KeyFields problems={problems} />
        </section>
        <section class="stack composer-part" aria-labelledby="check-probes">
          <h2 id="check-probes">Probes</h2>
          <ProbePicker problem={problems.probes} />
        </section>
        <section class="stack composer-part" aria-labelledby="check-how">
          <h2 id="check-how">Criteria</h2>
          <TextField
            label="Effect URL"
            hint="Optional. A URL that answers with a number, or JSON of numbers, such as orders and stock. The check then measures whether each event took effect exactly once."
            error={problems.effectUrl}
            mono
            inputMode="url"
            placeholder="http://localhost:3000/test/orders/count"
            value={effectUrl}
            onChange={text => changeCheck({ effectUrl: text })}
          />
          <div class="two-fields">
            <TextField
              label="Max requests per second"
              error={problems.rate}
              inputMode="decimal"
              placeholder={isHere(checkTarget.value) ? 'No limit' : '20'}
              value={rate}
              onChange={text => changeCheck({ rate: text })}
            />
            <SelectField
              label="Not ready when"
              value={failOn}
              choices={{ fail: 'Something fails', warn: 'Something fails or warns' }}
              onChange={choice => changeCheck({ failOn: choice === 'warn' ? 'warn' : 'fail' })}
            />
          </div>
        </section>
      </div>
      <div class="row composer-foot">
        {startRefused.value ? <Problem problem={startRefused.value} /> : null}
        <Outline />
        {running ? (
          <a class="button button-primary" href={`/check/${running.id}`}>
            Show the running check
          </a>
        ) : (
          <Button
            type="submit"
            variant="primary"
            pending={startingCheck.value}
            refused={whyNot('POST /api/checks')}
            aria-keyshortcuts="Control+Enter"
            title="Check (Ctrl+Enter)"
            icon={<Play size={14} />}
          >
            Check
          </Button>
        )}
      </div>
    </Form>
  )
}

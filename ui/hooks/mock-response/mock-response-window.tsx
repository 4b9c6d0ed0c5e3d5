import { useId, useState } from 'preact/hooks'
import { consoleButtons } from '../../../core/hooks/console.ts'
import type { HookView } from '../../../core/hooks/hook.ts'
import { whyNot } from '../../app/people.ts'
import { failureText } from '../../client/api.ts'
import { AlertIcon } from '../../kit/badge.tsx'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { bindFields, Field } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { HeaderRows, headersOf, rowsOf } from '../../kit/header-rows.tsx'
import { SegmentsField } from '../../kit/segments.tsx'
import { AbandonDialog } from '../abandon-dialog.tsx'
import { mockResponseSentences } from '../hook-words.ts'
import { closeHookWindow, setMockResponse } from '../hooks.ts'
import {
  type MockResponseForm,
  type MockResponseProblems,
  mockResponseFormOf,
  mockResponseOf,
  mockResponsePresets,
  mockResponseProblems,
} from './mock-response-form.ts'
import { MockResponseState } from './mock-response-state.tsx'

const failureChoices = { never: 'None', next: 'The next few', every: 'Every nth' } as const
const failWithChoices = { status: 'A status', hang: 'No answer for 50 s' } as const

/** What a hook answers in place of 200, so that the gateway’s retries can be watched. */
export function MockResponseWindow({ hook }: { hook: HookView }) {
  const formId = useId()
  const [before] = useState(() => ({
    form: mockResponseFormOf(hook.rehearsal),
    rows: rowsOf(hook.rehearsal?.headers ?? []),
  }))
  const [form, setForm] = useState(before.form)
  const [rows, setRows] = useState(before.rows)
  const [tried, setTried] = useState(false)
  const [refusal, setRefusal] = useState<string | null>(null)
  const [pending, setPending] = useState(false)
  const [asking, setAsking] = useState(false)
  const found = mockResponseProblems(form)
  const problems = tried ? found : {}
  const sound = Object.keys(found).length === 0
  const change = (part: Partial<MockResponseForm>) => setForm(current => ({ ...current, ...part }))
  const field = bindFields(form, problems, change)
  const changed = form !== before.form || rows !== before.rows

  const close = () => {
    if (changed && !pending) setAsking(true)
    else closeHookWindow()
  }
  const apply = async (on: boolean) => {
    if (pending) return
    setTried(on)
    if (on && !sound) return
    setPending(true)
    try {
      await setMockResponse(hook, on ? mockResponseOf(form, headersOf(rows)) : null)
      closeHookWindow()
    } catch (error) {
      setRefusal(failureText(error))
      setPending(false)
    }
  }

  return (
    <>
      <Dialog
        open
        title={`Mock response of “${hook.label}”`}
        onClose={close}
        footer={
          <>
            {hook.rehearsal ? (
              <Button
                class="foot-start"
                refused={whyNot('PUT /api/hooks/:id/rehearsal')}
                onClick={() => void apply(false)}
              >
                Answer as usual
              </Button>
            ) : null}
            <Button onClick={close}>{consoleButtons.close}</Button>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              refused={whyNot('PUT /api/hooks/:id/rehearsal')}
              pending={pending}
            >
              {hook.rehearsal ? 'Restart' : 'Start'}
            </Button>
          </>
        }
      >
        <Form id={formId} class="hook-form" onSubmit={() => apply(true)}>
          <p class="muted">
            Sent instead of 200 to deliveries that pass the checks. Rejected deliveries are answered 401 as always.
          </p>
          {hook.rehearsal ? <MockResponseState mock={hook.rehearsal} /> : null}
          {refusal ? (
            <p class="hook-refusal" role="alert">
              <AlertIcon /> {refusal}
            </p>
          ) : null}
          <fieldset class="presets" aria-label="Examples">
            {mockResponsePresets.map(preset => (
              <Button key={preset.name} small aria-pressed={form === preset.form} onClick={() => setForm(preset.form)}>
                {preset.name}
              </Button>
            ))}
          </fieldset>
          <Failures form={form} problems={problems} onChange={change} />
          <div class="field-pair">
            <NumberField label={form.failures === 'never' ? 'Status' : 'Status of the others'} {...field('status')} />
            <NumberField label="Delay in seconds" {...field('delay')} />
          </div>
          <details class="more" open={form.body !== '' || rows.length > 0}>
            <summary>Response headers and body</summary>
            <div class="stack">
              <div class="stack header-lines">
                <HeaderRows
                  rows={rows}
                  hint="Content-Length and the connection’s headers are set automatically."
                  onChange={setRows}
                />
              </div>
              <Field label="Body">
                {control => (
                  <textarea
                    {...control}
                    class="input mono"
                    rows={4}
                    spellcheck={false}
                    value={form.body}
                    onInput={event => change({ body: event.currentTarget.value })}
                  />
                )}
              </Field>
            </div>
          </details>
          {sound ? (
            <div class="mock-sentences" role="status">
              {mockResponseSentences(mockResponseOf(form, [])).map(sentence => (
                <p key={sentence}>{sentence}</p>
              ))}
            </div>
          ) : null}
        </Form>
      </Dialog>
      <AbandonDialog open={asking} onKeep={() => setAsking(false)} onAbandon={closeHookWindow} />
    </>
  )
}

interface PartProps {
  form: MockResponseForm
  problems: MockResponseProblems
  onChange: (part: Partial<MockResponseForm>) => void
}

function Failures({ form, problems, onChange }: PartProps) {
  const field = bindFields(form, problems, onChange)
  return (
    <>
      <div class="field-pair">
        <SegmentsField label="Deliveries that fail" choices={failureChoices} {...field('failures')} />
        {form.failures === 'next' ? <NumberField label="How many" {...field('next')} /> : null}
        {form.failures === 'every' ? (
          <NumberField label="Every nth: 2 fails every second one" {...field('nth')} />
        ) : null}
      </div>
      {form.failures === 'never' ? null : (
        <div class="field-pair">
          <SegmentsField label="Answer them with" choices={failWithChoices} {...field('failWith')} />
          {form.failWith === 'status' ? <NumberField label="Status of a failure" {...field('failStatus')} /> : null}
        </div>
      )}
    </>
  )
}

interface NumberFieldProps {
  label: string
  value: string
  error: string | undefined
  onChange: (value: string) => void
}

function NumberField({ label, value, error, onChange }: NumberFieldProps) {
  return (
    <Field label={label} error={error ?? null}>
      {control => (
        <input
          {...control}
          class="input number"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          value={value}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

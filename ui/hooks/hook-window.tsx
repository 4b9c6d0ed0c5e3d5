import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { consoleButtons, consoleFields, hookFields } from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { whyNot } from '../app/people.ts'
import { ApiFailure, failureText } from '../client/api.ts'
import { AlertIcon } from '../kit/badge.tsx'
import { Button } from '../kit/button.tsx'
import { Dialog } from '../kit/dialog.tsx'
import { bindFields, TextField } from '../kit/field.tsx'
import { Form } from '../kit/form.tsx'
import { AbandonDialog } from './abandon-dialog.tsx'
import { EventPicker } from './event-picker.tsx'
import {
  changeOf,
  draftOf,
  emptyForm,
  formOf,
  type HookForm,
  type HookFormProblems,
  hookProblemsOf,
  inputOf,
  isHookChanged,
} from './hook-form.ts'
import { addHook, changeHook, closeHookWindow, removing, unsavedHook } from './hooks.ts'
import { SecretFields } from './secret-fields.tsx'
import { UrlField } from './url-field.tsx'

/** The console's windows Add Webhook (no hook) and Edit Webhook. */
export function HookWindow({ hook }: { hook: HookView | null }) {
  const formId = useId()
  const element = useRef<HTMLFormElement>(null)
  const [before] = useState<HookForm>(() => (hook ? formOf(hook) : emptyForm))
  const [form, setForm] = useState(before)
  /** Problems show from the first time it is saved. */
  const [tried, setTried] = useState(false)
  /** Counts the calls to put the caret at the first problem. */
  const [calls, setCalls] = useState(0)
  const [refused, setRefused] = useState<HookFormProblems & { whole?: string }>({})
  const [pending, setPending] = useState(false)
  const [asking, setAsking] = useState(false)
  const changed = isHookChanged(form, before)
  const own = tried ? hookProblemsOf(form, hook ? before : null) : {}
  const problems: HookFormProblems = { ...refused, ...own }

  useLayoutEffect(() => element.current?.querySelector<HTMLElement>('input')?.focus(), [])
  useLayoutEffect(() => {
    const first = element.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-first-problem]')
    ;(first?.matches('input') ? first : first?.querySelector<HTMLElement>('input'))?.focus()
  }, [calls])
  useEffect(() => {
    unsavedHook.value = changed ? hook : null
    if (!changed) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [changed])

  const change = (part: Partial<HookForm>) => {
    setForm(current => ({ ...current, ...part }))
    setRefused({})
  }
  const field = bindFields(form, problems, change)
  const close = () => {
    if (changed && !pending) setAsking(true)
    else closeHookWindow()
  }
  const save = async () => {
    if (pending) return
    setTried(true)
    if (Object.keys(hookProblemsOf(form, hook ? before : null)).length > 0) {
      setCalls(count => count + 1)
      return
    }
    setPending(true)
    try {
      if (hook) await changeHook(hook.id, changeOf(form, before))
      else await addHook(draftOf(form))
      closeHookWindow()
    } catch (error) {
      const at = error instanceof ApiFailure ? inputOf(error.message) : null
      setRefused({ [at ?? 'whole']: failureText(error) })
      setPending(false)
      setCalls(count => count + 1)
    }
  }

  return (
    <>
      <Dialog
        open
        title={hook ? `Edit Webhook: ${hook.label}` : consoleButtons.open}
        onClose={close}
        footer={
          <>
            {hook ? (
              <Button
                variant="danger"
                class="foot-start"
                refused={whyNot('DELETE /api/hooks/:id')}
                onClick={() => {
                  removing.value = hook
                }}
              >
                {consoleButtons.remove}
              </Button>
            ) : null}
            <Button onClick={close}>{consoleButtons.close}</Button>
            <Button
              type="submit"
              form={formId}
              variant="primary"
              pending={pending}
              refused={whyNot(hook ? 'PUT /api/hooks/:id' : 'POST /api/hooks')}
              disabled={hook !== null && !changed}
            >
              {hook ? consoleButtons.save : consoleButtons.add}
            </Button>
          </>
        }
      >
        <Form element={element} id={formId} class="hook-form" autocomplete="off" ctrlEnter onSubmit={save}>
          {refused.whole ? (
            <p class="hook-refusal" role="alert">
              <AlertIcon /> {refused.whole}
            </p>
          ) : null}
          <TextField label={consoleFields.label} {...field('label')} />
          <UrlField hook={hook} form={form} error={problems.hookUrl} onChange={change} />
          <EventPicker {...field('events')} />
          <SecretFields hook={hook} form={form} problems={problems} onChange={change} />
          <TextField
            label={`${hookFields.forward} (optional)`}
            hint="Your app for this hook’s deliveries alone, in place of the routes of all hooks. Not a field of the console. Several: a space between them; ach.*=http://localhost:3001/ach takes these events."
            mono
            inputMode="url"
            placeholder="http://localhost:3001/webhooks"
            {...field('forward')}
          />
        </Form>
      </Dialog>
      <AbandonDialog open={asking} onKeep={() => setAsking(false)} onAbandon={closeHookWindow} />
    </>
  )
}

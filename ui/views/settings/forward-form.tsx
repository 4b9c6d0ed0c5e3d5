import { useEffect, useState } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { status } from '../../models/session.ts'
import { forwardProblem, pauseForwarding, saveTargets, targetsText } from '../../models/settings.ts'
import { countText } from '../../models/time.ts'

/** Where deliveries are sent on to, and whether that is paused. */
export function ForwardForm() {
  const forward = status.value?.forward ?? null
  const current = targetsText(status.value, ' ')
  const [target, setTarget] = useState(current)
  const [pending, setPending] = useState(false)
  useEffect(() => setTarget(current), [current])
  const problem = forwardProblem.value
  const save = async (next: string) => {
    setPending(true)
    await saveTargets(next)
    setPending(false)
  }
  return (
    <form
      class="settings-form"
      onSubmit={event => {
        event.preventDefault()
        void save(target)
      }}
    >
      <Field
        label="Target"
        hint="The URL of your app’s webhook handler, for instance http://localhost:3000/webhooks. Several URLs, with a space between them: each gets every delivery. Empty: nothing is forwarded."
        error={problem}
      >
        {control => (
          <input
            {...control}
            class="input mono"
            type="text"
            inputMode="url"
            spellcheck={false}
            autocomplete="off"
            placeholder="http://localhost:3000/webhooks"
            value={target}
            onInput={event => setTarget(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="settings-actions">
        <Button type="submit" variant="primary" pending={pending} disabled={target.trim() === current}>
          Save
        </Button>
        {forward ? (
          <>
            <Button onClick={() => void pauseForwarding(!forward.paused)}>{forward.paused ? 'Resume' : 'Pause'}</Button>
            <Button variant="ghost" onClick={() => void save('')}>
              Stop forwarding
            </Button>
            <span class="muted">
              {forward.paused ? 'Paused' : 'On'}
              {forward.waiting > 0 ? `, ${countText(forward.waiting)} waiting` : ''}
            </span>
          </>
        ) : null}
      </div>
      {forward && forward.targets.length > 1 ? (
        <ul class="settings-targets" aria-label="What waits">
          {forward.targets.map(each => (
            <li key={each.target}>
              <span class="mono">{each.target}</span>
              <span class="muted">{each.waiting > 0 ? `${countText(each.waiting)} waiting` : 'nothing waits'}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </form>
  )
}

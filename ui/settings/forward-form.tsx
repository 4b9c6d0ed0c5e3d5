import { useEffect, useState } from 'preact/hooks'
import type { ForwardStatus } from '../../core/api/messages.ts'
import { downReason } from '../../core/api/target-words.ts'
import { forwardProblem, pauseForwarding, saveTargets } from '../app/forwarding.ts'
import { status } from '../app/listener.ts'
import { targetsText } from '../app/targets.ts'
import { Button } from '../kit/button.tsx'
import { countText } from '../kit/count.ts'
import { TextField } from '../kit/field.tsx'
import { momentText, now } from '../kit/time.ts'

/** Where deliveries are sent on to, and whether that is paused. */
export function ForwardForm() {
  const forward = status.value?.forward ?? null
  const current = targetsText(' ')
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
      <TextField
        label="Target"
        hint="The URL of your app’s webhook handler, for instance http://localhost:3000/webhooks. Several URLs, with a space between them: each gets every delivery. Empty: nothing is forwarded."
        error={problem}
        mono
        inputMode="url"
        placeholder="http://localhost:3000/webhooks"
        value={target}
        onChange={text => setTarget(text)}
      />
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
              {forward.waiting > 0 ? `, ${waitingText(forward.waiting, forward)}` : ''}
            </span>
          </>
        ) : null}
      </div>
      {forward && forward.targets.length > 1 ? (
        <ul class="settings-targets" aria-label="Queued deliveries">
          {forward.targets.map(each => (
            <li key={each.target}>
              <span class="mono">{each.target}</span>
              <span class="muted">{each.waiting > 0 ? waitingText(each.waiting, forward) : 'queue empty'}</span>
              {each.error ? (
                <span class="settings-target-down">{`${downReason(each, at => momentText(at, now.value))}.`}</span>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {forward?.targets.some(({ isFull }) => isFull) ? (
        <p class="muted" role="status">
          The queue is full. New deliveries are kept but not queued until half of it is sent.
        </p>
      ) : null}
    </form>
  )
}

const waitingText = (waiting: number, { mostWaiting }: ForwardStatus) =>
  `${countText(waiting)} queued, ${countText(mostWaiting)} at most`

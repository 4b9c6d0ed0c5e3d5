import { useEffect, useState } from 'preact/hooks'
import type { ForwardStatus } from '../../core/api/messages.ts'
import { downReason } from '../../core/api/target-words.ts'
import { leftOutTexts, otherRoutesText, placeText, takenText } from '../../core/routes/route-words.ts'
import { spanText } from '../../core/text/duration.ts'
import { forwardProblem, pauseForwarding, saveTargets } from '../app/forwarding.ts'
import { status } from '../app/listener.ts'
import { whyNot } from '../app/people.ts'
import { Button } from '../kit/button.tsx'
import { countText } from '../kit/count.ts'
import { TextField } from '../kit/field.tsx'
import { Form } from '../kit/form.tsx'
import { momentText, now } from '../kit/time.ts'

/** Where deliveries are sent on to, and whether that is paused. */
export function ForwardForm() {
  const forward = status.value?.forward ?? null
  const current = (forward?.given ?? []).join(' ')
  const [target, setTarget] = useState(current)
  const [pending, setPending] = useState(false)
  useEffect(() => setTarget(current), [current])
  const problem = forwardProblem.value
  const others = forward && otherRoutesText(forward, status.value?.hooks ?? [])
  const save = async (next: string) => {
    setPending(true)
    await saveTargets(next)
    setPending(false)
  }
  return (
    <Form class="settings-form" onSubmit={() => save(target)}>
      <TextField
        label="Target"
        hint="The URL of your app’s webhook handler, for instance http://localhost:3000/webhooks. Several, with a space between them: each gets every delivery. ach.*=http://localhost:3001/ach gets these events alone. A webhook can have a target of its own, in its window. Empty: no target for all webhooks."
        error={problem}
        mono
        inputMode="url"
        placeholder="http://localhost:3000/webhooks"
        value={target}
        onChange={text => setTarget(text)}
      />
      <div class="row">
        <Button
          type="submit"
          variant="primary"
          pending={pending}
          refused={whyNot('PUT /api/forward')}
          disabled={target.trim() === current}
        >
          Save
        </Button>
        {forward ? (
          <>
            <Button refused={whyNot('PUT /api/forward')} onClick={() => void pauseForwarding(!forward.paused)}>
              {forward.paused ? 'Resume' : 'Pause'}
            </Button>
            {forward.given.length > 0 ? (
              <Button variant="ghost" refused={whyNot('PUT /api/forward')} onClick={() => void save('')}>
                {others === null ? 'Stop forwarding' : 'Remove these targets'}
              </Button>
            ) : null}
            <span class="muted">
              {forward.paused ? 'Paused' : 'On'}
              {forward.waiting > 0 ? `, ${waitingText(forward.waiting, forward)}` : ''}
            </span>
          </>
        ) : null}
      </div>
      {forward && (forward.targets.length > 1 || isListed(forward)) ? (
        <ul class="settings-targets" aria-label="Targets">
          {forward.targets.map(each => (
            <li key={each.target}>
              <span class="mono">{each.target}</span>
              {isRouted(forward) ? <span>{takenText(each.target, forward, status.value?.hooks ?? [])}</span> : null}
              <RouteDetails target={each.target} forward={forward} />
              <span class="muted">{each.waiting > 0 ? waitingText(each.waiting, forward) : 'queue empty'}</span>
              {each.retryUntil === null ? null : (
                <span>tried again until {momentText(each.retryUntil, now.value)}</span>
              )}
              {each.error ? (
                <span class="settings-target-down">{`${downReason(each, at => momentText(at, now.value))}.`}</span>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {others === null ? null : <p class="muted">Also forwarded: by {others}. Pause stops these, too.</p>}
      {forward
        ? leftOutTexts(forward).map(text => (
            <p key={text} class="muted">
              {text}
            </p>
          ))
        : null}
      {forward?.targets.some(({ isFull }) => isFull) ? (
        <p class="muted" role="status">
          The queue is full. New deliveries are kept but not queued until half of it is sent.
        </p>
      ) : null}
    </Form>
  )
}

const isRouted = ({ routes }: ForwardStatus) => routes.some(({ events, hook }) => events !== null || hook !== null)

/** Whether there is something to say of a single target. */
const isListed = (forward: ForwardStatus) =>
  isRouted(forward) || forward.targets.some(({ retryUntil }) => retryUntil !== null)

/** Where a target was set, and what is sent differently there. */
function RouteDetails({ target, forward }: { target: string; forward: ForwardStatus }) {
  const words = forward.routes
    .filter(route => route.target === target)
    .flatMap(({ headers, host, username, timeoutMs, insecure }) => [
      ...headers.map(name => `header ${name}`),
      ...(host === null ? [] : [`Host ${host}`]),
      ...(username === null ? [] : [`Basic auth for ${username}`]),
      ...(timeoutMs === null ? [] : [`may take ${spanText(timeoutMs)}`]),
      ...(insecure ? ['certificate not checked'] : []),
    ])
  const place = placeText(target, forward)
  const said = [...new Set([...(place === null ? [] : [place]), ...words])]
  return said.length === 0 ? null : <span class="muted">{said.join(', ')}</span>
}

const waitingText = (waiting: number, { mostWaiting }: ForwardStatus) =>
  `${countText(waiting)} queued, ${countText(mostWaiting)} at most`

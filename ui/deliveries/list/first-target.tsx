import { Fragment } from 'preact'
import { useState } from 'preact/hooks'
import { takenText } from '../../../core/routes/route-words.ts'
import { forwardProblem, saveTargets } from '../../app/forwarding.ts'
import { status } from '../../app/listener.ts'
import { whyNot } from '../../app/people.ts'
import { settingsAt } from '../../app/route.ts'
import { TargetField } from '../../app/target-field.tsx'
import { targetProblem } from '../../app/target-problem.ts'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'

/** Your app, before the first delivery: sets the target, or says which it is. */
export function FirstTarget() {
  const { forward = null, hooks = [] } = status.value ?? {}
  const taken = forward?.targets.map(({ target }) => ({ target, what: takenText(target, forward, hooks) })) ?? []
  const isRouted = taken.some(({ what }) => what !== null)
  return (
    <section class="try-out">
      <h2>Your app</h2>
      {forward ? (
        <p>
          {isRouted ? 'Sent on: ' : 'Each delivery is sent on to '}
          {taken.map(({ target, what }, place) => (
            <Fragment key={target}>
              {place === 0 ? '' : ', '}
              {what === null ? '' : `${what} to `}
              <code>{target}</code>
            </Fragment>
          ))}
          . <a href={settingsAt('forwarding')}>Change the target</a>
        </p>
      ) : (
        <TargetForm />
      )}
    </section>
  )
}

function TargetForm() {
  const [target, setTarget] = useState('')
  const [pending, setPending] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  return (
    <Form
      class="first-target"
      onSubmit={async () => {
        const problem = targetProblem(target)
        setWrong(problem)
        if (problem !== null) return
        setPending(true)
        await saveTargets(target)
        setPending(false)
      }}
    >
      <TargetField
        value={target}
        error={wrong ?? forwardProblem.value}
        onChange={text => {
          setTarget(text)
          setWrong(null)
        }}
      />
      <Button type="submit" refused={whyNot('PUT /api/forward')} pending={pending}>
        Forward to it
      </Button>
    </Form>
  )
}

import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import type { LaptopView } from '../../../core/people/views.ts'
import { me, whyNot } from '../../app/people.ts'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'
import { auth } from '../client.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'
import { useFocus } from '../use-focus.ts'
import { DoorCard } from './door-card.tsx'

/** Connects a laptop: first the code that its terminal shows, then what asks, then yes or no. */
export function LaptopPage() {
  const { query } = useLocation()
  const [code, setCode] = useState(query['user_code'] ?? '')
  const [laptop, setLaptop] = useState<LaptopView | null>(null)
  const { pending, problem, run } = useSubmission()
  if (laptop !== null) return <Answer laptop={laptop} onAnswered={setLaptop} />
  return (
    <DoorCard title="Connect a laptop">
      <Form onSubmit={() => run(async () => setLaptop(await call(auth.laptop.$get({ query: { code } }))))}>
        <p>
          <code>hookscope listen --from</code> shows a code in the laptop’s terminal. Compare it with this one, or type
          it here.
        </p>
        <TypedField
          label="Code"
          error={problem}
          autocomplete="off"
          mono
          autofocus
          value={code}
          onChange={text => setCode(text.toUpperCase())}
        />
        <Button type="submit" variant="primary" pending={pending} disabled={code.trim() === ''}>
          Continue
        </Button>
      </Form>
      <a href="/">Go to the inspector</a>
    </DoorCard>
  )
}

/** As the terminal shows it. */
const shownCode = (code: string) => (code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code)

function Answer({ laptop, onAnswered }: { laptop: LaptopView; onAnswered: (laptop: LaptopView) => void }) {
  const { pending, problem, run } = useSubmission()
  const refuse = useFocus<HTMLButtonElement>()
  const answer = (connect: boolean) =>
    run(async () => onAnswered(await call(auth.laptop.$post({ json: { code: laptop.code, connect } }))))
  if (laptop.state !== 'pending')
    return (
      <DoorCard title={laptop.state === 'connected' ? 'Connected' : 'Not connected'}>
        <p role="status">
          {laptop.state === 'connected'
            ? `“${laptop.knownAs}” continues by itself. You can end it in your account, under Sessions and laptops.`
            : `“${laptop.name}” was refused and gets nothing.`}
        </p>
        <a href="/">Go to the inspector</a>
      </DoorCard>
    )
  const refused = whyNot('GET /api/agent')
  return (
    <DoorCard title={`Connect “${laptop.name}”?`}>
      <p>
        It will receive the deliveries of the hooks that it chooses, as {me.value?.person.email}. Connect it only if you
        started it yourself, just now.
      </p>
      <dl class="door-laptop boxed">
        <dt>Laptop</dt>
        <dd class="breaks">{laptop.name}</dd>
        <dt>Asks from</dt>
        <dd>{laptop.address ?? 'an unknown address'}</dd>
        <dt>Code</dt>
        <dd class="mono">{shownCode(laptop.code)}</dd>
      </dl>
      {laptop.knownAs === laptop.name ? null : (
        <p class="note">
          You have a laptop of this name already: this one will be called “{laptop.knownAs}” here. Is it the same one?
          Then end the other in your account.
        </p>
      )}
      {problem === null ? null : (
        <p class="notice tone-bad" role="alert">
          {problem}
        </p>
      )}
      {refused === null ? null : <p class="notice tone-warn">{refused}</p>}
      <div class="row">
        <Button elementRef={refuse} onClick={() => void answer(false)}>
          Refuse
        </Button>
        <span class="grow" />
        <Button variant="primary" pending={pending} refused={refused} onClick={() => void answer(true)}>
          Connect
        </Button>
      </div>
    </DoorCard>
  )
}

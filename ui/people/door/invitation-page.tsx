import { useEffect, useState } from 'preact/hooks'
import { passwordLength, roleWords } from '../../../core/people/person.ts'
import type { InvitationView } from '../../../core/people/views.ts'
import { learnWho, linkSecret, me, takeLinkSecret } from '../../app/people.ts'
import { Problem } from '../../app/problem.tsx'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'
import { useLoaded } from '../../kit/use-loaded.ts'
import { Warning } from '../../kit/warning.tsx'
import { auth } from '../client.ts'
import { SetUp } from '../factor/set-up.tsx'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'
import { DoorCard } from './door-card.tsx'

/** A whole new page: whoever was signed in before is not any more. */
const enter = () => location.replace('/')

/** What a link leads to: joining, or a new password; and at once a second factor, which whoever joins has none of. */
export function InvitationPage() {
  const [password, setPassword] = useState<string | null>(null)
  useEffect(() => {
    window.addEventListener('hashchange', takeLinkSecret)
    return () => window.removeEventListener('hashchange', takeLinkSecret)
  }, [])
  if (password === null) return <Accept key={linkSecret.value} secret={linkSecret.value} onAccepted={setPassword} />
  return (
    <DoorCard title="Set up a second factor">
      <SetUp password={password} back="Later" onBack={enter} onDone={enter}>
        <p>
          You are signed in. Hooks open with a second factor, as in the merchant console: set one up now, or when you
          first need it.
        </p>
      </SetUp>
    </DoorCard>
  )
}

interface AcceptProps {
  secret: string
  /** Gets the password, which the second factor is set up with. */
  onAccepted: (password: string) => void
}

function Accept({ secret, onAccepted }: AcceptProps) {
  const { value, problem } = useLoaded(
    async () => (secret === '' ? null : call(auth.invitation.$post({ json: { secret } }))),
    [secret],
  )
  if (secret === '')
    return (
      <DoorCard title="Open the link again">
        <p>Reloading the page has dropped the link’s secret. Open the whole link that you were sent.</p>
        <a href="/">Go to the inspector</a>
      </DoorCard>
    )
  if (problem !== null)
    return (
      <DoorCard title="This link does not work">
        <Problem problem={problem} />
        <a href="/">Go to the inspector</a>
      </DoorCard>
    )
  if (value === null) return null
  return <AcceptForm secret={secret} invitation={value} onAccepted={onAccepted} />
}

function AcceptForm({ secret, invitation, onAccepted }: AcceptProps & { invitation: InvitationView }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const { pending, problem, run } = useSubmission()
  const joins = invitation.kind === 'join'
  const { least } = passwordLength
  const accept = () =>
    run(async () => {
      await call(auth.invitation.accept.$post({ json: { secret, password, ...(joins && { name: name.trim() }) } }))
      await learnWho()
      onAccepted(password)
    })
  const other = me.value?.person.email
  return (
    <DoorCard title={joins ? 'Join hookscope' : 'Set a new password'}>
      {joins ? (
        <p>
          You are invited as {invitation.role === 'owner' ? 'an' : 'a'} {invitation.role}, who{' '}
          {roleWords[invitation.role]}.
        </p>
      ) : (
        <p>Your second factors are removed with the old password. Set up a new one afterwards.</p>
      )}
      {other === undefined || other === invitation.email ? null : (
        <Warning>
          You are signed in as {other}. Going on signs you in as {invitation.email} instead.
        </Warning>
      )}
      <Form onSubmit={accept}>
        {problem === null ? null : (
          <p class="notice tone-bad" role="alert">
            {problem}
          </p>
        )}
        <TypedField label="E-mail address" type="email" autocomplete="username" readOnly value={invitation.email} />
        {joins ? <TypedField label="Your name" autocomplete="name" autofocus value={name} onChange={setName} /> : null}
        <TypedField
          label="Password"
          hint={`At least ${least} characters. Several words are easy to remember and hard to guess.`}
          type="password"
          autocomplete="new-password"
          autofocus={!joins}
          value={password}
          onChange={setPassword}
        />
        <Button
          type="submit"
          variant="primary"
          pending={pending}
          disabled={password.length < least || (joins && name.trim() === '')}
        >
          {joins ? 'Join' : 'Set the password'}
        </Button>
      </Form>
    </DoorCard>
  )
}

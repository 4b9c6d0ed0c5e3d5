import { KeyRound } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { Factor, SignInView } from '../../../core/people/views.ts'
import { signInNeeded } from '../../app/people.ts'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'
import { auth } from '../client.ts'
import { CodeForm } from '../factor/code-form.tsx'
import { canUsePasskeys, usePasskey } from '../passkeys.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'
import { DoorCard } from './door-card.tsx'

/** The page as it is for whoever is in now: nothing of before is kept. */
const enterAgain = () => location.reload()

async function byPasskey(): Promise<void> {
  const options = await call(auth['sign-in'].passkey.options.$post({ json: {} }))
  const response = await usePasskey(options)
  await call(auth['sign-in'].passkey.$post({ json: { response } }))
  enterAgain()
}

/** E-mail address and password, then the second factor; or a passkey, which is both. */
export function SignInPage() {
  const [factors, setFactors] = useState<readonly Factor[] | null>(null)
  const [email, setEmail] = useState('')
  return (
    <DoorCard title="Sign in">
      {factors === null ? (
        <>
          {signInNeeded.value === 'ended' ? (
            <p class="notice tone-warn" role="status">
              Your session has ended. Sign in to continue where you were.
            </p>
          ) : null}
          <PasswordForm email={email} onEmail={setEmail} onFactors={setFactors} />
        </>
      ) : (
        <CodeForm
          factors={factors}
          back="Back"
          onBack={() => setFactors(null)}
          onCode={async code => {
            await call(auth['sign-in'].code.$post({ json: { code } }))
            enterAgain()
          }}
          onPasskey={byPasskey}
        >
          <p>Your second factor, for {email}.</p>
        </CodeForm>
      )}
    </DoorCard>
  )
}

interface PasswordFormProps {
  email: string
  onEmail: (email: string) => void
  onFactors: (factors: readonly Factor[]) => void
}

function PasswordForm({ email, onEmail, onFactors }: PasswordFormProps) {
  const [password, setPassword] = useState('')
  const { pending, problem, run } = useSubmission()
  const send = () =>
    run(async () => {
      const answer: SignInView = await call(auth['sign-in'].$post({ json: { email: email.trim(), password } }))
      if (answer.signedIn) enterAgain()
      else onFactors(answer.factors)
    })
  return (
    <Form onSubmit={send}>
      {problem === null ? null : (
        <p class="notice tone-bad" role="alert">
          {problem}
        </p>
      )}
      <TypedField
        label="E-mail address"
        type="email"
        autocomplete="username"
        autofocus
        value={email}
        onChange={onEmail}
      />
      <TypedField
        label="Password"
        type="password"
        autocomplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" variant="primary" pending={pending} disabled={email.trim() === '' || password === ''}>
        Sign in
      </Button>
      {canUsePasskeys() ? (
        <Button icon={<KeyRound size={14} />} onClick={() => void run(byPasskey)}>
          Sign in with a passkey
        </Button>
      ) : null}
    </Form>
  )
}

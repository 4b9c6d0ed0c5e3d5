import './factor.css'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { AuthenticatorView } from '../../../core/people/views.ts'
import { me } from '../../app/people.ts'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { TextField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'
import { Segments } from '../../kit/segments.tsx'
import { auth } from '../client.ts'
import { canUsePasskeys, makePasskey } from '../passkeys.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'
import { useFocus } from '../use-focus.ts'
import { AuthenticatorForm } from './authenticator-form.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

export type FactorKind = 'authenticator' | 'passkey'
const kinds: Readonly<Record<FactorKind, string>> = { authenticator: 'Authenticator app', passkey: 'Passkey' }

interface SetUpProps {
  /** Which kinds are offered; a passkey only where the browser has them. */
  offered?: readonly FactorKind[]
  /** The password, where it was typed a moment ago: it is not asked for again. */
  password?: string
  back: string
  onBack: () => void
  /** It is set up, and its recovery codes were shown. */
  onDone: () => unknown
  /** What it is for. */
  children?: ComponentChildren
}

/** Sets up a second factor: which, then the factor itself, then the recovery codes that come with it. */
export function SetUp({
  offered = ['authenticator', 'passkey'],
  back,
  onBack,
  onDone,
  children,
  ...given
}: SetUpProps) {
  const isShared = me.value?.mode === 'shared'
  const possible = offered.filter(kind => kind === 'authenticator' || (isShared && canUsePasskeys()))
  const [kind, setKind] = useState<FactorKind>(possible[0] ?? 'authenticator')
  const [password, setPassword] = useState(given.password ?? '')
  const [name, setName] = useState('')
  const [begun, setBegun] = useState<AuthenticatorView | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const { pending, problem, run } = useSubmission()
  // Whoever has a factor adds a passkey with that, and without the password.
  const needsPassword =
    isShared && given.password === undefined && (kind === 'authenticator' || me.value?.person.hasSecondFactor !== true)

  const next = useFocus<HTMLButtonElement>(!needsPassword && kind === 'authenticator')

  if (codes !== null) return <RecoveryCodes codes={codes} onDone={onDone} />
  if (begun !== null)
    return <AuthenticatorForm {...begun} back={back} onBack={onBack} onDone={() => setCodes(begun.recoveryCodes)} />

  const withPassword = isShared && password !== '' ? { password } : {}
  const begin = async () => {
    if (kind === 'authenticator')
      return setBegun(await call(auth['second-factor'].authenticator.$post({ json: withPassword })))
    const response = await makePasskey(await call(auth.passkeys.options.$post({ json: {} })))
    const { recoveryCodes } = await call(auth.passkeys.$post({ json: { response, name, ...withPassword } }))
    if (recoveryCodes.length === 0) onDone()
    else setCodes(recoveryCodes)
  }
  return (
    <Form onSubmit={() => run(begin)}>
      {children}
      {possible.length > 1 ? <Segments label="Second factor" choices={kinds} value={kind} onChange={setKind} /> : null}
      <p class="muted">
        {kind === 'authenticator'
          ? 'An app on your phone shows a new code every 30 seconds.'
          : 'Your fingerprint, your face or the PIN of this device, or a security key.'}
      </p>
      {kind === 'passkey' ? (
        <TextField
          label="Name of the passkey"
          hint="What you will know it by, such as the device."
          autofocus={!needsPassword}
          value={name}
          onChange={setName}
        />
      ) : null}
      {needsPassword ? (
        <TypedField
          label="Your password"
          type="password"
          autocomplete="current-password"
          autofocus
          error={problem}
          value={password}
          onChange={setPassword}
        />
      ) : problem === null ? null : (
        <p class="notice tone-bad" role="alert">
          {problem}
        </p>
      )}
      <div class="row factor-buttons">
        <Button variant="ghost" onClick={onBack}>
          {back}
        </Button>
        <span class="grow" />
        <Button
          type="submit"
          variant="primary"
          autofocus={!needsPassword && kind === 'authenticator'}
          elementRef={next}
          pending={pending}
          disabled={needsPassword && password === ''}
        >
          {kind === 'authenticator' ? 'Continue' : 'Create the passkey'}
        </Button>
      </div>
    </Form>
  )
}

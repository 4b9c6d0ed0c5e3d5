import { KeyRound } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Factor } from '../../../core/people/views.ts'
import { Button } from '../../kit/button.tsx'
import { Form } from '../../kit/form.tsx'
import { canUsePasskeys } from '../passkeys.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'
import { useFocus } from '../use-focus.ts'

interface CodeFormProps {
  /** What the person has. */
  factors: readonly Factor[]
  onCode: (code: string) => Promise<unknown>
  onPasskey: () => Promise<unknown>
  /** The button that leads back. */
  back: string
  onBack: () => void
  /** What it is for. */
  children: ComponentChildren
}

/** Takes a second factor: a code of the authenticator, a recovery code, or a passkey. */
export function CodeForm({ factors, onCode, onPasskey, back, onBack, children }: CodeFormProps) {
  const [code, setCode] = useState('')
  const { pending, problem, run } = useSubmission()
  const hasAuthenticator = factors.includes('authenticator')
  const hasPasskey = factors.includes('passkey') && canUsePasskeys()
  const passkeyButton = useFocus<HTMLButtonElement>(!hasAuthenticator)
  const send = async () => {
    const done = await run(() => onCode(code))
    if (!done) document.querySelector<HTMLInputElement>('#second-factor input')?.select()
  }
  return (
    <Form id="second-factor" onSubmit={send}>
      {children}
      <TypedField
        label={hasAuthenticator ? 'Code' : 'Recovery code'}
        hint={hasAuthenticator ? 'From your authenticator app, or a recovery code.' : 'Each recovery code works once.'}
        error={problem}
        autocomplete="one-time-code"
        mono
        autofocus={hasAuthenticator || !hasPasskey}
        value={code}
        onChange={setCode}
      />
      <div class="row factor-buttons">
        <Button variant="ghost" onClick={onBack}>
          {back}
        </Button>
        <span class="grow" />
        {hasPasskey ? (
          <Button
            icon={<KeyRound size={14} />}
            variant={hasAuthenticator ? 'plain' : 'primary'}
            autofocus={!hasAuthenticator}
            elementRef={passkeyButton}
            onClick={() => void run(onPasskey)}
          >
            Use a passkey
          </Button>
        ) : null}
        <Button
          type="submit"
          variant={hasAuthenticator || !hasPasskey ? 'primary' : 'plain'}
          pending={pending}
          disabled={code.trim() === ''}
        >
          Continue
        </Button>
      </div>
    </Form>
  )
}

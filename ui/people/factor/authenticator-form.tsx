import { useState } from 'preact/hooks'
import { call } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { CopyButton } from '../../kit/copy-button.tsx'
import { Form } from '../../kit/form.tsx'
import { auth } from '../client.ts'
import { useSubmission } from '../submission.ts'
import { TypedField } from '../typed-field.tsx'
import { QrCode } from './qr-code.tsx'

interface AuthenticatorFormProps {
  uri: string
  secret: string
  back: string
  onBack: () => void
  onDone: () => void
}

/** Shows the secret of an authenticator, and takes the first code that it makes. */
export function AuthenticatorForm({ uri, secret, back, onBack, onDone }: AuthenticatorFormProps) {
  const [code, setCode] = useState('')
  const { pending, problem, run } = useSubmission()
  return (
    <Form
      onSubmit={() =>
        run(async () => {
          await call(auth['second-factor'].authenticator.confirm.$post({ json: { code } }))
          onDone()
        })
      }
    >
      <div class="factor-scan">
        <QrCode text={uri} label="The key as an image to scan" />
        <div class="stack">
          <p>Scan this code with your authenticator app.</p>
          <p class="muted">
            On the device with the app, <a href={uri}>open this link</a> instead. Or type this key into the app:
          </p>
          <div class="factor-secret boxed">
            <code class="factor-groups">
              {(secret.match(/.{1,4}/g) ?? []).map((group, place) => (
                <span key={place}>{group} </span>
              ))}
            </code>
            <CopyButton small text={secret} label="Copy the key" />
          </div>
        </div>
      </div>
      <TypedField
        label="Code"
        hint="The six digits that the app shows now."
        autocomplete="one-time-code"
        mono
        autofocus
        error={problem}
        value={code}
        onChange={setCode}
      />
      <div class="row factor-buttons">
        <Button variant="ghost" onClick={onBack}>
          {back}
        </Button>
        <span class="grow" />
        <Button type="submit" variant="primary" pending={pending} disabled={code.trim() === ''}>
          Turn on
        </Button>
      </div>
    </Form>
  )
}

import { useState } from 'preact/hooks'
import type { HookView } from '../../../core/hook.ts'
import type { SecretsChange } from '../../../server/inspector/types.ts'
import { AlertIcon, Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { saveSecrets, settingsProblem } from '../../models/settings.ts'

const sources = {
  none: null,
  started: 'Given when hookscope started',
  saved: 'Saved here',
} as const satisfies Record<HookView['secretsFrom'], string | null>

const keyNames = { 'source-key': 'Source Key', 'signature-key': 'Signature Key' } as const

type SigningChoice = SecretsChange['signing']['kind']
type AuthenticationChoice = SecretsChange['authentication']['kind']

/** The hook's key and credentials: shown masked, changed by writing new ones. */
export function HookForm({ hook }: { hook: HookView }) {
  const [signing, setSigning] = useState<SigningChoice>('keep')
  const [key, setKey] = useState('')
  const [authentication, setAuthentication] = useState<AuthenticationChoice>('keep')
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [pending, setPending] = useState(false)
  const problem = settingsProblem.value
  const needsKey = signing === 'source-key' || signing === 'signature-key'
  const complete =
    (signing !== 'keep' || authentication !== 'keep') &&
    (!needsKey || key !== '') &&
    (authentication !== 'basic' || (username !== '' && password !== ''))

  const submit = async (event: Event) => {
    event.preventDefault()
    setPending(true)
    const saved = await saveSecrets(hook.id, {
      signing: signing === 'source-key' || signing === 'signature-key' ? { kind: signing, key } : { kind: signing },
      authentication: authentication === 'basic' ? { kind: 'basic', username, password } : { kind: authentication },
    })
    setPending(false)
    if (!saved) return
    setSigning('keep')
    setAuthentication('keep')
    setKey('')
    setUsername('')
    setPassword('')
  }

  return (
    <form class="settings-form" onSubmit={submit} autocomplete="off">
      <KnownSecrets hook={hook} />
      <Field label="Signature">
        {control => (
          <select
            {...control}
            class="input"
            value={signing}
            onChange={event => setSigning(event.currentTarget.value as SigningChoice)}
          >
            <option value="keep">Keep as it is</option>
            <option value="signature-key">Check with a Signature Key</option>
            <option value="source-key">Check with a Source Key</option>
            <option value="none">None: do not check</option>
          </select>
        )}
      </Field>
      {needsKey ? (
        <Secret
          label={keyNames[signing]}
          hint="Exactly as the console shows it. It is the HMAC key, used as plain text."
          value={key}
          onChange={setKey}
        />
      ) : null}
      <Field label="Authentication">
        {control => (
          <select
            {...control}
            class="input"
            value={authentication}
            onChange={event => setAuthentication(event.currentTarget.value as AuthenticationChoice)}
          >
            <option value="keep">Keep as it is</option>
            <option value="basic">Check Basic user name and password</option>
            <option value="none">None: do not check</option>
          </select>
        )}
      </Field>
      {authentication === 'basic' ? (
        <>
          <Field label="User name">
            {control => (
              <input
                {...control}
                class="input"
                autocomplete="off"
                spellcheck={false}
                value={username}
                onInput={event => setUsername(event.currentTarget.value)}
              />
            )}
          </Field>
          <Secret label="Password" value={password} onChange={setPassword} />
        </>
      ) : null}
      {problem?.about === 'secrets' ? (
        <p class="field-error" role="alert">
          <AlertIcon /> {problem.text}
        </p>
      ) : null}
      <div class="settings-actions">
        <Button type="submit" variant="primary" pending={pending} disabled={!complete}>
          Save
        </Button>
      </div>
    </form>
  )
}

function KnownSecrets({ hook }: { hook: HookView }) {
  const source = sources[hook.secretsFrom]
  return (
    <dl class="facts">
      <div class="fact">
        <dt>Signature</dt>
        <dd>
          {hook.signing.kind === 'none'
            ? 'Not checked'
            : hook.signing.keys.map(key => (
                <span key={key.kind} class="known-key">
                  {keyNames[key.kind]} <code>{key.masked}</code>
                </span>
              ))}
        </dd>
      </div>
      <div class="fact">
        <dt>Authentication</dt>
        <dd>
          {hook.authentication.kind === 'none' ? (
            'Not checked'
          ) : (
            <span>
              Basic, <code>{hook.authentication.username}</code> and its password
            </span>
          )}
        </dd>
      </div>
      {source ? (
        <div class="fact">
          <dt>Where from</dt>
          <dd>
            <Badge>{source}</Badge>
            {hook.secretsFrom === 'started' ? (
              <span class="muted">To change one of these here, start hookscope without it.</span>
            ) : null}
          </dd>
        </div>
      ) : null}
    </dl>
  )
}

interface SecretProps {
  label: string
  hint?: string
  value: string
  onChange: (value: string) => void
}

function Secret({ label, hint, value, onChange }: SecretProps) {
  return (
    <Field label={label} hint={hint}>
      {control => (
        <input
          {...control}
          class="input mono"
          type="password"
          autocomplete="new-password"
          spellcheck={false}
          value={value}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

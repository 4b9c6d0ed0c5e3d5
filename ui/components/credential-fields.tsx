import { authenticationChoices, type SignatureChoice, signatureChoices } from '../../core/console.ts'
import type { CredentialField, CredentialsDraft } from '../models/credentials.ts'
import { Field } from './field.tsx'
import { SecretField } from './secret-field.tsx'

interface CredentialFieldsProps {
  value: CredentialsDraft
  problems: Readonly<Partial<Record<CredentialField, string>>>
  /** What becomes of the key. */
  keyHint?: string
  onChange: (part: Partial<CredentialsDraft>) => void
}

/** Authentication and Signature as in the console, with what each needs. */
export function CredentialFields({ value, problems, keyHint, onChange }: CredentialFieldsProps) {
  const { authentication, username, password, signature, key } = value
  return (
    <>
      <div class="two-fields">
        <Field label="Authentication">
          {control => (
            <select
              {...control}
              class="input"
              value={authentication}
              onChange={event => onChange({ authentication: event.currentTarget.value === 'basic' ? 'basic' : 'none' })}
            >
              {Object.entries(authenticationChoices).map(([kind, label]) => (
                <option key={kind} value={kind}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Signature">
          {control => (
            <select
              {...control}
              class="input"
              value={signature}
              onChange={event => onChange({ signature: event.currentTarget.value as SignatureChoice })}
            >
              {Object.entries(signatureChoices).map(([kind, label]) => (
                <option key={kind} value={kind}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {authentication === 'basic' ? (
        <div class="two-fields">
          <Field label="User name" error={problems.username ?? null}>
            {control => (
              <input
                {...control}
                class="input"
                autocomplete="off"
                spellcheck={false}
                value={username}
                onInput={event => onChange({ username: event.currentTarget.value })}
              />
            )}
          </Field>
          <SecretField
            label="Password"
            value={password}
            error={problems.password}
            onChange={next => onChange({ password: next })}
          />
        </div>
      ) : null}
      {signature === 'none' ? null : (
        <SecretField
          label={signatureChoices[signature]}
          {...(keyHint === undefined ? {} : { hint: keyHint })}
          value={key}
          error={problems.key}
          onChange={next => onChange({ key: next })}
        />
      )}
    </>
  )
}

import { authenticationChoices, type SignatureChoice, signatureChoices } from '../../core/hooks/console.ts'
import { SelectField, TextField } from '../kit/field.tsx'
import { SecretField } from '../kit/secret-field.tsx'
import type { CredentialField, CredentialsDraft } from './credentials.ts'

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
        <SelectField
          label="Authentication"
          value={authentication}
          onChange={choice => onChange({ authentication: choice === 'basic' ? 'basic' : 'none' })}
        >
          {Object.entries(authenticationChoices).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Signature"
          value={signature}
          onChange={choice => onChange({ signature: choice as SignatureChoice })}
        >
          {Object.entries(signatureChoices).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      {authentication === 'basic' ? (
        <div class="two-fields">
          <TextField
            label="User name"
            error={problems.username}
            value={username}
            onChange={text => onChange({ username: text })}
          />
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

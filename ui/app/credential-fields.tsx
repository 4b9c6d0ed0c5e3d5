import { authenticationChoices, type SignatureChoice, signatureChoices } from '../../core/hooks/console.ts'
import { bindFields, SelectField, TextField } from '../kit/field.tsx'
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
  const { authentication, signature } = value
  const field = bindFields(value, problems, onChange)
  return (
    <>
      <div class="two-fields">
        <SelectField
          label="Authentication"
          value={authentication}
          choices={authenticationChoices}
          onChange={choice => onChange({ authentication: choice === 'basic' ? 'basic' : 'none' })}
        />
        <SelectField
          label="Signature"
          value={signature}
          choices={signatureChoices}
          onChange={choice => onChange({ signature: choice as SignatureChoice })}
        />
      </div>
      {authentication === 'basic' ? (
        <div class="two-fields">
          <TextField label="User name" {...field('username')} />
          <SecretField label="Password" {...field('password')} />
        </div>
      ) : null}
      {signature === 'none' ? null : (
        <SecretField
          label={signatureChoices[signature]}
          {...(keyHint === undefined ? {} : { hint: keyHint })}
          {...field('key')}
        />
      )}
    </>
  )
}

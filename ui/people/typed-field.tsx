import { Field } from '../kit/field.tsx'
import { useFocus } from './use-focus.ts'

interface TypedFieldProps {
  label: string
  hint?: string
  error?: string | null
  type?: 'text' | 'email' | 'password'
  /** By which a password manager knows it. */
  autocomplete: 'username' | 'current-password' | 'new-password' | 'one-time-code' | 'name' | 'off'
  mono?: boolean
  autofocus?: boolean
  readOnly?: boolean
  value: string
  onChange?: (text: string) => void
}

/** A line that a password manager may fill in. */
export function TypedField({ label, hint, error, type = 'text', mono, onChange, ...input }: TypedFieldProps) {
  const element = useFocus<HTMLInputElement>(input.autofocus ?? false)
  return (
    <Field label={label} hint={hint} error={error}>
      {control => (
        <input
          {...control}
          {...input}
          ref={element}
          type={type}
          class={mono ? 'input mono' : 'input'}
          autocapitalize="none"
          spellcheck={false}
          onInput={event => onChange?.(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

import { Eye, EyeOff } from 'lucide-preact'
import { IconButton } from './button.tsx'
import { Field } from './field.tsx'
import { useRevealed } from './use-revealed.ts'

interface SecretFieldProps {
  label: string
  hint?: string
  error?: string | undefined
  value: string
  onChange: (value: string) => void
}

/** A key or a password while it is entered: hidden, until it is asked for. */
export function SecretField({ label, hint, error, value, onChange }: SecretFieldProps) {
  const [shown, toggle] = useRevealed()
  return (
    <Field label={label} hint={hint} error={error ?? null}>
      {control => (
        <div class="secret">
          <input
            {...control}
            class="input mono"
            type={shown ? 'text' : 'password'}
            autocomplete="new-password"
            spellcheck={false}
            value={value}
            onInput={event => onChange(event.currentTarget.value)}
          />
          <IconButton
            label={shown ? `Hide the ${label}` : `Show the ${label}`}
            aria-pressed={shown}
            icon={shown ? <EyeOff size={15} /> : <Eye size={15} />}
            onClick={toggle}
          />
        </div>
      )}
    </Field>
  )
}

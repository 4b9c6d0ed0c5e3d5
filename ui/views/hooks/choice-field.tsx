import './choice-field.css'
import { useId } from 'preact/hooks'
import { AlertIcon } from '../../components/badge.tsx'

interface ChoiceFieldProps<Value extends string> {
  label: string
  choices: Readonly<Record<Value, string>>
  /** null until one is chosen. */
  value: Value | null
  error?: string | undefined
  hint?: string
  onChange: (value: Value) => void
}

/** One of a few, all of them in sight. */
export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, choices, value, error, hint, onChange } = props
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div
      class="field choice-field"
      role="radiogroup"
      aria-labelledby={`${id}-legend`}
      aria-describedby={described || undefined}
      aria-invalid={error ? 'true' : undefined}
    >
      <span class="field-label" id={`${id}-legend`}>
        {label}
      </span>
      <div class="choice-field-options">
        {entriesOf(choices).map(([choice, text]) => (
          <label key={choice}>
            <input type="radio" name={id} checked={choice === value} onChange={() => onChange(choice)} />
            <span>{text}</span>
          </label>
        ))}
      </div>
      {hint ? (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      {error ? (
        <div class="field-error" id={`${id}-error`} role="alert">
          <AlertIcon /> {error}
        </div>
      ) : null}
    </div>
  )
}

/** The entries of a record by the type of its keys. */
const entriesOf = <Value extends string>(choices: Readonly<Record<Value, string>>) =>
  Object.entries(choices) as [Value, string][]

import { useId } from 'preact/hooks'
import { FieldNotes, notesOf } from './field.tsx'

interface SegmentsProps<Value extends string> {
  /** What is chosen, for screen readers. */
  label: string
  choices: Readonly<Record<Value, string>>
  /** null until one is chosen. */
  value: Value | null
  /** Choices that cannot be made now. */
  disabled?: readonly Value[]
  /** As wide as there is room. */
  wide?: boolean
  onChange: (value: Value) => void
}

/** One of a few, side by side. Arrows move. */
export function Segments<Value extends string>({ label, ...rest }: SegmentsProps<Value>) {
  return (
    <div class={rest.wide ? 'segments segments-wide' : 'segments'} role="radiogroup" aria-label={label}>
      <Options {...rest} />
    </div>
  )
}

function Options<Value extends string>(props: Omit<SegmentsProps<Value>, 'label' | 'wide'>) {
  const { choices, value, disabled, onChange } = props
  const name = useId()
  return entriesOf(choices).map(([choice, text]) => (
    <label key={choice}>
      <input
        type="radio"
        name={name}
        checked={choice === value}
        disabled={disabled?.includes(choice) === true}
        onChange={() => onChange(choice)}
      />
      <span>{text}</span>
    </label>
  ))
}

interface SegmentsFieldProps<Value extends string> extends Omit<SegmentsProps<Value>, 'disabled' | 'wide'> {
  error?: string | undefined
  hint?: string | undefined
}

/** The same under its label, with what there is to say about it. */
export function SegmentsField<Value extends string>(props: SegmentsFieldProps<Value>) {
  const { label, error, hint, ...rest } = props
  const id = useId()
  return (
    <div class="field">
      <span class="field-label" id={`${id}-label`}>
        {label}
      </span>
      <div
        class="segments"
        role="radiogroup"
        aria-labelledby={`${id}-label`}
        aria-describedby={notesOf(id, { hint, error })}
        aria-invalid={error ? 'true' : undefined}
      >
        <Options {...rest} />
      </div>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  )
}

/** The entries of a record by the type of its keys. */
const entriesOf = <Value extends string>(choices: Readonly<Record<Value, string>>) =>
  Object.entries(choices) as [Value, string][]

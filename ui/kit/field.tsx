import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'
import { AlertIcon } from './badge.tsx'

/** What the control inside a field must carry. */
export interface FieldControl {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': 'true' | undefined
}

export interface FieldProps {
  label: string
  hint?: ComponentChildren
  /** What is wrong and what to do about it. */
  error?: string | null | undefined
  children: (control: FieldControl) => ComponentChildren
}

/** A labelled control: `<Field label="Target">{control => <input class="input" {...control} />}</Field>`. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': notesOf(id, { hint, error }), 'aria-invalid': error ? 'true' : undefined })}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  )
}

type Notes = Pick<FieldProps, 'hint' | 'error'>

/** Names the notes of a control for `aria-describedby`. */
export const notesOf = (id: string, { hint, error }: Notes): string | undefined =>
  [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined

/** What stands below a control: a hint, and what is wrong. */
export function FieldNotes({ id, hint, error }: Notes & { id: string }) {
  return (
    <>
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
    </>
  )
}

type Labelled = Omit<FieldProps, 'children'>
type InputAttributes = Pick<
  JSX.InputHTMLAttributes<HTMLInputElement>,
  'autocapitalize' | 'autofocus' | 'inputMode' | 'placeholder'
>

interface TextFieldProps extends Labelled, InputAttributes {
  mono?: boolean
  value: string
  onChange: (text: string) => void
}

/** A line of text under its label. */
export function TextField({ label, hint, error, mono, onChange, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {control => (
        <input
          {...control}
          {...input}
          class={mono ? 'input mono' : 'input'}
          type="text"
          autocomplete="off"
          spellcheck={false}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

interface SelectFieldProps extends Labelled {
  value: string
  disabled?: boolean
  onChange: (value: string) => void
  /** Options. */
  children: ComponentChildren
}

/** A choice from a menu under its label. */
export function SelectField({ label, hint, error, onChange, children, ...select }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {control => (
        <select {...control} {...select} class="input" onChange={event => onChange(event.currentTarget.value)}>
          {children}
        </select>
      )}
    </Field>
  )
}

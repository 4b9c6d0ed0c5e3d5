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
        <div class="note" id={`${id}-hint`}>
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

/**
 * What the fields of a form take.
 * @param onChange gets what changed alone: a browser that fills in two fields at once changes both before the form is drawn again
 * @returns by a field's name its value, what is wrong with it, and what changes it
 */
export const bindFields =
  <Form extends object>(
    form: Form,
    problems: { readonly [Name in keyof Form]?: string | undefined },
    onChange: (part: Partial<Form>) => void,
  ) =>
  <Name extends keyof Form>(name: Name) => ({
    value: form[name],
    error: problems[name],
    onChange: (value: Form[Name]) => onChange({ [name]: value } as unknown as Partial<Form>),
  })

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
  /** What each is called; in place of options of one's own. */
  choices?: Readonly<Record<string, string>>
  children?: ComponentChildren
}

/** A choice from a menu under its label. */
export function SelectField({ label, hint, error, onChange, choices = {}, children, ...select }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {control => (
        <select {...control} {...select} class="input" onChange={event => onChange(event.currentTarget.value)}>
          {children ??
            Object.entries(choices).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
        </select>
      )}
    </Field>
  )
}

import type { ComponentChildren } from 'preact'
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
  error?: string | null
  children: (control: FieldControl) => ComponentChildren
}

/** A labelled control: `<Field label="Target">{control => <input class="input" {...control} />}</Field>`. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? 'true' : undefined })}
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

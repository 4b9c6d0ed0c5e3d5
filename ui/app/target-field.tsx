import { useId } from 'preact/hooks'
import { Field } from '../kit/field.tsx'
import { offeredTargets, targets } from './targets.ts'

interface TargetFieldProps {
  value: string
  error: string | null | undefined
  onChange: (target: string) => void
}

/** Where to send it; where deliveries are forwarded and the recent targets are offered. */
export function TargetField({ value, error, onChange }: TargetFieldProps) {
  const listId = useId()
  const forwarded = targets.value
  return (
    <Field label="Target" error={error}>
      {control => (
        <>
          <input
            {...control}
            class="input mono"
            type="text"
            inputMode="url"
            spellcheck={false}
            list={listId}
            autocomplete="off"
            placeholder="http://localhost:3000/webhooks"
            value={value}
            onInput={event => onChange(event.currentTarget.value)}
          />
          <datalist id={listId}>
            {offeredTargets().map(target => (
              <option key={target} value={target}>
                {forwarded.includes(target) ? 'where deliveries are forwarded' : 'used recently'}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

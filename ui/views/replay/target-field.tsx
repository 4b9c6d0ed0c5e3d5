import { useId } from 'preact/hooks'
import { Field } from '../../components/field.tsx'
import { recentTargets } from '../../models/replay.ts'
import { status } from '../../models/session.ts'

interface TargetFieldProps {
  value: string
  error: string | null
  onChange: (target: string) => void
}

/** Where to send it; where deliveries are forwarded and the recent targets are offered. */
export function TargetField({ value, error, onChange }: TargetFieldProps) {
  const listId = useId()
  const forwarded = (status.value?.forward?.targets ?? []).map(each => each.target)
  const offered = [...new Set([...forwarded, ...recentTargets.value])]
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
            {offered.map(target => (
              <option key={target} value={target}>
                {forwarded.includes(target) ? 'where deliveries are forwarded' : 'used before'}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

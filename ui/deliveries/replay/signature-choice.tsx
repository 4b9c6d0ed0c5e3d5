import { useId } from 'preact/hooks'
import type { ReplayPreview } from '../../../core/deliveries/replay.ts'
import { shownSignature } from '../../kit/screen-sharing.ts'

interface SignatureChoiceProps {
  /** null until it is known. */
  preview: ReplayPreview | null
  resign: boolean
  bodyChanged: boolean
  onChange: (resign: boolean) => void
}

/** Which signature goes out: the one that came, or one that fits the body that is sent. Whoever chooses compares them. */
export function SignatureChooser({ preview, resign, bodyChanged, onChange }: SignatureChoiceProps) {
  const name = useId()
  const original = preview?.signatures.original ?? null
  const resigned = preview?.signatures.resigned ?? null
  const same = original !== null && original === resigned
  return (
    <fieldset class="signature-choice">
      <legend>Signature</legend>
      <label class="check">
        <input type="radio" name={name} checked={!resign} onChange={() => onChange(false)} />
        <span>
          As received
          {bodyChanged && original !== null && !same ? (
            <span class="signature-warning"> · does not fit the changed body: your app should refuse it</span>
          ) : null}
          {same ? <span class="muted"> · fits this body</span> : null}
          <Signature value={original} none={preview ? 'none received' : '…'} />
        </span>
      </label>
      <label class="check">
        <input
          type="radio"
          name={name}
          checked={resign}
          disabled={preview !== null && resigned === null && !resign}
          onChange={() => onChange(true)}
        />
        <span>
          Sign the body that is sent
          <Signature value={resigned} none={preview ? 'no key is known: enter one under Hooks' : '…'} />
        </span>
      </label>
    </fieldset>
  )
}

function Signature({ value, none }: { value: string | null; none: string }) {
  return <span class="signature-text mono muted">{value === null ? none : shownSignature(value)}</span>
}

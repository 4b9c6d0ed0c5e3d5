import { Bookmark } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { DeliveryView } from '../../../server/inspector/types.ts'
import { explain } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Field } from '../../components/field.tsx'
import { proposedName, sampleNameProblem, saveSample, savingSample } from '../../models/simulate-samples.ts'

/** “Save as sample”: asks for a name, and says what becomes of what must not be kept. */
export function SaveSample({ view }: { view: DeliveryView }) {
  const close = () => {
    savingSample.value = null
  }
  return (
    <Dialog open={savingSample.value === view.id} title={`Save #${view.id} as a sample`} onClose={close}>
      <SampleForm view={view} onDone={close} />
    </Dialog>
  )
}

function SampleForm({ view, onDone }: { view: DeliveryView; onDone: () => void }) {
  const [name, setName] = useState(() => proposedName(view.eventType, view.id))
  const [problem, setProblem] = useState<string | null>(null)
  const [saving, setSaving] = useState(false)
  const save = async () => {
    const wrong = sampleNameProblem(name.trim())
    setProblem(wrong)
    if (wrong !== null || saving) return
    setSaving(true)
    try {
      await saveSample(view.id, name.trim())
      onDone()
    } catch (error) {
      setProblem(explain(error))
      setSaving(false)
    }
  }
  return (
    <form
      class="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <p>
        A sample can be sent again in Simulate and with <code>hookscope trigger</code>, with other values in any of its
        fields. Card data, names, mails, phones and addresses are replaced by made-up ones; money, dates and the shape
        of the event stay.
      </p>
      <Field label="Name" error={problem}>
        {control => (
          <input
            {...control}
            class="input mono"
            spellcheck={false}
            autocomplete="off"
            value={name}
            onInput={event => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="form-foot">
        <p />
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" pending={saving} icon={<Bookmark size={14} aria-hidden="true" />}>
          Save as sample
        </Button>
      </div>
    </form>
  )
}

import { Bookmark } from 'lucide-preact'
import { useState } from 'preact/hooks'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { proposedName, sampleNameProblem, saveSample, savingSample } from '../../app/samples.ts'
import { failureText } from '../../client/api.ts'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { TextField } from '../../kit/field.tsx'
import { Form } from '../../kit/form.tsx'

/** “Save as sample”: asks for a name, and says what becomes of what must not be kept. */
export function SaveSample({ view }: { view: DeliveryDetail }) {
  const close = () => {
    savingSample.value = null
  }
  return (
    <Dialog open={savingSample.value === view.id} title={`Save #${view.id} as a sample`} onClose={close}>
      <SampleForm view={view} onDone={close} />
    </Dialog>
  )
}

function SampleForm({ view, onDone }: { view: DeliveryDetail; onDone: () => void }) {
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
      setProblem(failureText(error))
      setSaving(false)
    }
  }
  return (
    <Form onSubmit={save}>
      <p>
        A sample can be sent again in Simulate and with <code>hookscope trigger</code>, with any field changed. Card
        data, names, e-mail addresses, phone numbers and addresses are replaced by made-up ones; amounts, dates and the
        shape of the event stay.
      </p>
      <TextField label="Name" error={problem} mono value={name} onChange={text => setName(text)} />
      <div class="row form-foot">
        <p />
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" pending={saving} icon={<Bookmark size={14} />}>
          Save as sample
        </Button>
      </div>
    </Form>
  )
}

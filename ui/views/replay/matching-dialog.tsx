import { useState } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { countedText, exportMatching, removeMatching } from '../../models/delivery-actions.ts'
import { type Matching, matching } from '../../models/matching.ts'

const verbs = { ndjson: 'Export', csv: 'Export', delete: 'Delete' } as const

/** Says how many deliveries a search finds before they are exported or deleted. The replay has a window of its own. */
export function MatchingDialog() {
  const asked = matching.value
  const close = () => {
    matching.value = null
  }
  if (!asked || asked.action === 'replay') return null
  return (
    <Dialog open title={`${verbs[asked.action]} ${countedText(asked)}`} onClose={close}>
      <MatchingForm asked={asked} action={asked.action} onDone={close} />
    </Dialog>
  )
}

interface MatchingFormProps {
  asked: Matching
  action: Exclude<Matching['action'], 'replay'>
  onDone: () => void
}

function MatchingForm({ asked, action, onDone }: MatchingFormProps) {
  const [pending, setPending] = useState(false)
  const start = async () => {
    if (pending) return
    setPending(true)
    if (action === 'delete') await removeMatching(asked.q)
    else exportMatching(asked.q, action)
    onDone()
  }
  return (
    <form
      class="stack"
      onSubmit={event => {
        event.preventDefault()
        void start()
      }}
    >
      <p>
        Everything that matches the search, each delivery of an event that came more than once included.{' '}
        {action === 'delete'
          ? 'It can be undone right afterwards.'
          : 'Credentials, signatures and card data are masked in the file.'}
      </p>
      <div class="form-foot">
        <p />
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant={action === 'delete' ? 'danger' : 'primary'} pending={pending}>
          {verbs[action]} {countedText(asked)}
        </Button>
      </div>
    </form>
  )
}

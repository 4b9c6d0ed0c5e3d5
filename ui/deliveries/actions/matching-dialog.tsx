import { useState } from 'preact/hooks'
import { canAnonymize } from '../../../core/api/export-formats.ts'
import { anonymizedText } from '../../../core/capture/capture.ts'
import { Button } from '../../kit/button.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import { Form } from '../../kit/form.tsx'
import { isAnonymized, type Matching, type MatchingAction, matching } from '../list/matching.ts'
import { countedText, exportMatching, removeMatching } from './delivery-actions.ts'

const verbOf = (action: MatchingAction) => (action === 'delete' ? 'Delete' : 'Export')

const exact =
  'A capture is exact: credentials, signatures and card data stand in it as received. Hand it only to whom you would show them.'

/** Says how many deliveries a search finds before they are exported or deleted. The replay has a window of its own. */
export function MatchingDialog() {
  const asked = matching.value
  const close = () => {
    matching.value = null
  }
  if (!asked || asked.action === 'replay') return null
  return (
    <Dialog open title={`${verbOf(asked.action)} ${countedText(asked)}`} onClose={close}>
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
  const isAnonymous = action !== 'delete' && canAnonymize(action) && isAnonymized.value
  const start = async () => {
    if (pending) return
    setPending(true)
    if (action === 'delete') await removeMatching(asked.q, asked.count)
    else exportMatching(asked.q, action, isAnonymous)
    onDone()
  }
  return (
    <Form onSubmit={start}>
      <p>
        Everything that was found, including every delivery of an event that arrived more than once.{' '}
        {action === 'delete'
          ? 'You can undo this right afterwards.'
          : isAnonymous
            ? anonymizedText
            : action === 'hookscope'
              ? exact
              : 'Credentials, signatures and card data are masked in the file.'}
      </p>
      <div class="row form-foot">
        <p />
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant={action === 'delete' ? 'danger' : 'primary'} pending={pending}>
          {verbOf(action)} {countedText(asked)}
        </Button>
      </div>
    </Form>
  )
}

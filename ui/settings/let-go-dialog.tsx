import { useState } from 'preact/hooks'
import { letGo, saveTargets } from '../app/forwarding.ts'
import { Button } from '../kit/button.tsx'
import { Dialog } from '../kit/dialog.tsx'

/** Asks before deliveries that wait are let go of: their target is to be none any more. */
export function LetGoDialog() {
  const asked = letGo.value
  const [pending, setPending] = useState(false)
  if (asked === null) return null
  const close = () => {
    letGo.value = null
  }
  const { count, message } = asked
  return (
    <Dialog
      open
      title={
        count === 1
          ? 'Remove a target with 1 queued delivery?'
          : `Remove a target with ${count.toLocaleString('en')} queued deliveries?`
      }
      onClose={close}
      footer={
        <>
          <Button autofocus onClick={close}>
            Keep the target
          </Button>
          <Button
            variant="danger"
            pending={pending}
            onClick={async () => {
              setPending(true)
              await saveTargets(asked.targets, true)
              setPending(false)
              close()
            }}
          >
            Remove the target
          </Button>
        </>
      }
    >
      <p>
        {message} Without this target {count === 1 ? 'it is' : 'they are'} not sent.{' '}
        {count === 1 ? 'It is' : 'They are'} kept, and you can send {count === 1 ? 'it' : 'them'} later from Deliveries.
      </p>
    </Dialog>
  )
}

import { useState } from 'preact/hooks'
import { consoleButtons } from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { Button } from '../kit/button.tsx'
import { deliveriesText } from '../kit/count.ts'
import { Dialog } from '../kit/dialog.tsx'
import { deliveriesOf, removeHook, removing } from './hooks.ts'

/** The second window of Delete Hook. */
export function RemoveDialog() {
  const hook = removing.value
  return hook ? <Question key={hook.id} hook={hook} /> : null
}

function Question({ hook }: { hook: HookView }) {
  const [pending, setPending] = useState(false)
  const kept = deliveriesOf(hook.id)
  const close = () => {
    removing.value = null
  }
  return (
    <Dialog
      open
      title={`Delete “${hook.label}”?`}
      onClose={close}
      footer={
        <>
          <Button autofocus onClick={close}>
            {consoleButtons.close}
          </Button>
          <Button
            variant="danger"
            pending={pending}
            onClick={async () => {
              setPending(true)
              await removeHook(hook)
              setPending(false)
              // Its row is gone, and the focus with it.
              document.querySelector<HTMLElement>('.hooks-head .button')?.focus()
            }}
          >
            {consoleButtons.remove}
          </Button>
        </>
      }
    >
      <p>
        From then on hookscope answers 404 at its path, and the gateway’s deliveries there are kept as unrouted.
        {kept > 0 ? ` Its ${deliveriesText(kept)} so far ${kept === 1 ? 'stays' : 'stay'}.` : ''} You can undo this
        right afterwards.
      </p>
    </Dialog>
  )
}

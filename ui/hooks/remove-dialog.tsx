import { consoleButtons } from '../../core/hooks/console.ts'
import type { HookView } from '../../core/hooks/hook.ts'
import { Confirmation } from '../kit/confirmation.tsx'
import { deliveriesText } from '../kit/count.ts'
import { deliveriesOf, removeHook, removing } from './hooks.ts'

/** The second window of Delete Hook. */
export function RemoveDialog() {
  const hook = removing.value
  return hook ? <Question key={hook.id} hook={hook} /> : null
}

function Question({ hook }: { hook: HookView }) {
  const kept = deliveriesOf(hook.id)
  return (
    <Confirmation
      title={`Delete “${hook.label}”?`}
      keep={consoleButtons.close}
      act={consoleButtons.remove}
      onKeep={() => {
        removing.value = null
      }}
      onAct={async () => {
        await removeHook(hook)
        // Its row is gone, and the focus with it.
        document.querySelector<HTMLElement>('.hooks-head .button')?.focus()
      }}
    >
      <p>
        From then on hookscope answers 404 at its path, and the gateway’s deliveries there are kept as unrouted.
        {kept > 0 ? ` Its ${deliveriesText(kept)} so far ${kept === 1 ? 'stays' : 'stay'}.` : ''} You can undo this
        right afterwards.
      </p>
    </Confirmation>
  )
}

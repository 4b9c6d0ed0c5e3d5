import { consoleButtons } from '../../core/hooks/console.ts'
import { Confirmation } from '../kit/confirmation.tsx'

interface AbandonDialogProps {
  open: boolean
  onKeep: () => void
  onAbandon: () => void
}

/** Asks before a window with unsaved changes closes. */
export function AbandonDialog({ open, onKeep, onAbandon }: AbandonDialogProps) {
  return (
    <Confirmation
      open={open}
      title="Unsaved changes"
      keep="Keep editing"
      act={consoleButtons.abandon}
      onKeep={onKeep}
      onAct={onAbandon}
    >
      <p>What you changed in this window is not saved. If you leave now, it is lost.</p>
    </Confirmation>
  )
}

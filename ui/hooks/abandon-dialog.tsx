import { consoleButtons } from '../../core/hooks/console.ts'
import { Button } from '../kit/button.tsx'
import { Dialog } from '../kit/dialog.tsx'

interface AbandonDialogProps {
  open: boolean
  onKeep: () => void
  onAbandon: () => void
}

/** Asks before a window with unsaved changes closes. */
export function AbandonDialog({ open, onKeep, onAbandon }: AbandonDialogProps) {
  return (
    <Dialog
      open={open}
      title="Unsaved changes"
      onClose={onKeep}
      footer={
        <>
          <Button autofocus onClick={onKeep}>
            Keep editing
          </Button>
          <Button variant="danger" onClick={onAbandon}>
            {consoleButtons.abandon}
          </Button>
        </>
      }
    >
      <p>What you changed in this window is not saved. If you leave now, it is lost.</p>
    </Dialog>
  )
}

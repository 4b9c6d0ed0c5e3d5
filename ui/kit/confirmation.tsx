import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface ConfirmationProps {
  open?: boolean
  title: string
  /** The button that changes nothing, which has the focus. */
  keep: string
  /** The button that does it. */
  act: string
  onKeep: () => void
  onAct: () => unknown
  /** What would be lost. */
  children: ComponentChildren
}

/** Asks before something is lost. */
export function Confirmation({ open = true, title, keep, act, onKeep, onAct, children }: ConfirmationProps) {
  const [pending, setPending] = useState(false)
  return (
    <Dialog
      open={open}
      title={title}
      onClose={onKeep}
      footer={
        <>
          <Button autofocus onClick={onKeep}>
            {keep}
          </Button>
          <Button
            variant="danger"
            pending={pending}
            onClick={async () => {
              setPending(true)
              await onAct()
              setPending(false)
            }}
          >
            {act}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  )
}

import { X } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { IconButton } from './button.tsx'

export interface DialogProps {
  open: boolean
  title: string
  /** Escape, the cross and a click beside it. The caller then sets `open` to false. */
  onClose: () => void
  wide?: boolean
  /** Buttons, right-aligned; the last one is what Enter should do. */
  footer?: ComponentChildren
  children: ComponentChildren
}

/** A modal dialog: the browser holds the focus inside and gives it back at the end. */
export function Dialog({ open, title, onClose, wide, footer, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  // With the drawing and not after it: the next key belongs to the dialog, or to what had the focus before.
  useLayoutEffect(() => {
    const dialog = element.current
    if (!dialog || !open) return
    const before = document.activeElement
    if (!dialog.open) dialog.showModal()
    return () => {
      if (dialog.open) dialog.close()
      // An element that is taken away while it is open gives no focus back. And not before a dialog over this one is
      // closed as well: what lies under one that is open takes no focus.
      queueMicrotask(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus()
      })
    }
  }, [open])
  if (!open) return null
  return (
    <dialog
      ref={element}
      class={`dialog ${wide ? 'dialog-wide' : ''}`}
      aria-labelledby={titleId}
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      // Browsers let a second Escape in a row pass `cancel` by: the key itself is what closes.
      onKeyDown={event => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        event.stopPropagation()
        onClose()
      }}
      onPointerDown={event => {
        if (event.target === element.current) onClose()
      }}
    >
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </div>
      <div class="dialog-body">{children}</div>
      {footer ? <div class="dialog-foot">{footer}</div> : null}
    </dialog>
  )
}

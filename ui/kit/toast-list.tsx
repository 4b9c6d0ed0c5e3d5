import { X } from 'lucide-preact'
import { Button, IconButton } from './button.tsx'
import { dismissToast, holdToasts, releaseToasts, toasts } from './toasts.ts'

/** The messages at the edge of the screen; a pointer or the focus on them keeps them there. */
export function Toasts() {
  return (
    <section
      class="toasts"
      aria-label="Messages"
      aria-live="polite"
      onPointerEnter={holdToasts}
      onPointerLeave={releaseToasts}
      onFocusIn={holdToasts}
      onFocusOut={releaseToasts}
    >
      {toasts.value.map(toast => (
        <div key={toast.id} class={`toast tone-${toast.tone}`}>
          <p>{toast.text}</p>
          {toast.action ? (
            <Button
              small
              onClick={() => {
                dismissToast(toast.id)
                toast.action?.run()
              }}
            >
              {toast.action.label}
            </Button>
          ) : null}
          <IconButton small label="Dismiss" icon={<X size={14} />} onClick={() => dismissToast(toast.id)} />
        </div>
      ))}
    </section>
  )
}

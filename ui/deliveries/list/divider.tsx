import { setSplit, splitLimits, splitShare } from './split.ts'

const steps: Readonly<Record<string, number>> = { ArrowLeft: -2, ArrowRight: 2, PageUp: -10, PageDown: 10 }

/** The line between list and detail: dragged, or moved with the arrows. */
export function Divider() {
  const follow = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect()
    if (box && event.currentTarget.hasPointerCapture(event.pointerId))
      setSplit(((event.clientX - box.left) / box.width) * 100)
  }
  return (
    <hr
      class="divider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the list"
      aria-valuenow={Math.round(splitShare.value)}
      aria-valuemin={splitLimits.min}
      aria-valuemax={splitLimits.max}
      onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={follow}
      onDblClick={() => setSplit(44)}
      onKeyDown={event => {
        const step = steps[event.key]
        if (step === undefined) return
        event.preventDefault()
        setSplit(splitShare.value + step)
      }}
    />
  )
}

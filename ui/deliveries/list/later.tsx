/** The detail, and what stands around the list: the larger half of the inspector, fetched while the list is already on the screen. */
import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import type { PreparingHeadProps } from '../preparing/preparing-head.tsx'

interface Parts {
  readonly DetailView: (props: { id: number }) => JSX.Element | null
  readonly BulkBar: () => JSX.Element | null
  readonly RejectedBar: () => JSX.Element | null
  readonly MatchingMenu: () => JSX.Element | null
  readonly LackNotes: () => JSX.Element
  readonly PreparingHead: (props: PreparingHeadProps) => JSX.Element | null
}

const parts = signal<Parts | null>(null)
const failed = signal(false)

/** Fetches them, unless they are there. */
export async function loadParts(): Promise<void> {
  if (parts.peek()) return
  try {
    parts.value = await import('../larger-half.ts')
    failed.value = false
  } catch {
    failed.value = true
  }
}

/** The open delivery. */
export function Detail({ id }: { id: number }) {
  useEffect(() => void loadParts(), [])
  const Shown = parts.value?.DetailView
  if (Shown) return <Shown id={id} />
  if (!failed.value) return null
  return (
    <div class="no-match" role="alert">
      <h2>This part of the inspector could not be loaded</h2>
      <p class="muted">Is hookscope still running in its terminal?</p>
      <Button onClick={() => void loadParts()}>Try again</Button>
    </div>
  )
}

/** What can be done with the marked deliveries. */
export function Bulk() {
  // Once the list is drawn: the keys of a delivery come with it.
  useEffect(() => {
    const timer = setTimeout(() => void loadParts(), 300)
    return () => clearTimeout(timer)
  }, [])
  const Shown = parts.value?.BulkBar
  return Shown ? <Shown /> : null
}

/** Many that were rejected for one cause. */
export function LateRejectedBar() {
  const Shown = parts.value?.RejectedBar
  return Shown ? <Shown /> : null
}

/** What can be done with all that match. */
export function LateMatchingMenu() {
  const Shown = parts.value?.MatchingMenu
  return Shown ? <Shown /> : null
}

/** What the list lacks. */
export function LateLackNotes() {
  const Shown = parts.value?.LackNotes
  return Shown ? <Shown /> : null
}

/** What is kept and not listed yet. */
export function LatePreparingHead(props: PreparingHeadProps) {
  const Shown = parts.value?.PreparingHead
  return Shown ? <Shown {...props} /> : null
}

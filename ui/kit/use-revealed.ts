/** Secrets that are typed: hidden at first, and again once the screen is shared. */
import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { sharing } from './screen-sharing.ts'

/** How often screen sharing was turned on: what was revealed before is not any more, from the very next drawing on. */
const shared = signal(0)
sharing.subscribe(on => {
  if (on) shared.value += 1
})

/** Whether what is typed here is revealed, and what turns that. */
export function useRevealed(): readonly [revealed: boolean, toggle: () => void] {
  const [revealedAt, setRevealedAt] = useState<number | null>(null)
  const revealed = revealedAt === shared.value
  return [revealed, () => setRevealedAt(revealed ? null : shared.peek())]
}

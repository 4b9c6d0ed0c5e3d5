/** One switch for a shared screen: while it is on, no signature is shown in full. Kept in this browser. */
import { batch, signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { keep, kept } from './theme.ts'

/** Whether the screen is being shared. */
export const sharing = signal(kept('sharing') === 'on')

/** Counts how often it was turned on. */
const shared = signal(0)

/** Turns the switch. */
export function setSharing(on: boolean): void {
  batch(() => {
    sharing.value = on
    if (on) shared.value += 1
  })
  keep('sharing', on ? 'on' : 'off', 'off')
}

/** A signature as it may be shown: whole, but for its beginning while the screen is shared. */
export function shownSignature(value: string): string {
  if (!sharing.value) return value
  return value.length > 12 ? `${value.slice(0, 6)}••••` : '••••'
}

/** The value of a header as it may be shown. */
export const shownHeader = (name: string, value: string): string =>
  name.toLowerCase() === 'x-signature' ? shownSignature(value) : value

/** Whether a secret that is typed here is revealed, and what turns that: hidden at first, and again once the screen is shared. */
export function useRevealed(): readonly [revealed: boolean, toggle: () => void] {
  const [revealedAt, setRevealedAt] = useState<number | null>(null)
  const revealed = revealedAt === shared.value
  return [revealed, () => setRevealedAt(revealed ? null : shared.peek())]
}

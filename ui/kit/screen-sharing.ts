/** One switch for a shared screen: while it is on, no signature is shown in full. Kept in this browser. */
import { signal } from '@preact/signals'
import { keep, kept } from './theme.ts'

/** Whether the screen is being shared. */
export const sharing = signal(kept('sharing') === 'on')

/** Turns the switch. */
export function setSharing(on: boolean): void {
  sharing.value = on
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

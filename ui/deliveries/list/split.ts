/** Where the line between list and detail is, kept in this browser. */
import { signal } from '@preact/signals'

const name = 'hookscope.split'
export const splitLimits = { min: 25, max: 75 } as const

function kept(): number {
  try {
    const share = Number(localStorage.getItem(name))
    return share >= splitLimits.min && share <= splitLimits.max ? share : 44
  } catch {
    return 44
  }
}

/** The list's share of the width in per cent. */
export const splitShare = signal(kept())

/** Moves the line, within its limits. */
export function setSplit(share: number): void {
  splitShare.value = Math.round(Math.max(splitLimits.min, Math.min(splitLimits.max, share)) * 10) / 10
  try {
    localStorage.setItem(name, String(splitShare.value))
  } catch {
    // It lasts until the page is closed then.
  }
}

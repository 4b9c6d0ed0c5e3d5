/** How fast the simulated gateway's clock runs, as people write it. */
import type { Clock } from './simulation.ts'

/** The fastest clock that can be asked for, other than `instant`. */
export const fastestClock = 1_000_000

/** What to suggest: the gateway's own pace, an hour a minute, 72 hours in seven minutes, all attempts at once. */
export const clockExamples = ['1x', '60x', '600x', 'instant'] as const

/**
 * @param text `instant`, or how many times as fast as real time: `600x`, `1.5x`, `600`
 * @returns undefined when it is neither
 */
export function parseClock(text: string): Clock | undefined {
  const typed = text.trim().toLowerCase()
  if (typed === 'instant') return { kind: 'instant' }
  const factor = Number(/^(\d{1,7}(?:\.\d{1,6})?)[x×]?$/.exec(typed)?.[1])
  return factor > 0 && factor <= fastestClock ? { kind: 'times', factor } : undefined
}

/** As `parseClock` reads it. */
export const clockText = (clock: Clock): string => (clock.kind === 'instant' ? 'instant' : `${clock.factor}x`)

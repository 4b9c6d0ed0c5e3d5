/** `--rate`, the same in every command. */
import { fastestRate, isRate } from '../../core/api/limits.ts'
import { clip, printable } from '../../core/text/text.ts'
import { usageError } from '../../server/lib/errors.ts'

/**
 * @param what is counted: `events`
 * @param without what leaving it out does, a sentence
 * @returns so many a second; null when it was not said
 * @throws UserError for what is no rate
 */
export function rateOf(text: string | null, what: string, without: string): number | null {
  if (text === null) return null
  const rate = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (isRate(rate)) return rate
  throw usageError(
    `--rate should be ${what} per second, such as 2 or 0.5, at most ${fastestRate}, not “${clip(printable(text), 40)}”.`,
    without,
  )
}

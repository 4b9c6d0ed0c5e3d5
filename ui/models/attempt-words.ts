/** How an attempt ended, as rows, cards and lines say it. */
import type { AttemptSummary } from '../../core/attempt.ts'
import { isGood, outcomeWords, reasonOf } from '../../core/outcome.ts'
import { duration } from './time.ts'

/** How an attempt ended, in a few words. */
export function outcomeText({ outcome, status }: Pick<AttemptSummary, 'outcome' | 'status'>): string {
  return outcome === 'answered' ? `answered ${status}` : outcomeWords[outcome]
}

/** How an attempt ended, in a word or a status. */
export function endOf({ outcome, status }: Pick<AttemptSummary, 'outcome' | 'status'>): string {
  return capital(outcome === 'answered' ? String(status) : outcomeWords[outcome])
}

/** As the first word of a sentence. */
export const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

/** `500 in 127 ms: TypeError: x is undefined` */
export function attemptText(attempt: Omit<AttemptSummary, 'delivery' | 'source' | 'startedAt' | 'sloppy'>): string {
  const took = attempt.ms === null ? '' : ` in ${duration(attempt.ms)}`
  const reason = reasonOf(attempt)
  return `${endOf(attempt)}${took}${reason === null ? '' : `: ${reason.message}`}`
}

/** Whether the app took it. */
export function attemptTone(attempt: Pick<AttemptSummary, 'outcome' | 'status'>): 'ok' | 'bad' | 'neutral' {
  return attempt.outcome === 'pending' ? 'neutral' : isGood(attempt) ? 'ok' : 'bad'
}

/** How an attempt ended, as rows, cards and lines say it. */
import type { AttemptSummary } from '../../core/deliveries/attempt.ts'
import { attemptChangesText } from '../../core/deliveries/attempt-changes-words.ts'
import { laptopText } from '../../core/deliveries/laptop-words.ts'
import { isGood, outcomeWords, reasonOf } from '../../core/http/outcome.ts'
import { tookText } from '../../core/text/duration.ts'
import { capital } from '../../core/text/text.ts'
import { hostOf } from './targets.ts'

/** How an attempt ended, in a few words. */
export function outcomeText({ outcome, status }: Pick<AttemptSummary, 'outcome' | 'status'>): string {
  return outcome === 'answered' ? `answered ${status}` : outcomeWords[outcome]
}

/** How an attempt ended, in a word or a status. */
export function endWords({ outcome, status }: Pick<AttemptSummary, 'outcome' | 'status'>): string {
  return capital(outcome === 'answered' ? String(status) : outcomeWords[outcome])
}

/** Of an attempt that says nothing of what the app did with the delivery: whose laptop sent it, what was changed, or else where it went. */
export function besideText({ changes, target, laptop }: Pick<AttemptSummary, 'changes' | 'target' | 'laptop'>): string {
  const what = attemptChangesText(changes)
  if (laptop === undefined) return what || `sent to ${hostOf(target)}`
  return [laptopText(laptop), what].filter(Boolean).join(', ')
}

/** `500 in 127 ms: TypeError: x is undefined` */
export function attemptText(
  attempt: Omit<AttemptSummary, 'delivery' | 'source' | 'startedAt' | 'sloppy' | 'former' | 'changes' | 'own'>,
): string {
  const took = attempt.ms === null ? '' : ` in ${tookText(attempt.ms)}`
  const reason = reasonOf(attempt)
  return `${endWords(attempt)}${took}${reason === null ? '' : `: ${reason.message}`}`
}

/** What the app did with a delivery: another app than the one deliveries are forwarded to may have taken it, which proves nothing. */
export function appTone(attempt: Parameters<typeof attemptTone>[0] & Pick<AttemptSummary, 'own'>) {
  const tone = attemptTone(attempt)
  return tone === 'ok' && !attempt.own ? 'neutral' : tone
}

/** Whether the target took it; neutral where that counts no longer. */
export function attemptTone(
  attempt: Pick<AttemptSummary, 'outcome' | 'status'> & Partial<Pick<AttemptSummary, 'former'>>,
): 'ok' | 'bad' | 'neutral' {
  if (attempt.former) return 'neutral'
  return attempt.outcome === 'pending' ? 'neutral' : isGood(attempt) ? 'ok' : 'bad'
}

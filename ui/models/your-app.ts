/** What the app did with a delivery: the first thing that is asked of it. */
import type { AttemptSummary } from '../../core/attempt.ts'
import { reasonOf, worstByTarget } from '../../core/outcome.ts'
import type { DeliveryView } from '../../server/inspector/types.ts'
import { attemptText, attemptTone } from './attempt-words.ts'
import { relativeTime } from './time.ts'
import type { VerdictLine } from './verdict-lines.ts'

export interface AppLine extends Pick<VerdictLine, 'tone' | 'text' | 'fix'> {
  /** Beside the text: where to, when there are several targets, and that it was a replay. */
  readonly aside: string | null
  /** The attempt it speaks of, and where that went; null when none was made. */
  readonly attempt: Pick<AttemptSummary, 'id' | 'target'> | null
}

/** One line for each target, the worst first; one that says why when nothing was sent. @param now milliseconds since 1970 */
export function appLines({ attempts, notForwarded }: DeliveryView, now: number): AppLine[] {
  const newest = worstByTarget(attempts)
  if (newest.length > 0)
    return newest.map(attempt => ({
      tone: attemptTone(attempt),
      text: attemptText(attempt),
      fix: reasonOf(attempt)?.hint ?? null,
      aside: asideOf(attempt, newest.length > 1, now),
      attempt,
    }))
  if (notForwarded === null) return []
  const { code, message, hint } = notForwarded
  const tone = code === 'paused' || code === 'not-sent' ? 'warn' : 'neutral'
  return [{ tone, text: message, fix: hint, aside: null, attempt: null }]
}

function asideOf(attempt: AttemptSummary, named: boolean, now: number): string | null {
  const target = named ? attempt.target.replace(/^https?:\/\//, '') : null
  const replayed = attempt.source === 'replay' ? `replayed ${whenText(attempt.startedAt, now)}` : null
  return [target, replayed].filter(part => part !== null).join(', ') || null
}

function whenText(iso: string, now: number): string {
  const relative = relativeTime(iso, now)
  return relative === 'now' ? 'just now' : /^\d+ \w+$/.test(relative) ? `${relative} ago` : `on ${relative}`
}

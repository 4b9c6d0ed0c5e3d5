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

/**
 * One line for each target, the worst first, then those that wait for it; one that says why when nothing was sent.
 * @param now milliseconds since 1970
 */
export function appLines({ attempts, notForwarded, waitsFor }: DeliveryView, now: number): AppLine[] {
  if (notForwarded !== null && attempts.length === 0) {
    const { code, message, hint } = notForwarded
    const tone = code === 'paused' || code === 'not-sent' ? 'warn' : 'neutral'
    return [{ tone, text: message, fix: hint, aside: null, attempt: null }]
  }
  const newest = worstByTarget(attempts)
  const isOne = newest.length + waitsFor.length === 1
  return [
    ...newest.map(attempt => ({
      tone: attemptTone(attempt),
      text: attemptText(attempt),
      fix: reasonOf(attempt)?.hint ?? null,
      aside: [isOne ? null : hostAndPath(attempt.target), replayText(attempt, now)].filter(Boolean).join(', ') || null,
      attempt,
    })),
    ...waitsFor.map(target => ({
      tone: 'neutral' as const,
      text: 'Waits to be sent.',
      fix: null,
      aside: hostAndPath(target),
      attempt: null,
    })),
  ]
}

const hostAndPath = (target: string) => target.replace(/^https?:\/\//, '')

function replayText({ source, startedAt }: AttemptSummary, now: number): string | null {
  if (source !== 'replay') return null
  const when = relativeTime(startedAt, now)
  return `replayed ${when === 'now' ? 'just now' : /^\d+ \w+$/.test(when) ? `${when} ago` : `on ${when}`}`
}

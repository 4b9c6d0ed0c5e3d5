/** What the app did with a delivery: the first thing that is asked of it. */
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import type { NotForwardedCode } from '../../../core/deliveries/not-forwarded.ts'
import { newestBeside, reasonOf, worstByTarget } from '../../../core/http/outcome.ts'
import { hostAndPath } from '../../../core/http/target-name.ts'
import { capital } from '../../../core/text/text.ts'
import type { DeliveryDetail } from '../../../server/api/types.ts'
import { attemptText, attemptTone, besideText } from '../../app/attempt-words.ts'
import { relativeTime } from '../../kit/time.ts'
import type { VerdictLine } from './verdict-lines.ts'

export interface AppLine extends Pick<VerdictLine, 'tone' | 'text' | 'fix'> {
  /** Beside the text: where to, when there are several targets, and that it was a replay. */
  readonly aside: string | null
  /** The attempt it speaks of, and where that went; null when none was made. */
  readonly attempt: Pick<AttemptSummary, 'id' | 'target' | 'laptop'> | null
  /** It tells of a replay of something else, or elsewhere, and not of what the app did with the delivery: never green. */
  readonly isBeside: boolean
}

/** A person may want to do something about it. */
const isWorthALook: ReadonlySet<NotForwardedCode> = new Set(['paused', 'answered-in-place', 'not-sent', 'queue-full'])

/**
 * One line for each target, the worst first, then those that wait for it; one that says why when nothing was sent. Last the
 * newest attempt where it is a replay of something else, or elsewhere.
 * @param now milliseconds since 1970
 */
export function appLines({ attempts, notForwarded, waitsFor }: DeliveryDetail, now: number): AppLine[] {
  const worst = worstByTarget(attempts)
  // Where deliveries are not forwarded to, another app may have answered.
  const newest = worst.filter(({ own }) => own)
  const elsewhere = worst.find(({ own }) => !own) ?? null
  const beside = besideLine(newestBeside(attempts) ?? elsewhere, now)
  if (notForwarded !== null && worst.length === 0) {
    const { code, message, hint } = notForwarded
    const tone = isWorthALook.has(code) ? 'warn' : 'neutral'
    return [{ tone, text: message, fix: hint, aside: null, attempt: null, isBeside: false }, ...beside]
  }
  const isOne = newest.length + waitsFor.length === 1
  return [
    ...newest.map(attempt => ({
      tone: attemptTone(attempt),
      text: attemptText(attempt),
      fix: reasonOf(attempt)?.hint ?? null,
      aside: [isOne ? null : hostAndPath(attempt.target), replayText(attempt, now)].filter(Boolean).join(', ') || null,
      attempt,
      isBeside: false,
    })),
    ...waitsFor.map(target => ({
      tone: 'neutral' as const,
      text: 'Queued.',
      fix: null,
      aside: hostAndPath(target),
      attempt: null,
      isBeside: false,
    })),
    ...beside,
  ]
}

function besideLine(attempt: AttemptSummary | null, now: number): AppLine[] {
  if (attempt === null) return []
  // The text says where it went, unless something was changed.
  const place = attempt.changes.length > 0 ? hostAndPath(attempt.target) : null
  const aside = [place, replayText(attempt, now)].filter(Boolean).join(', ')
  const text = `${capital(besideText(attempt))}: ${attemptText(attempt)}`
  const fix = reasonOf(attempt)?.hint ?? null
  return [{ tone: 'neutral', text, fix, aside, attempt, isBeside: true }]
}

function replayText({ source, startedAt }: AttemptSummary, now: number): string | null {
  if (source !== 'replay') return null
  const when = relativeTime(startedAt, now)
  return `replayed ${when === 'now' ? 'just now' : /^\d+ \w+$/.test(when) ? `${when} ago` : `on ${when}`}`
}

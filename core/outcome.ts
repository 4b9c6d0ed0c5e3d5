/** How an attempt ended, in words: the same in the terminal, in the inspector and in messages. */
import type { AttemptSummary } from './attempt.ts'

/** Whether the target took it: any 2xx, as for the gateway. */
export const isGood = ({ outcome, status }: Pick<AttemptSummary, 'outcome' | 'status'>): boolean =>
  outcome === 'answered' && status !== null && status >= 200 && status < 300

/** What stands where a status would, when there is none. */
export const outcomeWords = {
  answered: 'answered',
  pending: 'no answer yet',
  refused: 'no connection',
  'timed-out': 'timed out',
  reset: 'connection lost',
  'invalid-answer': 'not HTTP',
} as const satisfies Record<AttemptSummary['outcome'], string>

export interface Reason {
  readonly message: string
  /** What to try; null where the message is the app's own. */
  readonly hint: string | null
}

/** Why the target did not take it, as far as that is known; null when it did, and while it is pending. */
export function reasonOf({ outcome, status, line, location, error }: Ended): Reason | null {
  if (error !== null) return error
  if (isGood({ outcome, status })) return null
  if (location !== null)
    return {
      message: `Redirects to ${location}: the gateway follows no redirect.`,
      hint: 'Give the URL it leads to as the target, and as the Hook URL once your app is live.',
    }
  return line === null ? null : { message: line, hint: null }
}
type Ended = Pick<AttemptSummary, 'outcome' | 'status' | 'line' | 'location' | 'error'>

/** 0 for what failed, 1 for what is pending, 2 for what the target took. */
const rank = (attempt: Pick<AttemptSummary, 'outcome' | 'status'>) =>
  isGood(attempt) ? 2 : attempt.outcome === 'pending' ? 1 : 0

/**
 * The newest attempt at each target that counts, the worst first: a target that took it hides no other that did not, and only
 * an attempt at the same target makes good for one that failed. Those count that it was forwarded to, and that of the newest attempt.
 */
export function worstByTarget<One extends Pick<AttemptSummary, 'id' | 'source' | 'target' | 'outcome' | 'status'>>(
  attempts: readonly One[],
): One[] {
  const newest = new Map<string, One>()
  for (const attempt of attempts)
    if ((newest.get(attempt.target)?.id ?? 0) < attempt.id) newest.set(attempt.target, attempt)
  const last = Math.max(...attempts.map(({ id }) => id))
  const forwardedTo = new Set(attempts.filter(({ source }) => source === 'forward').map(({ target }) => target))
  return [...newest.values()]
    .filter(({ id, target }) => id === last || forwardedTo.has(target))
    .sort((one, other) => rank(one) - rank(other) || other.id - one.id)
}

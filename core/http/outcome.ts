/** How an attempt ended, in words: the same in the terminal, in the inspector and in messages. */
import type { AttemptSummary } from '../deliveries/attempt.ts'

/** Whether a status says that the delivery was taken: any 2xx, as for the gateway. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Whether the target took it. */
export const isGood = ({ outcome, status }: Pick<AttemptSummary, 'outcome' | 'status'>): boolean =>
  outcome === 'answered' && status !== null && isSuccess(status)

/** What says that nobody was there to take it: a proxy or a server answered in the app's place. */
export const unavailableStatuses: readonly number[] = [502, 503, 504]

/** What stands where a status would, when there is none. */
export const outcomeWords = {
  answered: 'answered',
  pending: 'no answer yet',
  refused: 'no connection',
  'timed-out': 'timed out',
  reset: 'connection lost',
  'invalid-answer': 'not HTTP',
} as const satisfies Record<AttemptSummary['outcome'], string>

/** What is added to what came of it, where a proxy led there. @param name such as `proxy.example:3128` */
export const throughProxy = (name: string): string => `through the proxy ${name}`

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
      hint: 'Use the URL it leads to as the target, and as the Hook URL once your app is live.',
    }
  return line === null ? null : { message: line, hint: null }
}
type Ended = Pick<AttemptSummary, 'outcome' | 'status' | 'line' | 'location' | 'error'>

/** 0 for what failed, 1 for what is pending, 2 for what the target took. */
const rank = (attempt: Pick<AttemptSummary, 'outcome' | 'status'>) =>
  isGood(attempt) ? 2 : attempt.outcome === 'pending' ? 1 : 0

/**
 * What the app did with a delivery: the newest attempt at each target that sent it as it came, the worst first. A target that
 * took it hides no other that did not, and only an attempt at the same target makes good for one that failed, unless that was no
 * target any more when one that is took it. What was changed, or went elsewhere than deliveries are forwarded to, says nothing
 * of it; only where it was forwarded nowhere, the newest attempt that sent it as it came stands alone.
 */
export function worstByTarget<One extends Counted>(attempts: readonly One[]): One[] {
  const newest = new Map<string, One>()
  for (const attempt of attempts)
    if (attempt.changes.length === 0 && (newest.get(placeOf(attempt))?.id ?? 0) < attempt.id)
      newest.set(placeOf(attempt), attempt)
  const counting = [...newest.values()].filter(({ former }) => !former)
  const own = counting.filter(attempt => attempt.own)
  if (own.length === 0) return counting.sort((one, other) => other.id - one.id).slice(0, 1)
  return own.sort((one, other) => rank(one) - rank(other) || other.id - one.id)
}
type Counted = Pick<AttemptSummary, 'id' | 'target' | 'outcome' | 'status' | 'former' | 'changes' | 'own' | 'laptop'>

/** The same URL is another app on each laptop. */
const placeOf = ({ target, laptop }: Counted) => JSON.stringify([target, laptop?.person, laptop?.name])

/** The newest attempt, where it says nothing of what the app did with the delivery: it is shown beside that. */
export function newestBeside<One extends Counted>(attempts: readonly One[]): One | null {
  const newest = attempts.reduce<One | null>((one, other) => (one !== null && one.id > other.id ? one : other), null)
  return newest === null || newest.former || worstByTarget(attempts).some(({ id }) => id === newest.id) ? null : newest
}

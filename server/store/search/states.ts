/** Which conditions are about deliveries in a state that few are in: every engine lists those by id. */
import type { Condition, State } from '../../../core/search/query.ts'
import { typesLike } from './types-like.ts'

export type FewState = 'rejected' | 'failed' | 'unknown' | 'pinned' | 'repeated' | 'unrouted' | 'noted'

const byState: Partial<Record<State, FewState>> = {
  rejected: 'rejected',
  retry: 'repeated',
  duplicate: 'repeated',
  unknown: 'unknown',
  unrouted: 'unrouted',
  unsubscribed: 'noted',
  test: 'noted',
  noted: 'noted',
  failed: 'failed',
  pinned: 'pinned',
}

/** The state of every delivery which a condition fits, and of others beside them; null when there is none such. */
export function fewOf(condition: Condition): FewState | null {
  switch (condition.field) {
    case 'is':
      return byState[condition.state] ?? null
    case 'verdict':
      return condition.verdict === 'rejected' ? 'rejected' : null
    case 'reason':
      return 'rejected'
    case 'note':
      return 'noted'
    case 'status':
      return condition.from > 299 || condition.to < 200 ? 'failed' : null
    case 'outcome':
      return condition.outcome === 'pending' ? null : 'failed'
    case 'type':
      return typesLike(condition.pattern).length === 0 ? 'unknown' : null
    default:
      return null
  }
}

/** What hookscope is in the middle of: noted in few words, the rest is told by the log and the attempts. */
import pLimit from 'p-limit'
import type { DeliverySummary, VerdictKind } from '../../core/deliveries/delivery.ts'
import { StoreUnavailable } from './problem.ts'

/** Forwarding to a target, a replay of several, what was on its way, checking a hook's deliveries again, what a target missed, an edit of many deliveries. */
export type UnfinishedKind = 'forward' | 'replay' | 'interrupted' | 'verification' | 'missed' | 'edit'

/** A delivery that nothing was sent of. */
export interface UnsentRow extends Pick<DeliverySummary, 'id' | 'hook' | 'eventType' | 'notes'> {
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** The verdict when it came, whatever became of it. */
  readonly verdict: VerdictKind
  /** Its body came to its end. */
  readonly isWhole: boolean
}

/** Which deliveries to look among: those named, and those with ids above `after` up to `upTo`. */
export interface UnsentRequest {
  readonly target: string
  readonly ids: readonly number[]
  readonly after: number
  readonly upTo: number
  /** Attempts with larger ids count; 0 for all. */
  readonly sinceAttempt: number
}

/** Which forwards count as missed: those to the target that ended with one of these, and those named; by the id of the attempt. */
export interface MissedRequest {
  readonly target: string
  readonly sinceAttempt: number
  readonly upToAttempt: number
  readonly statuses: readonly number[]
  readonly codes: readonly string[]
  /** Attempts up to `upToAttempt` that count however they ended. */
  readonly attempts: readonly number[]
}

export interface UnfinishedStore {
  /** What was noted and is not done, by name: JSON texts. Without what another process is at. */
  of(kind: UnfinishedKind): Promise<ReadonlyMap<string, string>>
  /**
   * Called when a process that is gone has left something, so that `of` tells of more; within seconds.
   * @returns a function that stops the calls
   */
  onLeft(listener: () => void): () => void
  /**
   * Notes several in one write that outlives the process; null for what is done.
   * @throws StoreUnavailable when it cannot be kept
   */
  note(kind: UnfinishedKind, changes: ReadonlyMap<string, string | null>): Promise<void>
  /** Deliveries that no attempt has sent to the target as they came, ascending; removed ones are left out. */
  unsent(request: UnsentRequest): Promise<UnsentRow[]>
  /** Deliveries that the target missed and has not answered 2xx since, as they came; ascending, removed ones are left out. */
  missed(request: MissedRequest): Promise<number[]>
  /** The id of the newest attempt; 0 when there is none. */
  newestAttempt(): Promise<number>
}

/** What was noted, by name; nothing where that cannot be read, which the store tells of: it is no reason not to start. */
export async function readUnfinished(
  store: { readonly unfinished: Pick<UnfinishedStore, 'of'> },
  kind: UnfinishedKind,
): Promise<ReadonlyMap<string, string>> {
  try {
    return await store.unfinished.of(kind)
  } catch (error) {
    if (error instanceof StoreUnavailable) return new Map<string, string>()
    throw error
  }
}

/** Notes by name; null for what is done. */
export type Notes = ReadonlyMap<string, string | null>

/**
 * Notes of one kind, one after the other: what is asked to be noted last is what stands.
 * @returns takes what to note, which is asked for when its turn has come. Rejects with StoreUnavailable when it cannot be kept
 */
export function notesInTurn(store: { readonly unfinished: Pick<UnfinishedStore, 'note'> }, kind: UnfinishedKind) {
  const inTurn = pLimit(1)
  return (changes: () => Notes): Promise<void> => inTurn(() => store.unfinished.note(kind, changes()))
}

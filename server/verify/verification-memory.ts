/** Checks of stored deliveries that are not done, over the end of the process. */
import type { VerificationJob } from '../../core/hooks/hook.ts'
import type { EventKey } from '../store/edits.ts'
import { whereStoreCan } from '../store/problem.ts'
import type { Store } from '../store/store.ts'
import { notesInTurn, readUnfinished } from '../store/unfinished.ts'

/** How far a check has come. */
export interface VerificationRecord
  extends Pick<VerificationJob, 'total' | 'checked' | 'changed' | 'nowVerified' | 'noLongerVerified'> {
  readonly reason: string
  /** Deliveries up to `after` are judged, of those up to `upTo`. */
  readonly after: number
  readonly upTo: number
  /** Events that are still grouped by the verdicts of before. */
  readonly ungrouped: readonly EventKey[]
  /** What it judges by is kept, and not given at the start: only then is it known to be the same at the next one. */
  readonly areSecretsKept: boolean
  /** How often a key or a password of the hook had been changed when it began. */
  readonly secretChanges: number
}

export interface VerificationMemory {
  /** What an earlier run did not come to the end of, by hook; each is given once. */
  left(): Promise<ReadonlyMap<string, VerificationRecord>>
  /** @param record null when it is done */
  note(hook: string, record: VerificationRecord | null): Promise<void>
  secretChanges(hook: string): Promise<number>
}

export function openVerificationMemory(store: Pick<Store, 'unfinished' | 'hooks'>): VerificationMemory {
  const noteInTurn = notesInTurn(store, 'verification')
  return {
    left: async () =>
      new Map(
        [...(await readUnfinished(store, 'verification'))].map(([hook, text]) => {
          // Those of older versions lack the counts.
          const record: VerificationRecord = { nowVerified: 0, noLongerVerified: 0, ...JSON.parse(text) }
          return [hook, record]
        }),
      ),
    // Where it cannot be kept an older note stands: more is judged again than has to be, with the same result.
    note: (hook, record) => whereStoreCan(() => noteInTurn(() => new Map([[hook, record && JSON.stringify(record)]]))),
    async secretChanges(hook) {
      const entries = await store.hooks.history(hook)
      return entries.filter(
        ({ entry }) =>
          entry.kind === 'changed' && entry.fields.some(field => field === 'authentication' || field === 'signature'),
      ).length
    },
  }
}

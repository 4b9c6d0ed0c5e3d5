/** Edits of many deliveries, as the API and the inspector tell of them. */

/** What is done to each of them. */
export const bulkEditKinds = ['remove', 'restore', 'pin', 'unpin'] as const
export type BulkEditKind = (typeof bulkEditKinds)[number]

/** What undoes it. */
export const inverseOf: Readonly<Record<BulkEditKind, BulkEditKind>> = {
  remove: 'restore',
  restore: 'remove',
  pin: 'unpin',
  unpin: 'pin',
}

/** An edit of many deliveries, as far as it has come. */
export interface BulkEdit {
  readonly id: string
  readonly kind: BulkEditKind
  /** Deliveries it is about; while they are looked for, those found so far. */
  readonly total: number
  /** Those it has looked at, and those of them that it changed. */
  readonly done: number
  readonly changed: number
  readonly state: 'finding' | 'running' | 'done' | 'cancelled' | 'failed'
  /** Why it failed; null when it did not. */
  readonly problem: string | null
  /** It has ended, and what it changed can be changed back. */
  readonly canUndo: boolean
}

/** Up to so many deliveries are edited at once, without progress. */
export const editedAtOnce = 500

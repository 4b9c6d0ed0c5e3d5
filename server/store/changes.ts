/** The change log: what the streams replay. */
import type { Change } from '../../core/api/messages.ts'

/** The changes after a cursor; `reset` when that cursor is older than what is still known, or newer than the newest. */
export type ChangesAfter =
  | { readonly kind: 'changes'; readonly cursor: number; readonly changes: readonly Change[]; readonly more: boolean }
  | { readonly kind: 'reset'; readonly cursor: number }

export interface ChangeStore {
  /** The newest cursor of the change log. */
  cursor(): number
  /** Changes after a cursor, at most `limit`. */
  after(cursor: number, limit: number): Promise<ChangesAfter>
  /** Called when `cursor()` has moved on. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
}

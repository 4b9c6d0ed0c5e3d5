/** The change log: what the streams replay. */
import type { Change } from '../../core/api/messages.ts'

/** The changes after a cursor; `reset` when that cursor is older than what is still known, or newer than the newest. */
export type ChangesAfter =
  | { readonly kind: 'changes'; readonly cursor: number; readonly changes: readonly Change[]; readonly more: boolean }
  | { readonly kind: 'reset'; readonly cursor: number }

/** Deliveries in the order of the log. */
export interface ArrivalsAfter {
  /** To go on from; an engine's own words. */
  readonly cursor: string
  readonly ids: readonly number[]
  /** The largest id up to the cursor; 0: none. */
  readonly last: number
  /** There were more. */
  readonly more: boolean
  /** The cursor that was given is none of this log: what came between is not known, and this begins with what comes now. */
  readonly lost: boolean
}

export interface ChangeStore {
  /** The newest cursor of the change log. */
  cursor(): number
  /** Changes after a cursor, at most `limit`. */
  after(cursor: number, limit: number): Promise<ChangesAfter>
  /**
   * Deliveries that came after a cursor, however long ago it was given; null: what comes from now on. None is left out; after a long
   * time some may come again.
   */
  arrivals(after: string | null, limit: number): Promise<ArrivalsAfter>
  /** @returns the cursor after which all comes that came after a delivery, and some before it may; 0: all that is kept */
  since(id: number): string
  /** Called when `cursor()` has moved on. @returns a function that stops the calls */
  onChange(listener: () => void): () => void
}

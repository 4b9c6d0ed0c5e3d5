/** What is changed about deliveries after they came. */
import type { Verdict, VerdictChange } from '../../core/deliveries/delivery.ts'

/** An event, as one hook gets it. */
export interface EventKey {
  readonly hook: string
  readonly eventId: string
}

/** How far an edit of many deliveries has come: so many of them are done; which ones it changed since the last step. */
export interface EditStep {
  readonly done: number
  readonly changed: readonly number[]
}

export interface EditOptions {
  /** Ends it early; what is changed by then stays changed. */
  readonly signal?: AbortSignal
  /** Called after each step, once it is kept. */
  onStep?(step: EditStep): void
}

/** Deliveries that were taken away, or brought back. */
export interface Removal {
  readonly ids: readonly number[]
  readonly isRemoved: boolean
}

export interface EditStore {
  /** Records what the gateway was answered, when that was not known at `append`. */
  setAnswered(id: number, status: number): Promise<void>
  /** @returns the ids that changed */
  setPinned(ids: readonly number[], pinned: boolean, options?: EditOptions): Promise<number[]>
  /** Takes deliveries away; they can be restored until `purge`. @returns the ids that were there */
  remove(ids: readonly number[], options?: EditOptions): Promise<number[]>
  /** @returns the ids that came back */
  restore(ids: readonly number[], options?: EditOptions): Promise<number[]>
  /** Called in every process after each step of the two, once it is kept. @returns a function that stops the calls */
  onRemoved(listener: (removal: Removal) => void): () => void
  /**
   * Replaces verdicts, for instance after a key was changed; those that are others now go on record.
   * @param reason in words
   * @returns events with so many deliveries that they are still grouped by the old verdicts: `regroup` is for them
   */
  setVerdicts(
    verdicts: readonly { readonly id: number; readonly verdict: Verdict }[],
    reason: string,
  ): Promise<readonly EventKey[]>
  /** Groups an event's deliveries by the verdicts of now. @param onStep called after each step, once it is kept */
  regroup(event: EventKey, onStep?: () => void): Promise<void>
  /** The verdicts a delivery had before, oldest first. */
  verdictHistory(delivery: number): Promise<VerdictChange[]>
}

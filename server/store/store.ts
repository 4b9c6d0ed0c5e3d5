/** The Store: where deliveries last. The type is what the rest of the server knows; sqlite/ implements it. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { BodyReader } from '../bodies/reader.ts'
import type { AttemptStore } from './attempts.ts'
import type { ChangeStore } from './changes.ts'
import type { CheckRunStore } from './checks.ts'
import type { DeliveryStore } from './deliveries.ts'
import type { EditStore } from './edits.ts'
import type { HookStore } from './hooks.ts'
import type { RetentionStore } from './retention.ts'
import type { SampleStore } from './samples.ts'
import type { SimulationStore } from './simulations.ts'
import type { UnfinishedStore } from './unfinished.ts'

/** `moved`: it has another path than it was opened at. `deleted`: it has none, and goes when the store is closed. */
export type FileFate = 'kept' | 'moved' | 'deleted'

/** How the database is. */
export interface StoreHealth {
  /** What is wrong with the database now, whichever part of hookscope met it; null when all is well. */
  trouble(): StoreTrouble | null
  /** Called when that changes. @returns a function that stops the calls */
  onTrouble(listener: (trouble: StoreTrouble | null) => void): () => void
  /** Where the open file is now. */
  fate(): FileFate
}

/** Small settings that last (subdomain, last public URL). */
export interface SettingStore {
  get(name: string): string | null
  set(name: string, value: string | null): void
}

/**
 * Reads that answer with a promise run on threads of their own and see all that was written before they were asked;
 * they reject with StoreUnavailable once the store is closed. Writes that may be long (`edits`, `retention.purge`) take turns
 * with appends, a few milliseconds at a time; other writes than these and `deliveries.append` are done when they return.
 * All fail with StoreUnavailable as `append` does; what a long one has done by then stays done.
 */
export interface Store {
  readonly path: string
  readonly health: StoreHealth
  readonly deliveries: DeliveryStore
  readonly edits: EditStore
  readonly attempts: AttemptStore
  readonly changes: ChangeStore
  readonly hooks: HookStore
  readonly settings: SettingStore
  /** What the simulated gateway sent and will send. */
  readonly simulations: SimulationStore
  /** Samples of the user's own. */
  readonly samples: SampleStore
  readonly checks: CheckRunStore
  /** What was begun and is not done. */
  readonly unfinished: UnfinishedStore
  readonly retention: RetentionStore
  /** Looks into bodies on a thread of its own, for those who show them: none is so much that it holds up anyone else. */
  readonly bodies: BodyReader
  /** Finishes what is queued, checkpoints and closes. */
  close(): Promise<void>
}

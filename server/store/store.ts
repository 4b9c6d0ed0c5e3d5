/** The Store: where deliveries last. The type is what the rest of the server knows; each engine has a folder of its own. */
import type { StoreTrouble } from '../../core/api/store-trouble.ts'
import type { BodyReader } from '../bodies/reader.ts'
import type { AttemptStore } from './attempts.ts'
import type { ChangeStore } from './changes.ts'
import type { CheckRunStore } from './checks.ts'
import type { ClaimStore } from './claims.ts'
import type { DeliveryStore } from './deliveries.ts'
import type { EditStore } from './edits.ts'
import type { HookStore } from './hooks.ts'
import type { OfferStore } from './offers.ts'
import type { RetentionStore } from './retention.ts'
import type { SampleStore } from './samples.ts'
import type { SimulationStore } from './simulations.ts'
import type { UnfinishedStore } from './unfinished.ts'

/** `moved`: it has another path than it was opened at. `deleted`: it has none, and goes when the store is closed. */
export type FileFate = 'kept' | 'moved' | 'deleted'

/** Connections of this process to the database's server. */
export interface DatabaseConnections {
  /** Those that are at something. */
  readonly used: number
  readonly idle: number
  /** Statements and transactions beyond what they take at once. */
  readonly waiting: number
  readonly most: number
}

/** How the database is. */
export interface StoreHealth {
  /** What is wrong with the database now, whichever part of hookscope met it; null when all is well. */
  trouble(): StoreTrouble | null
  /** Called when that changes. @returns a function that stops the calls */
  onTrouble(listener: (trouble: StoreTrouble | null) => void): () => void
  /** Where the open file is now. */
  fate(): FileFate
  /** null where there is no server. */
  connections(): DatabaseConnections | null
}

/** Small settings that last (subdomain, last public URL). */
export interface SettingStore {
  get(name: string): Promise<string | null>
  set(name: string, value: string | null): Promise<void>
  /** Called when another process has changed one, within a second. @returns a function that stops the calls */
  onChanged(listener: () => void): () => void
}

/**
 * Every method answers with a promise, whichever engine is beneath; what is answered at once (`path`, `health`, the cursor,
 * the counts of what is under way) are views that the engine keeps in memory. Reads see all that was written, by whoever, and
 * was resolved before they were asked; they reject with StoreUnavailable once the store is closed. Writes that are not awaited
 * take effect in any order: who needs one waits. Long ones (`edits`, `retention.purge`) take turns with appends, a few milliseconds at a
 * time. All fail with StoreUnavailable as `append` does; what a long one has done by then stays done.
 */
export interface Store {
  /** The database's file, or its URL without the password. */
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
  /** What processes say to one another of what they offer to be sent again. */
  readonly offers: OfferStore
  readonly retention: RetentionStore
  /** Which process does what is done once for all that work on the log. */
  readonly claims: ClaimStore
  /** Looks into bodies on a thread of its own, for those who show them: none is so much that it holds up anyone else. */
  readonly bodies: BodyReader
  /** Finishes what was asked, checkpoints and closes. */
  close(): Promise<void>
}

/** What is wrong with the database while hookscope runs: one shape for the terminal, the inspector, scripts and probes. */

/**
 * `gone`: the file is not where it was opened. `damaged`: what it holds does not read. `io`: the disk or the system refuses.
 * `shared`: another hookscope writes to it as well.
 */
export type TroubleCode = 'full' | 'locked' | 'io' | 'damaged' | 'gone' | 'shared'

/** How far the index is rebuilt from the log, in deliveries. */
export interface Rebuilding {
  readonly done: number
  readonly of: number
}

export interface StoreTrouble {
  readonly code: TroubleCode
  /** One sentence: what does not work, and why. */
  readonly message: string
  /** Sentences: what it means for deliveries, and what to do. */
  readonly hint: string
  /** Whether deliveries are kept all the same; otherwise the gateway is answered 503. */
  readonly keeps: boolean
  /** null when the index is not being rebuilt. */
  readonly rebuilding: Rebuilding | null
}

/** Claims: of several processes on one log, the one that holds a name does the work of that name for all of them. */

/** What is worked by one process at a time: forwarding to a target (and who waits for that: `wanted`), a lane of the simulated gateway, and jobs over the log. */
export type ClaimName =
  | `forward:${string}`
  | `wanted:${string}`
  | `simulate:${string}`
  | 'retention'
  | 'index'
  | 'edits'
  | 'verification'

export interface Claim {
  /** Fires when it is not held any more without having been released: from then on another process may hold it. */
  readonly lost: AbortSignal
  /** Lets go of it, so that another may hold it. Also when it was lost; the second time does nothing. */
  release(): Promise<void>
}

export interface ClaimStore {
  /** Whether other processes may work on the same log; else every name is free but for what this process holds. */
  readonly isShared: boolean
  /**
   * Takes a name. A process that ends, however it does, lets go of all that it holds; who wants one asks again every few
   * seconds.
   * @returns null while it is held, by this process or by another one
   */
  hold(name: ClaimName): Promise<Claim | null>
}

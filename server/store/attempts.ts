/** What was sent to targets, and how it ended. */
import type {
  Attempt,
  AttemptSource,
  AttemptSummary,
  LaptopName,
  SendResult,
  SentRequest,
} from '../../core/deliveries/attempt.ts'
import type { AttemptChange } from '../../core/deliveries/attempt-changes.ts'

export interface AttemptStart {
  readonly delivery: number
  readonly source: AttemptSource
  readonly target: string
  /** Milliseconds since 1970, UTC. */
  readonly startedAt: number
  readonly request: SentRequest
}

/** An attempt that a laptop has made, and reports. */
export interface ReportedAttempt extends AttemptStart {
  readonly laptop: LaptopName
  /** No other report has it: what is told twice is kept once. */
  readonly report: string
  readonly changes: readonly AttemptChange[]
  readonly result: SendResult
}

export interface AttemptStore {
  /** Begins an attempt (it shows as pending). @returns its id */
  start(start: AttemptStart): Promise<number>
  /**
   * The same of a forward, unless another process has begun one of this delivery to this target meanwhile.
   * @param known the newest one that is known here; 0: none
   * @returns null when there is a newer one: nothing is to be sent then
   */
  startForward(start: AttemptStart, known: number): Promise<number | null>
  /** Ends it. A pending attempt of a process that is gone is ended as `reset` by whoever sees that next: at the latest the next start. */
  end(id: number, result: SendResult): Promise<void>
  /**
   * Keeps what a laptop has sent, once. It concerns nobody who forwards here: it is no attempt at a target of this hookscope, and
   * `onEnded` is not called.
   * @returns false where its delivery is not kept any more, or it was told before
   */
  addReported(attempt: ReportedAttempt): Promise<boolean>
  /**
   * Called in every process when an attempt has ended, with whether another one has ended it. `again`: it was told of before, as
   * cut off by the end of hookscope, and whoever sends it has lived to see how it ended.
   * @returns a function that stops the calls
   */
  onEnded(listener: (attempt: AttemptSummary, byOther?: boolean, again?: boolean) => void): () => void
  /**
   * Where deliveries are forwarded from now on; holds for what is asked of this store after it. Once one of these takes a delivery, what failed at a target that is none of
   * them counts no longer: nobody can make it good there.
   */
  setForwarding(targets: readonly string[]): Promise<void>
  get(id: number): Promise<Attempt | undefined>
  /** All attempts of a delivery, oldest first. */
  ofDelivery(delivery: number): Promise<Attempt[]>
  /** The same without what was sent and answered. */
  summariesOf(delivery: number): Promise<AttemptSummary[]>
}

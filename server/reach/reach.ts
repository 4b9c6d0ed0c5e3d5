/** How the shell gets at kept deliveries: through the listener that has the database open, else on the database itself. */
import type { AttemptSummary } from '../../core/attempt.ts'
import type { DeliverySummary } from '../../core/delivery.ts'
import type { ReplayRequest } from '../../core/replay.ts'

export interface Reach {
  /** Says which way it is, for people. */
  readonly way: string
  /** Where deliveries are forwarded; null when nowhere. */
  defaultTarget(): Promise<string | null>
  /** Newest first. @throws UserError for an id that is not there */
  byIds(ids: readonly number[]): Promise<DeliverySummary[]>
  /** Newest first. @throws UserError for a query that cannot be read */
  byQuery(query: string): Promise<DeliverySummary[]>
  /** The body without its Content-Encoding. */
  body(id: number): Promise<Uint8Array>
  /** Refuses what `replay` would refuse, and sends nothing. @throws UserError as `replay` does */
  check(id: number, request: ReplayRequest): Promise<void>
  /** Sends one and waits for the end of the attempt. @throws UserError for what cannot be sent */
  replay(id: number, request: ReplayRequest): Promise<AttemptSummary>
  close(): Promise<void>
}

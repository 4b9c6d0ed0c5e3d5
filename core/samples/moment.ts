/** Where an event stands among those about the same thing. */
import type { EventType } from '../catalogue.ts'

export interface Moment {
  readonly at: Date
  /** What happened before, oldest first; empty for an event by itself. */
  readonly history: readonly { readonly type: EventType; readonly at: Date }[]
}

/** When one of these types happened first, if it did. */
export function timeOf({ history }: Moment, types: readonly EventType[]): Date | undefined {
  return history.find(({ type }) => types.includes(type))?.at
}

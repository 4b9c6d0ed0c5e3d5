/** Where an event stands among those about the same thing. */
import type { EventType } from '../../catalogue.ts'

/** How a sale is paid: with a card, with a card that has only a part of the money, or from a bank account. */
export type Tender = 'card' | 'card-partial' | 'check'

export interface Moment {
  readonly at: Date
  /** What happened before, oldest first; empty for an event by itself. */
  readonly history: readonly { readonly type: EventType; readonly at: Date }[]
  readonly tender: Tender
}

/** When one of these types happened first, if it did. */
export function timeOf({ history }: Moment, types: readonly EventType[]): Date | undefined {
  return history.find(({ type }) => types.includes(type))?.at
}

/** The types of what happened before. */
export const typesBefore = ({ history }: Moment): readonly EventType[] => history.map(({ type }) => type)

/** What a sale amounts to, step by step. Money in whole cents. */
import type { EventType } from '../../catalogue.ts'
import type { Dice } from './dice.ts'
import type { Tender } from './moment.ts'

export interface Amounts {
  readonly subtotal: number
  readonly tax: number
  readonly duty: number
  readonly discount: number
  /** What was asked for: subtotal + tax + duty − discount. */
  readonly total: number
  /** What the issuer approves where it does not approve all. */
  readonly part: number
  /** What is left of the amount when it is queued, and of that when it is captured, as shares of it. */
  readonly queuedShare: number
  readonly capturedShare: number
  /** What an adjustment adds to the amount, as a share of it; below zero for something left out. */
  readonly adjustment: number
  /** Whether an adjustment after the capture adds a signature or Level 3 data, and leaves the amount. */
  readonly adjustsDataOnly: boolean
}

export function rollAmounts(dice: Dice): Amounts {
  const subtotal = dice.chance(0.3) ? dice.integer(5, 90) * 500 : dice.integer(500, 90_000)
  const tax = dice.chance(0.6) ? Math.round((subtotal * dice.integer(4, 10)) / 100) : 0
  const duty = dice.chance(0.1) ? dice.integer(100, 2000) : 0
  const discount = dice.chance(0.2) ? Math.round((subtotal * dice.integer(1, 4) * 5) / 100) : 0
  const total = subtotal + tax + duty - discount
  return {
    subtotal,
    tax,
    duty,
    discount,
    total,
    part: Math.round(total * dice.pick([0.5, 0.75])),
    queuedShare: dice.integer(80, 95) / 100,
    capturedShare: dice.chance(0.5) ? 1 : dice.integer(30, 90) / 100,
    adjustment: (dice.chance(0.8) ? dice.integer(5, 25) : -dice.integer(5, 30)) / 100,
    adjustsDataOnly: dice.chance(0.3),
  }
}

/** What is approved at first. */
export const approvedOf = ({ total, part }: Amounts, tender: Tender): number =>
  tender === 'card-partial' ? part : total

const withShare = (cents: number, share: number) => Math.round(cents * share)

function step(amounts: Amounts, type: EventType, now: number, before: readonly EventType[]): number {
  switch (type) {
    case 'transaction.sale.queued':
      return withShare(now, amounts.queuedShare)
    case 'transaction.sale.captured':
      // Less than all is captured of what waited; a sale that never waited is captured whole.
      return before.includes('transaction.sale.queued') ? withShare(now, amounts.capturedShare) : now
    case 'transaction.sale.adjusted':
      return before.includes('transaction.sale.captured') && amounts.adjustsDataOnly
        ? now
        : now + withShare(now, amounts.adjustment)
    default:
      return now
  }
}

/** What has mostly happened to a sale before an event about it that comes alone. */
const usualBefore: Readonly<Partial<Record<EventType, readonly EventType[]>>> = {
  'transaction.sale.captured': ['transaction.sale.queued'],
  'transaction.sale.adjusted': ['transaction.sale.queued', 'transaction.sale.captured'],
}

/**
 * @param types the sale's events so far, oldest first; the last one is the step in question
 * @returns cents before and after the last step
 */
export function amountsAfter(
  amounts: Amounts,
  tender: Tender,
  types: readonly EventType[],
): { readonly before: number; readonly now: number } {
  let before = approvedOf(amounts, tender)
  let now = before
  const [only] = types
  const steps = only !== undefined && types.length === 1 ? [...(usualBefore[only] ?? []), only] : types
  for (const [place, type] of steps.entries()) {
    before = now
    now = step(amounts, type, now, steps.slice(0, place))
  }
  return { before, now }
}

/** Chains of events about the same thing, as they happen to a merchant. */
import { minuteMs } from '../../text/duration.ts'
import type { EventType } from '../catalogue.ts'
import { Dice } from './samples/dice.ts'
import type { Tender } from './samples/moment.ts'
import { tellEvent } from './samples/story.ts'

export interface Scenario {
  /** What `trigger --scenario` takes. */
  readonly name: string
  readonly title: string
  /** What happens, as a sentence. */
  readonly what: string
  /** In the order in which they are triggered. */
  readonly steps: readonly [EventType, ...EventType[]]
  /** How its sale is paid; with a card when it does not say. */
  readonly tender?: Tender
}

/** What most of them are made of. */
const [sold, queued, captured, adjusted, voided] = [
  'transaction.sale.success',
  'transaction.sale.queued',
  'transaction.sale.captured',
  'transaction.sale.adjusted',
  'transaction.sale.voided',
] as const
const [refunded, settled] = ['transaction.refund.success', 'settlement.batch.success'] as const
const [submitted, cleared] = ['ach.submitted', 'ach.settled'] as const

export const scenarios = [
  {
    name: 'card-sale',
    title: 'Card sale',
    what: 'A sale is approved, captured, and settles with its batch.',
    steps: [sold, captured, settled],
  },
  {
    name: 'card-decline',
    title: 'Declined, then paid',
    what: 'One card is declined, another pays the same invoice.',
    steps: ['transaction.sale.failure', sold],
  },
  {
    name: 'card-void',
    title: 'Void and unvoid',
    what: 'A sale is voided by mistake, and the void is reversed.',
    steps: [sold, voided, 'transaction.sale.unvoided'],
  },
  {
    name: 'card-tip',
    title: 'Sale with a tip',
    what: 'The amount of a sale changes before it is captured and settles.',
    steps: [sold, adjusted, captured, settled],
  },
  {
    name: 'card-queued',
    title: 'Queued sale',
    what: 'An approved sale waits in the queue until it is captured.',
    steps: [sold, queued, captured],
  },
  {
    name: 'card-authorized',
    title: 'Authorized, captured, adjusted',
    what: 'An authorization is queued, captured, adjusted after that, and settles with its batch.',
    steps: [sold, queued, captured, adjusted, settled],
  },
  {
    name: 'card-released',
    title: 'Funds released',
    what: 'An authorization is never captured: its funds are released, which comes as a void.',
    steps: [sold, queued, voided],
  },
  {
    name: 'card-partial',
    title: 'Partial approval',
    what: 'The issuer approves a part of the amount: only that is captured and settles.',
    steps: [sold, captured, settled],
    tender: 'card-partial',
  },
  {
    name: 'refund',
    title: 'Refund',
    what: 'A sale settles and is refunded.',
    steps: [sold, settled, refunded],
  },
  {
    name: 'refund-void',
    title: 'Refund and its void',
    what: 'The refund of a settled sale is voided.',
    steps: [sold, settled, refunded, 'transaction.refund.voided'],
  },
  {
    name: 'settlement-retry',
    title: 'Settlement at the second attempt',
    what: 'A batch meets an error, then settles.',
    steps: [sold, captured, 'settlement.batch.failure', settled],
  },
  {
    name: 'check-sale',
    title: 'Check sale',
    what: 'A check sale is approved, submitted to the bank, and settles.',
    steps: [sold, submitted, cleared],
    tender: 'check',
  },
  {
    name: 'ach-return',
    title: 'Check sale returned',
    what: 'A check sale settles and is returned days later: the money is gone.',
    steps: [sold, submitted, cleared, 'ach.returned'],
    tender: 'check',
  },
  {
    name: 'ach-return-early',
    title: 'Check sale returned before settlement',
    what: 'A check sale is returned before it settles: the money never arrives.',
    steps: [sold, submitted, 'ach.returned'],
    tender: 'check',
  },
  {
    name: 'ach-failure',
    title: 'Check sale failed',
    what: 'A check sale is approved and submitted, then fails at the processor.',
    steps: [sold, submitted, 'ach.failed'],
    tender: 'check',
  },
  {
    name: 'ach-void',
    title: 'Check sale voided',
    what: 'A check sale is voided before it is submitted to the bank.',
    steps: [sold, voided, 'ach.voided'],
    tender: 'check',
  },
  {
    name: 'ach-note',
    title: 'Check sale with a note',
    what: 'A check sale settles, and the bank asks for a correction.',
    steps: [sold, submitted, cleared, 'ach.note_added'],
    tender: 'check',
  },
  {
    name: 'card-update',
    title: 'Card updater: new date',
    what: 'A stored card gets a new expiration date.',
    steps: ['cau.created', 'cau.submitted', 'cau.updated_expiration'],
  },
  {
    name: 'card-update-number',
    title: 'Card updater: new number',
    what: 'A stored card gets a new number.',
    steps: ['cau.created', 'cau.submitted', 'cau.updated_card'],
  },
  {
    name: 'card-update-contact',
    title: 'Card updater: contact the customer',
    what: 'The issuer says: contact the customer for a new card.',
    steps: ['cau.created', 'cau.submitted', 'cau.contact_customer'],
  },
  {
    name: 'card-update-closed',
    title: 'Card updater: account closed',
    what: 'The account of a stored card is closed.',
    steps: ['cau.created', 'cau.submitted', 'cau.account_closed'],
  },
  {
    name: 'stock',
    title: 'Stock',
    what: 'Two orders reduce the stock, then it is adjusted.',
    steps: ['product.inventory.ordered', 'product.inventory.ordered', 'product.inventory.adjusted'],
  },
] as const satisfies readonly Scenario[]

/** @returns undefined when there is none of this name */
export function findScenario(name: string): Scenario | undefined {
  return scenarios.find(scenario => scenario.name === name)
}

/** How long after the one before it an event of a type happens, least and most minutes. */
const minutesAfter: Partial<Record<EventType, readonly [number, number]>> = {
  'transaction.sale.success': [1, 20],
  'transaction.sale.queued': [0, 1],
  'transaction.sale.voided': [5, 90],
  'transaction.sale.unvoided': [2, 40],
  'transaction.sale.adjusted': [20, 150],
  'transaction.sale.captured': [30, 480],
  'transaction.refund.success': [1440, 8640],
  'transaction.refund.voided': [5, 240],
  'settlement.batch.success': [60, 840],
  'settlement.batch.failure': [120, 840],
  'ach.submitted': [60, 1200],
  'ach.settled': [900, 1440],
  'ach.voided': [0, 1],
  'ach.returned': [1440, 5760],
  'ach.failed': [240, 1440],
  'ach.note_added': [720, 2880],
  'cau.submitted': [30, 600],
  'product.inventory.ordered': [5, 600],
  'product.inventory.adjusted': [60, 1440],
}
const usualMinutes = [6 * 60, 48 * 60] as const
const gapStream = 50

/**
 * The events of a scenario, in triggered order.
 * @param name as in `scenarios`
 * @param seed any 32-bit number; the same seed gives the same scenario
 * @param when the time of the last event; the others happen before, minutes to days apart
 * @throws RangeError for a name that no scenario has
 */
export function scenarioEvents(
  name: string,
  seed: number,
  when: Date = new Date(),
): readonly Record<string, unknown>[] {
  const scenario = findScenario(name)
  if (!scenario) throw new RangeError(`There is no scenario ${name}`)
  const { tender = 'card' } = scenario
  const dice = new Dice(seed, gapStream)
  const gaps = scenario.steps.map((type, step) => (step === 0 ? 0 : gapBefore(type, dice)))
  const wholeMs = gaps.reduce((sum, gap) => sum + gap, 0)
  const history: { type: EventType; at: Date }[] = []
  let at = when.getTime() - wholeMs
  return scenario.steps.map((type, step) => {
    at += gaps[step] ?? 0
    const event = tellEvent(type, type, seed, { at: new Date(at), history: [...history], tender })
    history.push({ type, at: new Date(at) })
    return event
  })
}

function gapBefore(type: EventType, dice: Dice): number {
  const [least, most] = minutesAfter[type] ?? usualMinutes
  return dice.integer(least, most) * minuteMs + dice.integer(1, 59) * 1000
}

/** ach.*: a check sale moves on at the bank, and `changes` says from where to where. */
import type { EventType } from '../../catalogue.ts'
import type { Dice } from './dice.ts'
import { type Moment, typesBefore } from './moment.ts'
import { day, dayAfter, type Fields } from './writing.ts'

export interface AchPayment {
  readonly key: string
  readonly refnum: string
  /** May be empty. */
  readonly orderid: string
  readonly trackingcode: string
  readonly accountholder: string
  readonly checknum: string
}

const holders = ['Sample Customer', 'Test Payer', 'Example Holder', 'Specimen Company', 'Trial Account'] as const

export function rollAchPayment(dice: Dice): AchPayment {
  return {
    key: dice.key(),
    refnum: String(dice.integer(10_000_000, 2_147_483_647)),
    orderid: dice.chance(0.25) ? '' : dice.digits(5),
    trackingcode: dice.digits(14),
    accountholder: dice.pick(holders),
    checknum: dice.digits(4),
  }
}

export function achObject(payment: AchPayment): Fields {
  return {
    type: 'transaction',
    key: payment.key,
    refnum: payment.refnum,
    orderid: payment.orderid,
    check: { trackingcode: payment.trackingcode },
    uri: `transactions/${payment.key}`,
  }
}

const returns = [
  'R01: Insufficient funds',
  'R02: Account closed',
  'R03: No account, or it could not be found',
  'R04: Account number is not valid',
  'R06: Returned at the request of the bank',
  'R07: Authorization revoked by the customer',
  'R08: Payment stopped',
  'R10: The customer did not authorize it',
  'R16: Account frozen',
] as const
/** Mostly the way the merchant is set up. */
const failures = [
  'Merchant is not set up for this entry class',
  'Merchant account is not active at the processor',
  'Over the daily limit of the merchant',
  'Routing number is not valid',
] as const

function note(dice: Dice): string {
  return dice.pick([
    `C01:Corrected Account:${dice.digits(9)}`,
    `C02:Corrected Routing:${dice.digits(9)}`,
    `C05:Corrected Account Type:${dice.pick(['checking', 'savings'])}`,
  ])
}

/** B or S: how far the payment has come; either for an event by itself. */
function stateBefore(dice: Dice, moment: Moment): 'B' | 'S' {
  const alone = dice.pick(['B', 'S'])
  const before = typesBefore(moment)
  if (before.length === 0) return alone
  return before.includes('ach.settled') ? 'S' : 'B'
}

/** @throws RangeError for a type that is not of this family */
export function achChanges(type: EventType, dice: Dice, moment: Moment): { old: Fields; new: Fields } {
  // The gateway tells of a step the day before the date that it gives it.
  const date = day(dayAfter(moment.at))
  switch (type) {
    case 'ach.submitted':
      return { old: { status: 'P', processed: null }, new: { status: 'B', processed: date } }
    case 'ach.settled':
      return { old: { status: 'B', settled: null }, new: { status: 'S', settled: date } }
    case 'ach.returned':
      return {
        old: { status: stateBefore(dice, moment), returned: null, reason: '' },
        new: { status: 'R', returned: date, reason: dice.pick(returns) },
      }
    case 'ach.voided':
      return { old: { status: 'P' }, new: { status: 'V' } }
    case 'ach.failed':
      return { old: { status: 'B', reason: '' }, new: { status: 'E', reason: dice.pick(failures) } }
    case 'ach.note_added':
      return { old: { banknote: '' }, new: { banknote: note(dice), status: stateBefore(dice, moment) } }
    default:
      throw new RangeError(`${type} is no ACH event`)
  }
}

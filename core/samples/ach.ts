/** ach.*: a bank payment moves on, and `changes` says from where to where. */
import type { EventType } from '../catalogue.ts'
import type { Dice } from './dice.ts'
import type { Moment } from './moment.ts'
import { day, type Fields } from './writing.ts'

export interface AchPayment {
  readonly key: string
  readonly refnum: string
  /** May be empty. */
  readonly orderid: string
  readonly trackingcode: string
}

export function rollAchPayment(dice: Dice): AchPayment {
  return {
    key: dice.key(),
    refnum: dice.digits(dice.integer(8, 10)),
    orderid: dice.chance(0.25) ? '' : dice.digits(5),
    trackingcode: dice.digits(14),
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
  'R08: Payment stopped',
  'R10: The customer did not authorize it',
] as const
const failures = [
  'Routing number is not valid',
  'Account number is not valid',
  'Rejected by the bank',
  'Over the daily limit',
] as const

function note(dice: Dice): string {
  return dice.pick([
    `C01:Corrected Account:${dice.digits(9)}`,
    `C02:Corrected Routing:${dice.digits(9)}`,
    `C05:Corrected Account Type:${dice.pick(['checking', 'savings'])}`,
  ])
}

/** @throws RangeError for a type that is not of this family */
export function achChanges(type: EventType, dice: Dice, { at, history }: Moment): { old: Fields; new: Fields } {
  const today = day(at)
  switch (type) {
    case 'ach.submitted':
      return { old: { status: 'P', processed: null }, new: { status: 'B', processed: today } }
    case 'ach.settled':
      return { old: { status: 'B', settled: null }, new: { status: 'S', settled: today } }
    case 'ach.returned':
      return {
        old: { status: 'S', returned: null, reason: '' },
        new: { status: 'R', returned: today, reason: dice.pick(returns) },
      }
    case 'ach.voided':
      return { old: { status: 'P' }, new: { status: 'V' } }
    case 'ach.failed':
      return { old: { status: 'B', reason: '' }, new: { status: 'E', reason: dice.pick(failures) } }
    case 'ach.note_added': {
      const alone = dice.pick(['B', 'S'])
      const settled = history.some(before => before.type === 'ach.settled') ? 'S' : 'B'
      return { old: { banknote: '' }, new: { banknote: note(dice), status: history.length > 0 ? settled : alone } }
    }
    default:
      throw new RangeError(`${type} is no ACH event`)
  }
}

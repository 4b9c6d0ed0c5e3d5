/** transaction.*: sales and refunds, by card and by check. */
import { hourMs } from '../../../text/duration.ts'
import type { EventType } from '../../catalogue.ts'
import type { AchPayment } from './ach.ts'
import { type Batch, batchOf } from './batch.ts'
import { type Card, numberOnTransactions, rollCard } from './card.ts'
import type { Dice } from './dice.ts'
import { type Moment, timeOf, typesBefore } from './moment.ts'
import { type Amounts, amountsAfter, rollAmounts } from './sale-amounts.ts'
import { dollars, type Fields, stamp } from './writing.ts'

/** A sale or a refund as the gateway knows it. */
export interface Sale {
  readonly key: string
  readonly refnum: number
  readonly amounts: Amounts
  /** Its first authorization code, as a number of six digits; each later step has another. */
  readonly firstAuthcode: number
  readonly invoice: string
  readonly cardholder: string
  readonly card: Card
  readonly entryMode: string
  readonly batch: Batch
  /** Between the sale and an event about it that comes alone. */
  readonly hoursAgo: number
  /** Between an approval and the queue. */
  readonly secondsUntilQueued: number
}

const cardholders = [
  'Sample Buyer',
  'Test Customer',
  'Example Shopper',
  'Demo Cardholder',
  'Trial Guest',
  'Specimen Holder',
] as const
const entryModes = [
  'Card Not Present, Manually Keyed',
  'Card Not Present, Stored Card',
  'Card Present, Chip',
  'Card Present, Contactless',
] as const

export function rollSale(dice: Dice, batch: Batch): Sale {
  return {
    key: dice.key(),
    refnum: dice.integer(10_000_000, 2_147_483_647),
    amounts: rollAmounts(dice),
    firstAuthcode: dice.integer(0, authcodes - 1),
    invoice: dice.digits(dice.integer(4, 7)),
    cardholder: dice.pick(cardholders),
    card: rollCard(dice),
    entryMode: dice.pick(entryModes),
    batch,
    hoursAgo: dice.integer(1, 20),
    secondsUntilQueued: dice.integer(20, 90),
  }
}

/** The events whose `refnum` is a JSON number; on the others it is a text of digits. */
const numbered: readonly EventType[] = [
  'transaction.sale.success',
  'transaction.sale.failure',
  'transaction.refund.success',
]
const batched: readonly EventType[] = [...numbered, 'transaction.sale.captured', 'transaction.sale.adjusted']
const dated: readonly EventType[] = [
  'transaction.sale.voided',
  'transaction.sale.unvoided',
  'transaction.sale.captured',
  'transaction.sale.adjusted',
  'transaction.sale.queued',
  'transaction.refund.voided',
]

const authcodes = 900_000
/** How the codes of one sale lie apart; a prime, so that no two of its steps have the same. */
const authcodeStep = 7919

function authcodeOf(type: EventType, { firstAuthcode, refnum }: Sale, moment: Moment): string {
  if (type === 'transaction.sale.failure' || type === 'transaction.refund.voided') return ''
  if (type === 'transaction.refund.success') return String(refnum)
  const step = 10 * moment.history.length + Math.max(0, dated.indexOf(type) + 1)
  return String(100_000 + ((firstAuthcode + step * authcodeStep) % authcodes))
}

/** What came of it: letter and word. */
function decision(type: EventType, dice: Dice, { tender }: Moment): Fields {
  if (type === 'transaction.sale.failure') {
    return dice.chance(0.75) ? { result_code: 'D', result: 'Declined' } : { result_code: 'E', result: 'Error' }
  }
  return type === 'transaction.sale.success' && tender === 'card-partial'
    ? { result_code: 'P', result: 'Partial Approval' }
    : { result_code: 'A', result: 'Approved' }
}

/** On an outcome: how the total came about, or in the short form the total alone. */
function outcomeDetail({ subtotal, tax, duty, discount, total }: Amounts, dice: Dice): Fields {
  if (dice.chance(0.15)) return { amount: dollars(total) }
  const parts: Fields = {}
  // A part that is not zero always shows, so that the sum comes out.
  if (tax > 0 || dice.chance(0.5)) parts['tax'] = dollars(tax)
  if (discount > 0 || dice.chance(0.5)) parts['discount'] = dollars(discount)
  parts['subtotal'] = dollars(subtotal)
  if (duty > 0 || dice.chance(0.3)) parts['duty'] = dollars(duty)
  return parts
}

/** Which of the two amounts an event shows. */
function shownAmounts(type: EventType, dice: Dice, { tender }: Moment): 'auth_amount' | 'amount' | 'both' | 'none' {
  const usual = dice.pick(['auth_amount', 'auth_amount', 'amount', 'both'])
  switch (type) {
    case 'transaction.sale.success':
      // What was asked for stands beside what was approved of it.
      return tender === 'card-partial' ? 'both' : usual
    case 'transaction.sale.failure':
      // Nothing was authorised by a failure, so the amount it was about has to stand beside.
      return dice.pick(['amount', 'both'])
    case 'transaction.sale.queued':
      return 'amount'
    case 'transaction.refund.success':
      return dice.pick(['auth_amount', 'none'])
    default:
      return usual
  }
}

function amountFields(type: EventType, { amounts }: Sale, dice: Dice, moment: Moment): Fields {
  const outcome = type === 'transaction.sale.success' || type === 'transaction.sale.failure'
  const { before, now } = amountsAfter(amounts, moment.tender, [...typesBefore(moment), ...(outcome ? [] : [type])])
  const shows = shownAmounts(type, dice, moment)
  const fields: Fields = {}
  if (shows === 'auth_amount' || shows === 'both')
    fields['auth_amount'] = type === 'transaction.sale.failure' ? '0.00' : dollars(now)
  if (shows === 'amount' || shows === 'both') fields['amount'] = dollars(outcome ? amounts.total : now)
  fields['amount_detail'] = outcome ? outcomeDetail(amounts, dice) : { original_amount: dollars(before) }
  return fields
}

const avsResults = [
  { result_code: 'YYY', result: 'Address: Match & 5 Digit Zip: Match' },
  { result_code: 'NYZ', result: 'Address: No Match & 5 Digit Zip: Match' },
  { result_code: 'XXU', result: 'Address information unavailable' },
] as const
const cvcResults = [
  { result_code: 'M', result: 'Match' },
  { result_code: 'N', result: 'No Match' },
  { result_code: 'P', result: 'Not Processed' },
] as const

/** What the issuer checked, with or without its words. */
function checked(result: Readonly<Record<'result_code' | 'result', string>>, dice: Dice): Fields {
  return dice.chance(0.75) ? { ...result } : { result_code: result.result_code }
}

const receiptStates = ['Mail Sent Successfully', 'No Receipt Sent'] as const

function cardOf(type: EventType, { card, cardholder, entryMode }: Sale): Fields {
  if (type !== 'transaction.sale.success' && type !== 'transaction.sale.failure') return { type: card.letter }
  const shown = { cardholder, number: numberOnTransactions(card), type: card.letter }
  return type === 'transaction.sale.success' ? { ...shown, entry_mode: entryMode } : shown
}

/** What only a sale by card has: what the issuer checked, the card, the batch it settles with. */
function cardFields(type: EventType, sale: Sale, dice: Dice): { before: Fields; after: Fields } {
  return {
    before: {
      ...(dice.chance(0.7) ? { avs: checked(dice.pick(avsResults), dice) } : {}),
      ...(dice.chance(0.7) ? { cvc: checked(dice.pick(cvcResults), dice) } : {}),
    },
    after: {
      creditcard: cardOf(type, sale),
      ...(batched.includes(type) ? { batch: batchOf(sale.batch) } : {}),
    },
  }
}

function checkOf(type: EventType, { accountholder, checknum, trackingcode }: AchPayment): Fields {
  if (type === 'transaction.sale.success') return { accountholder, checknum, trackingcode }
  // What was refused never went to the bank.
  return type === 'transaction.sale.failure' ? { accountholder, checknum } : { trackingcode }
}

function trantypeOf(type: EventType, payment: AchPayment | null): string {
  if (payment !== null) return 'Check Sale'
  return type.startsWith('transaction.refund') ? 'Credit Card Refund (Credit)' : 'Credit Card Sale'
}

/**
 * @param dice decides which optional fields there are; what they say is the sale's
 * @param payment at the bank, for a check sale
 */
export function transactionObject(
  type: EventType,
  sale: Sale,
  payment: AchPayment | null,
  dice: Dice,
  moment: Moment,
): Fields {
  const outcome = type === 'transaction.sale.success' || type === 'transaction.sale.failure'
  const ofCard = cardFields(type, sale, dice)
  const named = type !== 'transaction.refund.success'
  return {
    type: 'transaction',
    key: sale.key,
    refnum: numbered.includes(type) ? sale.refnum : String(sale.refnum),
    ...amountFields(type, sale, dice, moment),
    authcode: authcodeOf(type, sale, moment),
    ...decision(type, dice, moment),
    ...(named && dice.chance(0.8) ? { invoice: sale.invoice } : {}),
    ...(payment === null ? ofCard.before : {}),
    ...(named && (payment !== null || dice.chance(0.8)) ? { trantype: trantypeOf(type, payment) } : {}),
    ...(payment === null ? ofCard.after : {}),
    ...(outcome && dice.chance(0.6)
      ? { receipts: { customer: dice.pick(receiptStates), merchant: dice.pick(receiptStates) } }
      : {}),
    ...(dated.includes(type) ? { original_date: stamp(originalDate(type, sale, moment)) } : {}),
    ...(payment === null ? {} : { check: checkOf(type, payment) }),
  }
}

function originalDate(type: EventType, sale: Sale, moment: Moment): Date {
  const first = type.startsWith('transaction.refund') ? 'transaction.refund.success' : 'transaction.sale.success'
  const ago = type === 'transaction.sale.queued' ? sale.secondsUntilQueued * 1000 : sale.hoursAgo * hourMs
  return timeOf(moment, [first]) ?? new Date(moment.at.getTime() - ago)
}

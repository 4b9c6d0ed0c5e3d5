/** transaction.*: card sales and refunds. */
import type { EventType } from '../catalogue.ts'
import { type Batch, batchOf } from './batch.ts'
import { type Card, rollCard } from './card.ts'
import type { Dice } from './dice.ts'
import { type Moment, timeOf } from './moment.ts'
import { dollars, type Fields, hourMs, stamp } from './writing.ts'

/** A sale or a refund as the gateway knows it. Money in whole cents. */
export interface Sale {
  readonly key: string
  readonly refnum: number
  readonly subtotal: number
  readonly tax: number
  readonly duty: number
  readonly discount: number
  /** subtotal + tax + duty − discount. */
  readonly total: number
  /** What a change makes of the total: a tip, or something left out. */
  readonly adjusted: number
  readonly authcode: string
  readonly invoice: string
  readonly cardholder: string
  readonly card: Card
  readonly entryMode: string
  readonly batch: Batch
  /** Between the sale and an event about it that comes alone. */
  readonly hoursAgo: number
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
  const subtotal = dice.chance(0.3) ? dice.integer(5, 90) * 500 : dice.integer(500, 90_000)
  const tax = dice.chance(0.6) ? Math.round((subtotal * dice.integer(4, 10)) / 100) : 0
  const duty = dice.chance(0.1) ? dice.integer(100, 2000) : 0
  const discount = dice.chance(0.2) ? Math.round((subtotal * dice.integer(1, 4) * 5) / 100) : 0
  const total = subtotal + tax + duty - discount
  return {
    key: dice.key(),
    refnum: dice.integer(10_000_000, 2_147_483_647),
    subtotal,
    tax,
    duty,
    discount,
    total,
    adjusted: dice.chance(0.8) ? total + dice.integer(100, 2500) : total - dice.integer(50, 250),
    authcode: dice.digits(6),
    invoice: dice.digits(dice.integer(4, 7)),
    cardholder: dice.pick(cardholders),
    card: rollCard(dice),
    entryMode: dice.pick(entryModes),
    batch,
    hoursAgo: dice.integer(1, 20),
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

/** Cents that the event is about: those of the sale, or what they were changed to. */
function amountNow(type: EventType, sale: Sale, { history }: Moment): number {
  if (type.startsWith('transaction.refund')) return sale.total
  const adjusted = [...history.map(before => before.type), type].includes('transaction.sale.adjusted')
  return adjusted ? sale.adjusted : sale.total
}

/** On an outcome: how the total came about, or in the short form the total alone. */
function outcomeDetail(sale: Sale, dice: Dice): Fields {
  if (dice.chance(0.15)) return { amount: dollars(sale.total) }
  const parts: Fields = {}
  // A part that is not zero always shows, so that the sum comes out.
  if (sale.tax > 0 || dice.chance(0.5)) parts['tax'] = dollars(sale.tax)
  if (sale.discount > 0 || dice.chance(0.5)) parts['discount'] = dollars(sale.discount)
  parts['subtotal'] = dollars(sale.subtotal)
  if (sale.duty > 0 || dice.chance(0.3)) parts['duty'] = dollars(sale.duty)
  return parts
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

/** A check of the issuer's, with or without its words. */
function check(result: Readonly<Record<'result_code' | 'result', string>>, dice: Dice): Fields {
  return dice.chance(0.75) ? { ...result } : { result_code: result.result_code }
}

const receiptStates = ['Mail Sent Successfully', 'No Receipt Sent'] as const

/** What came of it: letter, word, and the issuer's code where it gave one. */
function decision(type: EventType, sale: Sale, dice: Dice): Fields {
  if (type === 'transaction.sale.failure') {
    const declined = dice.chance(0.75)
    return { authcode: '', result_code: declined ? 'D' : 'E', result: declined ? 'Declined' : 'Error' }
  }
  // A queued sale has not seen the issuer yet, and a refund is not always authorised.
  const noCode = type === 'transaction.sale.queued' || (type.startsWith('transaction.refund') && dice.chance(0.5))
  return { authcode: noCode ? '' : sale.authcode, result_code: 'A', result: 'Approved' }
}

function cardOf(type: EventType, { card, cardholder, entryMode }: Sale): Fields {
  if (type !== 'transaction.sale.success' && type !== 'transaction.sale.failure') return { type: card.letter }
  const shown = { cardholder, number: card.number, type: card.letter }
  return type === 'transaction.sale.success' ? { ...shown, entry_mode: entryMode } : shown
}

/** @param dice decides which optional fields there are; what they say is the sale's */
export function transactionObject(type: EventType, sale: Sale, dice: Dice, moment: Moment): Fields {
  const outcome = type === 'transaction.sale.success' || type === 'transaction.sale.failure'
  const failed = type === 'transaction.sale.failure'
  const now = dollars(amountNow(type, sale, moment))
  // Nothing was authorised by a failure, so the amount it was about has to stand beside.
  const shows = failed ? dice.pick(['amount', 'both']) : dice.pick(['auth_amount', 'auth_amount', 'amount', 'both'])
  const object: Fields = {
    type: 'transaction',
    key: sale.key,
    refnum: numbered.includes(type) ? sale.refnum : String(sale.refnum),
  }
  if (shows !== 'amount') object['auth_amount'] = failed ? '0.00' : now
  if (shows !== 'auth_amount') object['amount'] = now
  object['amount_detail'] = outcome ? outcomeDetail(sale, dice) : { original_amount: dollars(sale.total) }
  Object.assign(object, decision(type, sale, dice))
  if (dice.chance(0.8)) object['invoice'] = sale.invoice
  if (dice.chance(0.7)) object['avs'] = check(dice.pick(avsResults), dice)
  if (dice.chance(0.7)) object['cvc'] = check(dice.pick(cvcResults), dice)
  if (dice.chance(0.8)) {
    object['trantype'] = type.startsWith('transaction.refund') ? 'Credit Card Refund (Credit)' : 'Credit Card Sale'
  }
  object['creditcard'] = cardOf(type, sale)
  if (batched.includes(type)) object['batch'] = batchOf(sale.batch)
  if (outcome && dice.chance(0.6)) {
    object['receipts'] = { customer: dice.pick(receiptStates), merchant: dice.pick(receiptStates) }
  }
  if (dated.includes(type)) object['original_date'] = stamp(originalDate(type, sale, moment))
  return object
}

function originalDate(type: EventType, sale: Sale, moment: Moment): Date {
  const first: readonly EventType[] = type.startsWith('transaction.refund')
    ? ['transaction.refund.success']
    : ['transaction.sale.success', 'transaction.sale.queued']
  return timeOf(moment, first) ?? new Date(moment.at.getTime() - sale.hoursAgo * hourMs)
}

/** What the gateway's documents say of each event, field by field; written apart from the samples that are held to it. */
import { z } from 'zod'
import type { EventType } from '../../../core/events/catalogue.ts'
import type { Tender } from '../../../core/events/generator/samples/moment.ts'

const keyOf = (length: number) => z.string().regex(new RegExp(`^[0-9a-z]{${length}}$`))
/** Of merchants, transactions and batches. */
const key = keyOf(15)
const digits = z.string().regex(/^\d+$/)
const money = z.string().regex(/^(0|[1-9]\d*)\.\d\d$/)
const cents = z.string().regex(/^\d{3,}$/)
const day = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
const time = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/)
const maskedNumber = z.string().regex(/^[3-6]\d{3}x{8}\d{4}$/)
/** The card updater masks one digit more than there is. */
const updaterNumber = z.string().regex(/^[3-6]\d{3}x{9}\d{4}$/)
const words = z.string().regex(/^[A-Z][\w ,:&-]+$/)

/** A strict object's fields, and whether the event has `changes`. */
interface Body {
  readonly object: Record<string, z.ZodType>
  readonly changes?: { readonly old: z.ZodType; readonly new: z.ZodType }
}

const approved = { result_code: z.literal('A'), result: z.literal('Approved') }
const answer = z.strictObject({ result_code: z.string().regex(/^[A-Z]{1,3}$/), result: words.optional() }).optional()
const batch = z.strictObject({ type: z.literal('batch'), key, batchrefnum: digits, sequence: digits })
const letter = z.string().regex(/^[A-Z]$/)
const transaction = {
  type: z.literal('transaction'),
  key,
  auth_amount: money.optional(),
  amount: money.optional(),
  authcode: z.string().regex(/^\d{6}$/),
  invoice: digits.optional(),
  avs: answer,
  cvc: answer,
  trantype: z.literal('Credit Card Sale').optional(),
  creditcard: z.strictObject({ type: letter }),
}
const outcomeDetail = z.strictObject({
  tax: money.optional(),
  discount: money.optional(),
  subtotal: money.optional(),
  duty: money.optional(),
  amount: money.optional(),
})
const laterDetail = z.strictObject({ original_amount: money })
const receipts = z.strictObject({ customer: words, merchant: words }).optional()
const shownCard = { type: letter, cardholder: words, number: maskedNumber }
const laterSale = { ...transaction, ...approved, refnum: digits, amount_detail: laterDetail, original_date: time }
const { auth_amount: _authAmount, ...queued } = laterSale
const { amount: _amount, invoice: _invoice, trantype: _trantype, ...refund } = transaction

const bankPayment = {
  type: z.literal('transaction'),
  key,
  refnum: digits,
  orderid: z.string().regex(/^\d*$/),
  check: z.strictObject({ trackingcode: digits }),
  uri: z.string().regex(/^transactions\/./),
}
const status = (letter: string) => ({ status: z.literal(letter) })

const card = z.strictObject({
  number: updaterNumber,
  expiration: z.string().regex(/^(0[1-9]|1[0-2])\d\d$|^0000$/),
  type: z.enum(['Visa', 'MasterCard']),
})
const cardUpdate = {
  type: z.literal('cardupdate'),
  key: keyOf(17),
  original_card: card,
  source: z.strictObject({ object: z.enum(['transaction', 'customer']), type: z.enum(['api', 'payment_method']), key }),
}
/** `added` and `status_description` come with some events only. */
const updateOf = (status: string, description: z.ZodType = words.optional()) => ({
  ...cardUpdate,
  added: time.optional(),
  status: z.literal(status),
  status_description: description,
})
const contacted = { ...cardUpdate, status: z.literal('pending') }
const flag = (name: string) => ({
  old: z.strictObject({ [name]: z.literal('') }),
  new: z.strictObject({ [name]: z.literal(true) }),
})
const submittedTo = (state: string, was: object, is: object) => ({
  old: z.strictObject({ status: z.literal('submitted'), original_card: z.strictObject({ ...was }) }),
  new: z.strictObject({ status: z.literal(state), updated_card: z.strictObject({ ...is }) }),
})

const stock = (change: RegExp) => ({
  object: {
    type: z.literal('product'),
    key: keyOf(16),
    locationid: digits,
    qtyonhand: z.int().nonnegative(),
    qtyonhand_change: z.string().regex(change),
    uri: z.string().regex(/^products\/./),
  },
})
const settlement = {
  type: z.literal('batch'),
  key,
  batchnum: digits,
  batchrefnum: digits,
  uri: z.string().regex(/^batches\/./),
}
const { expiration, number } = card.shape

const bodies = {
  'transaction.sale.success': {
    object: {
      ...transaction,
      ...approved,
      refnum: z.int(),
      amount_detail: outcomeDetail,
      creditcard: z.strictObject({ ...shownCard, entry_mode: words }),
      batch,
      receipts,
    },
  },
  'transaction.sale.failure': {
    object: {
      ...transaction,
      authcode: z.literal(''),
      result_code: z.enum(['D', 'E']),
      result: z.enum(['Declined', 'Error']),
      refnum: z.int(),
      amount_detail: outcomeDetail,
      creditcard: z.strictObject(shownCard),
      batch,
      receipts,
    },
  },
  'transaction.sale.voided': { object: laterSale },
  'transaction.sale.captured': { object: { ...laterSale, batch } },
  'transaction.sale.adjusted': { object: { ...laterSale, batch } },
  'transaction.sale.queued': { object: { ...queued, amount: money } },
  'transaction.sale.unvoided': { object: laterSale },
  'transaction.refund.success': {
    object: { ...refund, ...approved, authcode: digits, refnum: z.int(), amount_detail: laterDetail, batch },
  },
  'transaction.refund.voided': {
    object: { ...laterSale, authcode: z.literal(''), trantype: z.string().startsWith('Credit Card Refund').optional() },
  },
  'ach.submitted': {
    object: bankPayment,
    changes: {
      old: z.strictObject({ ...status('P'), processed: z.null() }),
      new: z.strictObject({ ...status('B'), processed: day }),
    },
  },
  'ach.settled': {
    object: bankPayment,
    changes: {
      old: z.strictObject({ ...status('B'), settled: z.null() }),
      new: z.strictObject({ ...status('S'), settled: day }),
    },
  },
  'ach.returned': {
    object: bankPayment,
    changes: {
      old: z.strictObject({ status: z.enum(['B', 'S']), returned: z.null(), reason: z.literal('') }),
      new: z.strictObject({ ...status('R'), returned: day, reason: words }),
    },
  },
  'ach.voided': {
    object: bankPayment,
    changes: { old: z.strictObject(status('P')), new: z.strictObject(status('V')) },
  },
  'ach.failed': {
    object: bankPayment,
    changes: {
      old: z.strictObject({ ...status('B'), reason: z.literal('') }),
      new: z.strictObject({ ...status('E'), reason: words }),
    },
  },
  'ach.note_added': {
    object: bankPayment,
    changes: {
      old: z.strictObject({ banknote: z.literal('') }),
      new: z.strictObject({ banknote: z.string().regex(/^C\d\d:Corrected [\w ]+:\w+$/), status: z.enum(['B', 'S']) }),
    },
  },
  'cau.created': { object: updateOf('pending', z.literal('No Response')) },
  'cau.submitted': {
    object: updateOf('submitted'),
    changes: {
      old: z.strictObject({ status: z.literal('Pending') }),
      new: z.strictObject({ status: z.literal('Submitted') }),
    },
  },
  'cau.updated_expiration': {
    object: { ...updateOf('matched'), updated_card: card },
    changes: submittedTo('matched', { expiration }, { expiration }),
  },
  'cau.updated_card': {
    object: { ...updateOf('matched'), updated_card: card },
    changes: submittedTo('matched', { expiration, number }, { expiration, number }),
  },
  'cau.contact_customer': { object: contacted, changes: flag('contact_cusomer') },
  'cau.account_closed': { object: contacted, changes: flag('cardaccount_closed') },
  'product.inventory.ordered': stock(/^-[1-9]\d*$/),
  'product.inventory.adjusted': stock(/^[+-][1-9]\d*$/),
  'settlement.batch.success': {
    object: {
      ...settlement,
      response: z.literal('A'),
      totalsales: cents,
      totalcredits: cents,
      numsales: z.int().positive(),
    },
  },
  'settlement.batch.failure': { object: { ...settlement, response: z.literal('E'), reason: words } },
} satisfies Record<EventType, Body>

const { avs: _avs, cvc: _cvc, creditcard: _creditcard, ...noCard } = transaction
const trackingcode = digits
const checkSale = { ...noCard, trantype: z.literal('Check Sale') }
const laterCheckSale = {
  ...checkSale,
  ...approved,
  refnum: digits,
  amount_detail: laterDetail,
  original_date: time,
  check: z.strictObject({ trackingcode }),
}
/** What differs where a sale is paid otherwise than by a card that has all of the amount. */
const objectsByTender: Record<Tender, Partial<Record<EventType, Record<string, z.ZodType>>>> = {
  card: {},
  'card-partial': {
    'transaction.sale.success': {
      ...bodies['transaction.sale.success'].object,
      auth_amount: money,
      amount: money,
      result_code: z.literal('P'),
      result: words,
    },
  },
  check: {
    'transaction.sale.success': {
      ...checkSale,
      ...approved,
      refnum: z.int(),
      amount_detail: outcomeDetail,
      receipts,
      check: z.strictObject({ accountholder: words, checknum: digits, trackingcode }),
    },
    'transaction.sale.failure': {
      ...checkSale,
      authcode: z.literal(''),
      result_code: z.enum(['D', 'E']),
      result: z.enum(['Declined', 'Error']),
      refnum: z.int(),
      amount_detail: outcomeDetail,
      receipts,
      check: z.strictObject({ accountholder: words, checknum: digits }),
    },
    'transaction.sale.voided': laterCheckSale,
    'transaction.sale.unvoided': laterCheckSale,
  },
}

/**
 * Accepts what the gateway could send as this event, and nothing else.
 * @param spelling what `event_type` has to say
 */
export function gatewayEvent(type: EventType, spelling: string = type, tender: Tender = 'card') {
  const { object: usual, changes }: Body = bodies[type]
  const object = objectsByTender[tender][type] ?? usual
  return z.strictObject({
    type: z.literal('event'),
    event_triggered: time,
    event_type: z.literal(spelling),
    event_body: z.strictObject({
      merchant: z.strictObject({ merch_key: key }),
      object: z.strictObject(object),
      ...(changes ? { changes: z.strictObject(changes) } : {}),
    }),
    event_id: z.string().regex(/^[0-9a-f]{64}$/),
  })
}

/** Which fields of `event_body.object` an event may come without, and each time does now and then. */
export function optionalFields(type: EventType): readonly string[] {
  if (type === 'cau.contact_customer' || type === 'cau.account_closed') return []
  if (type === 'cau.created') return ['added']
  if (type.startsWith('cau.')) return ['added', 'status_description']
  if (!type.startsWith('transaction.')) return []
  const answers = ['avs', 'avs.result', 'cvc', 'cvc.result']
  if (type === 'transaction.refund.success') return ['auth_amount', ...answers]
  const named = ['invoice', 'trantype', ...answers]
  if (type === 'transaction.refund.voided') return ['auth_amount', 'amount', ...named]
  // A check sale comes without the first, a sale by card without the second.
  const tenders = ['creditcard', 'check']
  const batched = /success|failure|captured|adjusted/.test(type) ? ['batch'] : []
  // A queued sale has always the amount that waits.
  const amounts = type === 'transaction.sale.queued' ? [] : ['auth_amount', 'amount']
  if (type === 'transaction.sale.failure' || type === 'transaction.sale.success') {
    const parts = ['tax', 'discount', 'subtotal', 'duty', 'amount'].map(part => `amount_detail.${part}`)
    // Nothing is authorised when a sale fails: the amount it was about is always there.
    const shown = type === 'transaction.sale.failure' ? ['auth_amount'] : amounts
    return [...shown, ...named, ...tenders, ...batched, ...parts, 'receipts']
  }
  return [...amounts, ...named, ...tenders, ...batched]
}

/** Believable events, different for each seed and the same for the same seed. Values are made up; shapes are the gateway's. */
import { type EventType, findEvent } from './catalogue.ts'

type Fields = Record<string, unknown>

/** A small seeded generator (mulberry32); good enough for samples, never for secrets. */
class Dice {
  private state: number
  constructor(seed: number) {
    this.state = seed >>> 0
  }
  /** 0 inclusive to 1 exclusive. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }
  pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.integer(0, options.length - 1)] ?? options[0]
  }
  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.integer(0, alphabet.length - 1)]).join('')
  }
  digits(length: number): string {
    return String(this.integer(1, 9)) + this.text('0123456789', length - 1)
  }
  key(): string {
    return this.text('0123456789bcdfghjkmnpqrstvwxyz', 15)
  }
  money(from: number, to: number): string {
    return (this.integer(from * 100, to * 100) / 100).toFixed(2)
  }
}

const pad = (value: number) => String(value).padStart(2, '0')

function stamp(date: Date): string {
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
}

function maskedCard(dice: Dice, type: 'V' | 'M' | 'D' = dice.pick(['V', 'M', 'D'])): { type: string; number: string } {
  const first = { V: '4', M: '5', D: '6' }[type]
  return { type, number: `${first}${dice.digits(3)}xxxxxxxx${dice.digits(4)}` }
}

function batch(dice: Dice): Fields {
  return { type: 'batch', key: dice.key(), batchrefnum: dice.digits(6), sequence: String(dice.integer(1, 400)) }
}

function transaction(type: EventType, dice: Dice, when: Date): Fields {
  const amount = dice.money(5, 900)
  const outcome = type === 'transaction.sale.success' || type === 'transaction.sale.failure'
  const failed = type === 'transaction.sale.failure'
  const refnum = dice.integer(10_000_000, 99_999_999)
  const card = maskedCard(dice)
  const object: Fields = {
    type: 'transaction',
    key: dice.key(),
    // A JSON number on these three, a text on the others: so does the gateway.
    refnum: outcome || type === 'transaction.refund.success' ? refnum : String(refnum),
    auth_amount: failed ? '0.00' : amount,
    amount_detail: outcome
      ? { tax: dice.money(0, 9), discount: '0.00', subtotal: amount, duty: '0.00' }
      : { original_amount: amount },
    authcode: failed ? '' : dice.digits(6),
    result_code: failed ? 'D' : 'A',
    result: failed ? 'Declined' : 'Approved',
    invoice: dice.digits(5),
    avs: { result_code: 'YYY', result: 'Address: Match & 5 Digit Zip: Match' },
    cvc: { result_code: 'M', result: 'Match' },
    trantype: type.startsWith('transaction.refund') ? 'Credit Card Refund (Credit)' : 'Credit Card Sale',
    creditcard: outcome
      ? {
          cardholder: dice.pick(['Sample Buyer', 'Test Customer', 'Example Shopper']),
          number: card.number,
          type: card.type,
          ...(failed ? {} : { entry_mode: 'Card Not Present, Manually Keyed' }),
        }
      : { type: card.type },
  }
  if (failed) object['amount'] = amount
  if (/success|failure|captured|adjusted/.test(type)) object['batch'] = batch(dice)
  if (/voided|captured|adjusted|queued/.test(type)) {
    object['original_date'] = stamp(new Date(when.getTime() - dice.integer(1, 20) * 3_600_000))
  }
  if (outcome) object['receipts'] = { customer: 'Mail Sent Successfully', merchant: 'Mail Sent Successfully' }
  return { object }
}

function ach(type: EventType, dice: Dice, when: Date): Fields {
  const today = stamp(when).slice(0, 10)
  const key = dice.key()
  const steps: Partial<Record<EventType, { old: Fields; new: Fields }>> = {
    'ach.submitted': { old: { status: 'P', processed: null }, new: { status: 'B', processed: today } },
    'ach.settled': { old: { status: 'B', settled: null }, new: { status: 'S', settled: today } },
    'ach.returned': {
      old: { status: 'S', returned: null, reason: '' },
      new: { status: 'R', returned: today, reason: dice.pick(['R01: Insufficient funds', 'R02: Account closed']) },
    },
    'ach.voided': { old: { status: 'P' }, new: { status: 'V' } },
    'ach.failed': { old: { status: 'B', reason: '' }, new: { status: 'E', reason: 'Routing number is not valid' } },
    'ach.note_added': {
      old: { banknote: '' },
      new: { banknote: `C02:Corrected Routing:${dice.digits(9)}`, status: 'S' },
    },
  }
  return {
    object: {
      type: 'transaction',
      key,
      refnum: dice.digits(8),
      orderid: dice.digits(5),
      check: { trackingcode: dice.digits(14) },
      uri: `transactions/${key}`,
    },
    changes: steps[type],
  }
}

function cardUpdate(type: EventType, dice: Dice, when: Date): Fields {
  const { number } = maskedCard(dice, 'V')
  const original = { number, expiration: `${pad(dice.integer(1, 12))}26`, type: 'Visa' }
  const updated = {
    number: type === 'cau.updated_card' ? maskedCard(dice, 'V').number : number,
    expiration: `${pad(dice.integer(1, 12))}30`,
    type: 'Visa',
  }
  const status = {
    'cau.created': 'pending',
    'cau.submitted': 'submitted',
  }[type as string]
  const card = (expiration: string, cardNumber?: string) => ({
    expiration,
    ...(cardNumber ? { number: cardNumber } : {}),
  })
  const steps: Partial<Record<EventType, { old: Fields; new: Fields }>> = {
    'cau.submitted': { old: { status: 'pending' }, new: { status: 'submitted' } },
    'cau.updated_expiration': {
      old: { status: 'submitted', original_card: card(original.expiration) },
      new: { status: 'matched', updated_card: card(updated.expiration) },
    },
    'cau.updated_card': {
      old: { status: 'submitted', original_card: card(original.expiration, original.number) },
      new: { status: 'matched', updated_card: card(updated.expiration, updated.number) },
    },
    // The gateway leaves a letter out of "customer" here.
    'cau.contact_customer': { old: { contact_cusomer: '' }, new: { contact_cusomer: true } },
    'cau.account_closed': { old: { cardaccount_closed: '' }, new: { cardaccount_closed: true } },
  }
  const changes = steps[type]
  return {
    object: {
      type: 'cardupdate',
      key: dice.key(),
      original_card: original,
      added: stamp(new Date(when.getTime() - dice.integer(1, 72) * 3_600_000)),
      status: status ?? 'matched',
      ...(type.startsWith('cau.updated') ? { updated_card: updated } : {}),
      source: { object: 'customer', type: 'payment_method', key: dice.key() },
    },
    ...(changes ? { changes } : {}),
  }
}

function inventory(type: EventType, dice: Dice): Fields {
  const key = dice.key()
  const change = type === 'product.inventory.ordered' ? `-${dice.integer(1, 9)}` : `+${dice.integer(1, 30) * 10}`
  return {
    object: {
      type: 'product',
      key,
      locationid: String(dice.integer(1, 20)),
      qtyonhand: dice.integer(10, 900),
      qtyonhand_change: change,
      uri: `products/${key}`,
    },
  }
}

function settlement(type: EventType, dice: Dice): Fields {
  const key = dice.key()
  const settled = type === 'settlement.batch.success'
  return {
    object: {
      type: 'batch',
      key,
      batchnum: String(dice.integer(1, 400)),
      batchrefnum: dice.digits(6),
      response: settled ? 'A' : 'E',
      ...(settled
        ? { totalsales: dice.digits(6), totalcredits: '000', numsales: dice.integer(1, 60) }
        : { reason: 'Unable to reach the processor' }),
      uri: `batches/${key}`,
    },
  }
}

function eventBody(type: EventType, dice: Dice, when: Date): Fields {
  const family = findEvent(type)?.family
  switch (family) {
    case 'ach':
      return ach(type, dice, when)
    case 'cau':
      return cardUpdate(type, dice, when)
    case 'inventory':
      return inventory(type, dice)
    case 'settlement':
      return settlement(type, dice)
    default:
      return transaction(type, dice, when)
  }
}

/**
 * An event as the gateway would send it: the envelope, ready for JSON.stringify.
 * @param seed any 32-bit number; also decides `event_id`
 * @param when what `event_triggered` says, in local time without a zone
 */
export function sampleEvent(type: EventType, seed: number, when: Date = new Date()): Fields {
  const dice = new Dice(seed)
  const merchant = { merch_key: dice.key() }
  return {
    type: 'event',
    event_triggered: stamp(when),
    event_type: type,
    event_body: { merchant, ...eventBody(type, dice, when) },
    event_id: dice.text('0123456789abcdef', 64),
  }
}

/** One line that says what an event tells the merchant, in the merchant's words. */
import type { EventType, Family } from './catalogue.ts'
import { type Envelope, type JsonObject, objectAt, textAt } from './envelope.ts'
import { clip, printable } from './text.ts'

/** A decimal text as money: "500.00" → "$500.00", "-1234.5" → "−$1,234.50"; other texts stay as they are. */
export function money(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (!parts) return text
  const [, sign = '', whole = '', fraction = ''] = parts
  const grouped = whole.replace(/^0+(?=\d)/, '').replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign && '−'}$${grouped}.${fraction.padEnd(2, '0')}`
}

/** A text of cents without a point, as settlements have it: "617799" → "$6,177.99". */
export function moneyFromCents(text: string): string {
  if (!/^\d+$/.test(text)) return text
  const padded = text.padStart(3, '0')
  return money(`${padded.slice(0, -2)}.${padded.slice(-2)}`)
}

/** The amount of a transaction: what was authorised, or asked for when nothing was; else whichever it has. Decimal text. */
export function amountOf(object: JsonObject | null): string | null {
  const detail = objectAt(object, 'amount_detail')
  const amounts = [
    textAt(object, 'auth_amount'),
    textAt(object, 'amount'),
    textAt(detail, 'amount'),
    textAt(detail, 'original_amount'),
    textAt(detail, 'subtotal'),
  ].filter(amount => amount !== null)
  return amounts.find(amount => /[1-9]/.test(amount)) ?? amounts[0] ?? null
}

/** `refnum` is a number on some events and a text on others. */
export function refnumOf(object: JsonObject | null): string | null {
  const refnum = object?.['refnum']
  return typeof refnum === 'number' && Number.isSafeInteger(refnum) ? String(refnum) : textAt(object, 'refnum')
}

const join = (...parts: readonly (string | null | undefined | false)[]) => parts.filter(Boolean).join(' · ')

const transactionWords: Partial<Record<EventType, string>> = {
  'transaction.sale.success': 'approved',
  'transaction.sale.voided': 'voided',
  'transaction.sale.captured': 'captured',
  'transaction.sale.adjusted': 'adjusted',
  'transaction.sale.queued': 'queued',
  'transaction.sale.unvoided': 'void taken back',
  'transaction.refund.success': 'refunded',
  'transaction.refund.voided': 'refund voided',
}

function transactionLine(type: EventType, object: JsonObject): string {
  const amount = amountOf(object)
  const outcome =
    transactionWords[type] ??
    (textAt(object, 'result_code') === 'E'
      ? 'failed with an error'
      : (textAt(object, 'result')?.toLowerCase() ?? 'failed'))
  const original = textAt(objectAt(object, 'amount_detail'), 'original_amount')
  const was = type === 'transaction.sale.adjusted' && original && original !== amount ? `was ${money(original)}` : null
  return join(`${amount ? `${money(amount)} ` : ''}${outcome}`, was, refnumOf(object) ?? textAt(object, 'key'))
}

const achStatus: Record<string, string> = {
  N: 'queued',
  P: 'pending',
  B: 'submitted',
  F: 'funded',
  S: 'settled',
  E: 'error',
  V: 'voided',
  R: 'returned',
  T: 'timed out',
  M: 'needs a manager',
}

function arrow(before: string | null, after: string | null): string | null {
  if (before && after) return `${before} → ${after}`
  return after ? `→ ${after}` : null
}

function achLine(type: EventType, object: JsonObject, changes: Envelope['changes']): string {
  const after = textAt(changes?.new ?? null, 'status')
  const step =
    type === 'ach.note_added'
      ? textAt(changes?.new ?? null, 'banknote')
      : arrow(textAt(changes?.old ?? null, 'status'), after)
  const word = type !== 'ach.note_added' && after ? achStatus[after] : null
  return join(step, word, textAt(changes?.new ?? null, 'reason'), refnumOf(object) ?? textAt(object, 'key'))
}

function cardUpdateLine(type: EventType, object: JsonObject): string {
  const original = objectAt(object, 'original_card')
  const updated = objectAt(object, 'updated_card')
  const card = [textAt(original, 'type'), textAt(original, 'number')].filter(Boolean).join(' ')
  const change =
    type === 'cau.updated_expiration'
      ? arrow(textAt(original, 'expiration'), textAt(updated, 'expiration'))
      : type === 'cau.updated_card'
        ? `→ ${textAt(updated, 'number') ?? 'a new number'}`
        : type === 'cau.contact_customer'
          ? 'ask the customer for a new card number'
          : type === 'cau.account_closed'
            ? 'account closed'
            : textAt(object, 'status')
  return type === 'cau.updated_card' ? `${card} ${change}`.trim() : join(card, change)
}

function inventoryLine(object: JsonObject): string {
  const change = textAt(object, 'qtyonhand_change')?.replace(/^-/, '−') ?? ''
  const onHand = object['qtyonhand']
  const location = textAt(object, 'locationid')
  return join(
    `stock ${change}${typeof onHand === 'number' ? ` → ${onHand}` : ''}${location ? ` at ${location}` : ''}`,
    textAt(object, 'key'),
  )
}

function settlementLine(type: EventType, object: JsonObject): string {
  const batch = textAt(object, 'batchnum')
  const label = batch ? `batch ${batch}` : 'batch'
  if (type === 'settlement.batch.failure') return join(`${label} failed`, textAt(object, 'reason'))
  const sales = textAt(object, 'totalsales')
  const credits = textAt(object, 'totalcredits')
  const count = object['numsales']
  return join(
    `${label} settled`,
    sales && `${moneyFromCents(sales)} sales${typeof count === 'number' ? ` (${count})` : ''}`,
    credits && /[1-9]/.test(credits) && `${moneyFromCents(credits)} credits`,
  )
}

function line(type: EventType, family: Family, object: JsonObject, changes: Envelope['changes']): string {
  switch (family) {
    case 'transaction':
      return transactionLine(type, object)
    case 'ach':
      return achLine(type, object, changes)
    case 'cau':
      return cardUpdateLine(type, object)
    case 'inventory':
      return inventoryLine(object)
    case 'settlement':
      return settlementLine(type, object)
  }
}

/**
 * @param known the catalogue's entry; undefined when it has none
 * @returns plain text without control characters, at most 160 characters; may be empty
 */
export function summarise(envelope: Envelope, known: { type: EventType; family: Family } | undefined): string {
  if (!envelope.object) return ''
  const text = known
    ? line(known.type, known.family, envelope.object, envelope.changes)
    : join(textAt(envelope.object, 'type'), textAt(envelope.object, 'key'))
  return clip(printable(text), 160)
}

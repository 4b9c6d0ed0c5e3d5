/** One line that says what an event tells the merchant, in the merchant's words. */
import { maskField } from './card.ts'
import { achStatuses, type EventType, type Family } from './catalogue.ts'
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

/** A field's text, card data masked before anything formats or joins it; null as `textAt` gives it. */
export function shownText(object: JsonObject | null, field: string): string | null {
  const text = textAt(object, field)
  return text === null ? null : maskField(field, text)
}

/** A field's number; null when it is none, or a full card number. */
export function shownNumber(object: JsonObject | null, field: string): number | null {
  const value = object && Object.hasOwn(object, field) ? object[field] : undefined
  return typeof value === 'number' && maskField(field, String(value)) === String(value) ? value : null
}

/** The amount of a transaction: what was authorised, or asked for when nothing was; else whichever it has. Decimal text. */
export function amountOf(object: JsonObject | null): string | null {
  const detail = objectAt(object, 'amount_detail')
  const amounts = [
    shownText(object, 'auth_amount'),
    shownText(object, 'amount'),
    shownText(detail, 'amount'),
    shownText(detail, 'original_amount'),
    shownText(detail, 'subtotal'),
  ].filter(amount => amount !== null)
  return amounts.find(amount => /[1-9]/.test(amount)) ?? amounts[0] ?? null
}

/** `refnum` is a number on some events and a text on others. */
export function refnumOf(object: JsonObject | null): string | null {
  const refnum = shownNumber(object, 'refnum')
  return refnum !== null && Number.isSafeInteger(refnum) ? String(refnum) : shownText(object, 'refnum')
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
    (shownText(object, 'result_code') === 'E'
      ? 'failed with an error'
      : (shownText(object, 'result')?.toLowerCase() ?? 'failed'))
  const original = shownText(objectAt(object, 'amount_detail'), 'original_amount')
  const was = type === 'transaction.sale.adjusted' && original && original !== amount ? `was ${money(original)}` : null
  return join(`${amount ? `${money(amount)} ` : ''}${outcome}`, was, refnumOf(object) ?? shownText(object, 'key'))
}

function arrow(before: string | null, after: string | null): string | null {
  if (before && after) return `${before} → ${after}`
  return after ? `→ ${after}` : null
}

function achLine(type: EventType, object: JsonObject, changes: Envelope['changes']): string {
  const after = shownText(changes?.new ?? null, 'status')
  const step =
    type === 'ach.note_added'
      ? shownText(changes?.new ?? null, 'banknote')
      : arrow(shownText(changes?.old ?? null, 'status'), after)
  const word = type !== 'ach.note_added' && after ? achStatuses[after] : null
  return join(step, word, shownText(changes?.new ?? null, 'reason'), refnumOf(object) ?? shownText(object, 'key'))
}

function cardUpdateLine(type: EventType, object: JsonObject): string {
  const original = objectAt(object, 'original_card')
  const updated = objectAt(object, 'updated_card')
  const card = [shownText(original, 'type'), shownText(original, 'number')].filter(Boolean).join(' ')
  const change =
    type === 'cau.updated_expiration'
      ? arrow(shownText(original, 'expiration'), shownText(updated, 'expiration'))
      : type === 'cau.updated_card'
        ? `→ ${shownText(updated, 'number') ?? 'a new number'}`
        : type === 'cau.contact_customer'
          ? 'ask the customer for a new card number'
          : type === 'cau.account_closed'
            ? 'account closed'
            : shownText(object, 'status')
  return type === 'cau.updated_card' ? `${card} ${change}`.trim() : join(card, change)
}

function inventoryLine(object: JsonObject): string {
  const change = shownText(object, 'qtyonhand_change')?.replace(/^-/, '−') ?? ''
  const onHand = shownNumber(object, 'qtyonhand')
  const location = shownText(object, 'locationid')
  return join(
    `stock ${change}${onHand !== null ? ` → ${onHand}` : ''}${location ? ` at ${location}` : ''}`,
    shownText(object, 'key'),
  )
}

function settlementLine(type: EventType, object: JsonObject): string {
  const batch = shownText(object, 'batchnum')
  const label = batch ? `batch ${batch}` : 'batch'
  if (type === 'settlement.batch.failure') return join(`${label} failed`, shownText(object, 'reason'))
  const sales = shownText(object, 'totalsales')
  const credits = shownText(object, 'totalcredits')
  const count = shownNumber(object, 'numsales')
  return join(
    `${label} settled`,
    sales && `${moneyFromCents(sales)} sales${count !== null ? ` (${count})` : ''}`,
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
 * @returns plain text without control characters and with card data masked, at most 160 characters; may be empty
 */
export function summarise(envelope: Envelope, known: { type: EventType; family: Family } | undefined): string {
  if (!envelope.object) return ''
  const text = known
    ? line(known.type, known.family, envelope.object, envelope.changes)
    : join(shownText(envelope.object, 'type'), shownText(envelope.object, 'key'))
  return clip(printable(text), 160)
}

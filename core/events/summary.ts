/** One line that says what an event tells the merchant, in the merchant's words. */
import { clip, printable } from '../text/text.ts'
import { maskField } from './card.ts'
import { achStatuses, type EventType, type Family } from './catalogue.ts'
import { type Envelope, type JsonObject, objectAt, textAt } from './envelope.ts'
import { money, moneyFromCents } from './money.ts'

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

/**
 * The amount of a transaction: what was authorized, or asked for when nothing was; of a later step what the transaction is
 * about now; else whichever it has. Decimal text.
 */
export function amountOf(object: JsonObject | null): string | null {
  const detail = objectAt(object, 'amount_detail')
  const [authorized, amount] = [shownText(object, 'auth_amount'), shownText(object, 'amount')]
  const later = textAt(detail, 'original_amount') !== null
  const amounts = [
    ...(later ? [amount, authorized] : [authorized, amount]),
    shownText(detail, 'amount'),
    shownText(detail, 'original_amount'),
    shownText(detail, 'subtotal'),
  ].filter(amount => amount !== null)
  return amounts.find(amount => /[1-9]/.test(amount)) ?? amounts[0] ?? null
}

/** A reference, which is a number on some events and a text on others. */
export function referenceAt(object: JsonObject | null, field: 'refnum' | 'batchrefnum'): string | null {
  const reference = shownNumber(object, field)
  return reference !== null && Number.isSafeInteger(reference) ? String(reference) : shownText(object, field)
}

export const refnumOf = (object: JsonObject | null): string | null => referenceAt(object, 'refnum')

const join = (...parts: readonly (string | null | undefined | false)[]) => parts.filter(Boolean).join(' · ')

const transactionWords: Partial<Record<EventType, string>> = {
  'transaction.sale.voided': 'voided',
  'transaction.sale.captured': 'captured',
  'transaction.sale.adjusted': 'adjusted',
  'transaction.sale.queued': 'queued',
  'transaction.sale.unvoided': 'void reversed',
  'transaction.refund.success': 'refunded',
  'transaction.refund.voided': 'refund voided',
}

/** Whether a sale is paid from a bank account: then its approval is no money yet. */
export const isCheck = (object: JsonObject | null): boolean =>
  objectAt(object, 'check') !== null || (textAt(object, 'trantype')?.startsWith('Check ') ?? false)

/** What was asked for, of a sale that was approved in part; null for any other. Decimal text. */
export function askedFor(type: EventType, object: JsonObject): string | null {
  const partial = type === 'transaction.sale.success' && textAt(object, 'result_code') === 'P'
  const asked = partial ? shownText(object, 'amount') : null
  return asked === amountOf(object) ? null : asked
}

function outcomeWord(type: EventType, object: JsonObject): string {
  const code = textAt(object, 'result_code')
  if (type === 'transaction.sale.success')
    return code === 'P' ? 'approved in part' : code === 'V' ? 'verified only' : 'approved'
  return (
    transactionWords[type] ??
    (code === 'E' ? 'failed with an error' : (shownText(object, 'result')?.toLowerCase() ?? 'failed'))
  )
}

/** The steps that can change the amount. */
const changing: readonly EventType[] = [
  'transaction.sale.queued',
  'transaction.sale.captured',
  'transaction.sale.adjusted',
]

/** What the amount was before a step that can change it; null where nothing need be said. */
function amountBefore(type: EventType, object: JsonObject): string | null {
  const [now, before] = [amountOf(object), shownText(objectAt(object, 'amount_detail'), 'original_amount')]
  if (!changing.includes(type) || before === null) return null
  if (before !== now) return `was ${money(before)}`
  // A signature or Level 3 data was added.
  return type === 'transaction.sale.adjusted' ? 'same amount' : null
}

function transactionLine(type: EventType, object: JsonObject): string {
  const [amount, asked] = [amountOf(object), askedFor(type, object)]
  const said = amount && (asked === null ? money(amount) : `${money(amount)} of ${money(asked)}`)
  return join(
    [said, outcomeWord(type, object)].filter(Boolean).join(' '),
    isCheck(object) && 'check',
    amountBefore(type, object),
    refnumOf(object) ?? shownText(object, 'key'),
  )
}

function arrow(before: string | null, after: string | null): string | null {
  if (before && after) return `${before} → ${after}`
  return after ? `→ ${after}` : null
}

/** The word for the status letter of one side of a change; a letter that none knows stays. */
export function achStatusIn(side: JsonObject | null): string | null {
  const letter = shownText(side, 'status')
  return letter !== null && Object.hasOwn(achStatuses, letter) ? (achStatuses[letter] ?? null) : letter
}

function achLine(type: EventType, object: JsonObject, changes: Envelope['changes']): string {
  const [before, after] = [changes?.old ?? null, changes?.new ?? null]
  const step = type === 'ach.note_added' ? shownText(after, 'banknote') : arrow(achStatusIn(before), achStatusIn(after))
  return join(step, shownText(after, 'reason'), refnumOf(object) ?? shownText(object, 'key'))
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
          ? 'contact the customer for a new card number'
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

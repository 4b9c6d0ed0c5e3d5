/** What an event tells the merchant, as the beginning of a sentence. */
import { clip, printable } from '../text/text.ts'
import { maskField } from './card.ts'
import type { EventType, Family } from './catalogue.ts'
import { type Envelope, type JsonObject, objectAt, textAt } from './envelope.ts'
import { money, moneyFromCents } from './money.ts'
import { amountOf, askedFor, isCheck, refnumOf, shownNumber, shownText } from './summary.ts'

const transactionVerbs: Partial<Record<EventType, string>> = {
  'transaction.sale.voided': 'was voided, or its funds were released',
  'transaction.sale.captured': 'was captured',
  'transaction.sale.adjusted': 'was adjusted',
  'transaction.sale.queued': 'was approved and queued for capture',
  'transaction.sale.unvoided': 'is valid again: its void was reversed',
  'transaction.refund.success': 'was approved',
  'transaction.refund.voided': 'was voided',
}

/** How an attempted sale ended. */
function saleOutcome(type: EventType, object: JsonObject): string {
  const code = textAt(object, 'result_code')
  if (type === 'transaction.sale.failure') return code === 'D' ? 'was declined' : 'failed with an error'
  if (code === 'P') return `was approved in part: ${money(amountOf(object) ?? 'less than was asked for')}`
  if (code === 'V') return 'was a verification only'
  return isCheck(object) ? 'was approved; the bank settles or returns it later' : 'was approved'
}

function transaction(type: EventType, object: JsonObject): string {
  const amount = askedFor(type, object) ?? amountOf(object)
  const sale = isCheck(object) ? 'A check sale' : 'A sale'
  const reference = refnumOf(object)
  return [
    type.startsWith('transaction.refund') ? 'A refund' : sale,
    amount && `of ${money(amount)}`,
    reference && `(${reference})`,
    transactionVerbs[type] ?? saleOutcome(type, object),
  ]
    .filter(Boolean)
    .join(' ')
}

const achVerbs: Partial<Record<EventType, string>> = {
  'ach.submitted': 'was submitted to the bank and can no longer be voided, only refunded',
  'ach.settled': 'settled',
  'ach.returned': 'was returned',
  'ach.voided': 'was voided',
  'ach.failed': 'failed',
  'ach.note_added': 'got a note from the bank',
}

const returnVerbs: Readonly<Record<string, string>> = {
  B: 'was returned before it settled',
  S: 'was returned after it settled',
}

function ach(type: EventType, object: JsonObject, before: JsonObject | null, after: JsonObject | null): string {
  const reference = refnumOf(object)
  const returned = type === 'ach.returned' ? returnVerbs[textAt(before, 'status') ?? ''] : undefined
  const why = shownText(after, type === 'ach.note_added' ? 'banknote' : 'reason')
  return `An ACH payment${reference ? ` (${reference})` : ''} ${returned ?? achVerbs[type] ?? 'changed'}${why ? `: ${why}` : ''}`
}

function cardUpdate(type: EventType, object: JsonObject): string {
  const original = objectAt(object, 'original_card')
  const updated = objectAt(object, 'updated_card')
  const card = ['The', shownText(original, 'type'), 'card', shownText(original, 'number')].filter(Boolean).join(' ')
  const from = shownText(original, 'expiration')
  const to = shownText(updated, 'expiration')
  switch (type) {
    case 'cau.created':
      return `${card} was queued for an update`
    case 'cau.submitted':
      return `${card} was submitted to the processor for an update`
    case 'cau.updated_expiration':
      return `${card} has a new expiration date${from && to ? `: ${to} instead of ${from}` : ''}`
    case 'cau.updated_card':
      return `${card} has a new number${shownText(updated, 'number') ? `: ${shownText(updated, 'number')}` : ''}`
    case 'cau.contact_customer':
      return `${card} could not be updated: contact the customer for a new one`
    default:
      return `${card} can no longer be charged: its account is closed`
  }
}

function inventory(type: EventType, object: JsonObject): string {
  const change = shownText(object, 'qtyonhand_change')
  const onHand = shownNumber(object, 'qtyonhand')
  const place = shownText(object, 'locationid')
  const left = onHand !== null ? `: ${onHand} in stock${place ? ` at location ${place}` : ''}` : ''
  if (type === 'product.inventory.ordered') {
    return `A sale took ${change?.replace(/^-/, '') ?? 'some'} of a product${left}`
  }
  return `The stock of a product was adjusted${change ? ` by ${change.replace(/^-/, '−')}` : ''}${left}`
}

function settlement(type: EventType, object: JsonObject): string {
  const number = shownText(object, 'batchnum')
  const batch = number ? `Batch ${number}` : 'A batch'
  if (type === 'settlement.batch.failure') {
    const reason = shownText(object, 'reason')
    return `${batch} did not settle${reason ? `: ${reason}` : ''}`
  }
  const sales = shownText(object, 'totalsales')
  const count = shownNumber(object, 'numsales')
  const sum = sales ? ` with ${moneyFromCents(sales)}` : ''
  return `${batch} settled${sum}${count !== null ? ` in ${count} ${count === 1 ? 'sale' : 'sales'}` : ''}`
}

function tell(type: EventType, family: Family, envelope: Envelope, object: JsonObject): string {
  switch (family) {
    case 'transaction':
      return transaction(type, object)
    case 'ach':
      return ach(type, object, envelope.changes?.old ?? null, envelope.changes?.new ?? null)
    case 'cau':
      return cardUpdate(type, object)
    case 'inventory':
      return inventory(type, object)
    case 'settlement':
      return settlement(type, object)
  }
}

/**
 * @param envelope null when the body is not a JSON object
 * @param known the catalogue's entry; undefined when it has none
 * @returns a clause in the past tense without a full stop; control characters replaced, card data masked, at most 240 characters
 */
export function whatHappened(
  envelope: Envelope | null,
  known: { readonly type: EventType; readonly family: Family } | undefined,
): string {
  if (!envelope) return 'A request that is not the gateway’s JSON'
  if (known) return clip(printable(tell(known.type, known.family, envelope, envelope.object ?? {})), 240)
  if (envelope.eventType === null) return 'JSON that is not the gateway’s envelope'
  return `An event whose type is not in the catalogue: ${clip(printable(maskField('event_type', envelope.eventType)), 80)}`
}

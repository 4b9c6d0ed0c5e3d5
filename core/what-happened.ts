/** What an event tells the merchant, as the beginning of a sentence. */
import type { EventType, Family } from './catalogue.ts'
import { type Envelope, type JsonObject, objectAt, textAt } from './envelope.ts'
import { amountOf, money, moneyFromCents, refnumOf } from './summary.ts'
import { clip, printable } from './text.ts'

const transactionVerbs: Partial<Record<EventType, string>> = {
  'transaction.sale.success': 'was approved',
  'transaction.sale.voided': 'was voided',
  'transaction.sale.captured': 'was captured',
  'transaction.sale.adjusted': 'was adjusted',
  'transaction.sale.queued': 'was queued',
  'transaction.sale.unvoided': 'is valid again: its void was taken back',
  'transaction.refund.success': 'was approved',
  'transaction.refund.voided': 'was voided',
}

function transaction(type: EventType, object: JsonObject): string {
  const amount = amountOf(object)
  const kind = type.startsWith('transaction.refund') ? 'A refund' : 'A sale'
  const failed = textAt(object, 'result_code') === 'D' ? 'was declined' : 'failed with an error'
  const reference = refnumOf(object)
  return [kind, amount && `of ${money(amount)}`, reference && `(${reference})`, transactionVerbs[type] ?? failed]
    .filter(Boolean)
    .join(' ')
}

const achVerbs: Partial<Record<EventType, string>> = {
  'ach.submitted': 'was submitted to the bank',
  'ach.settled': 'settled',
  'ach.returned': 'was returned',
  'ach.voided': 'was voided',
  'ach.failed': 'failed',
  'ach.note_added': 'got a note from the bank',
}

function ach(type: EventType, object: JsonObject, after: JsonObject | null): string {
  const reference = refnumOf(object)
  const why = textAt(after, type === 'ach.note_added' ? 'banknote' : 'reason')
  return `An ACH payment${reference ? ` (${reference})` : ''} ${achVerbs[type] ?? 'changed'}${why ? `: ${why}` : ''}`
}

function cardUpdate(type: EventType, object: JsonObject): string {
  const original = objectAt(object, 'original_card')
  const updated = objectAt(object, 'updated_card')
  const card = ['The', textAt(original, 'type'), 'card', textAt(original, 'number')].filter(Boolean).join(' ')
  const from = textAt(original, 'expiration')
  const to = textAt(updated, 'expiration')
  switch (type) {
    case 'cau.created':
      return `${card} was queued for an update`
    case 'cau.submitted':
      return `${card} went to the processor for an update`
    case 'cau.updated_expiration':
      return `${card} has a new expiration date${from && to ? `: ${to} instead of ${from}` : ''}`
    case 'cau.updated_card':
      return `${card} has a new number${textAt(updated, 'number') ? `: ${textAt(updated, 'number')}` : ''}`
    case 'cau.contact_customer':
      return `${card} could not be updated: the customer has to be asked for a new one`
    default:
      return `${card} can no longer be charged: its account is closed`
  }
}

function inventory(type: EventType, object: JsonObject): string {
  const change = textAt(object, 'qtyonhand_change')
  const onHand = object['qtyonhand']
  const place = textAt(object, 'locationid')
  const left = typeof onHand === 'number' ? `: ${onHand} in stock${place ? ` at location ${place}` : ''}` : ''
  if (type === 'product.inventory.ordered') {
    return `A sale took ${change?.replace(/^-/, '') ?? 'some'} of a product${left}`
  }
  return `The stock of a product was adjusted${change ? ` by ${change.replace(/^-/, '−')}` : ''}${left}`
}

function settlement(type: EventType, object: JsonObject): string {
  const number = textAt(object, 'batchnum')
  const batch = number ? `Batch ${number}` : 'A batch'
  if (type === 'settlement.batch.failure') {
    const reason = textAt(object, 'reason')
    return `${batch} did not settle${reason ? `: ${reason}` : ''}`
  }
  const sales = textAt(object, 'totalsales')
  const count = object['numsales']
  const sum = sales ? ` with ${moneyFromCents(sales)}` : ''
  return `${batch} settled${sum}${typeof count === 'number' ? ` in ${count} ${count === 1 ? 'sale' : 'sales'}` : ''}`
}

function tell(type: EventType, family: Family, envelope: Envelope, object: JsonObject): string {
  switch (family) {
    case 'transaction':
      return transaction(type, object)
    case 'ach':
      return ach(type, object, envelope.changes?.new ?? null)
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
 * @returns a clause in the past tense without a full stop; control characters replaced, at most 240 characters
 */
export function whatHappened(
  envelope: Envelope | null,
  known: { readonly type: EventType; readonly family: Family } | undefined,
): string {
  if (!envelope) return 'Something came that is not the gateway’s JSON'
  if (known) return clip(printable(tell(known.type, known.family, envelope, envelope.object ?? {})), 240)
  if (envelope.eventType === null) return 'JSON came that is not the gateway’s envelope'
  return `An event came whose type the catalogue does not know: ${clip(printable(envelope.eventType), 80)}`
}

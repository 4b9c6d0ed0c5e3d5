/** What the fields of an event mean, as data: the Body tab shows them beside the values. */
import { achStatuses, type Family, resultCodes, transactionStatuses } from './catalogue.ts'

/** Where a note applies: names joined by dots from the top of the envelope; `*` stands for any one name. */
type Notes = Readonly<Record<string, string>>

/** Letters and codes that stand for a word. */
type Codes = Readonly<Record<string, string>>

const envelopeNotes: Notes = {
  type: 'Always “event”.',
  event_triggered: 'When it happened, as the gateway wrote it; no time zone is stated. Gives the true order of events.',
  event_type: 'What happened, from the catalogue.',
  event_id: 'Unique per event. A retry repeats it: use it to handle an event once.',
  'event_body.merchant.merch_key': 'The merchant the event belongs to.',
  'event_body.object': 'Only part of the object: fetch the rest from the API.',
  'event_body.object.type': 'What kind of object this is.',
  'event_body.object.key': 'The object’s key; the same in every event about it.',
  'event_body.object.uri': 'Where the REST API has the object.',
  'event_body.changes': 'The fields that changed, before and after.',
}

const transactionNotes: Notes = {
  'event_body.object.refnum':
    'Reference number. A JSON number in some events, a string of digits in others: accept both.',
  'event_body.object.auth_amount': 'Authorized, in dollars. Less than the amount when a sale is approved in part.',
  'event_body.object.amount': 'In dollars, as of this step: queueing, capture and adjustment can each change it.',
  'event_body.object.amount_detail.amount': 'In dollars.',
  'event_body.object.amount_detail.original_amount':
    'The amount before this step, in dollars; not always the first amount. Equal to the amount when a signature or Level 3 data was added.',
  'event_body.object.amount_detail.subtotal': 'Before tax, duty and discount.',
  'event_body.object.amount_detail.tax': 'In dollars, part of the amount.',
  'event_body.object.amount_detail.duty': 'In dollars, part of the amount.',
  'event_body.object.amount_detail.discount': 'In dollars, taken off.',
  'event_body.object.authcode':
    'Authorization code. It changes from step to step of one transaction, equals refnum on an approved refund and may be empty: do not look up a sale by it.',
  'event_body.object.result_code': 'The decision as a letter.',
  'event_body.object.result': 'The decision as a word.',
  'event_body.object.invoice': 'The merchant’s own invoice number.',
  'event_body.object.trantype': '“Credit Card Sale” or “Check Sale”, for instance; not on every event.',
  'event_body.object.status': 'State of the transaction.',
  'event_body.object.status_code': 'State of the transaction, as a letter.',
  'event_body.object.avs': 'Address check by the issuer.',
  'event_body.object.cvc': 'Security code check by the issuer; the code itself is never sent.',
  'event_body.object.creditcard': 'Only when it was paid by card: a check sale has “check” instead.',
  'event_body.object.creditcard.type': 'Card brand, as a letter.',
  'event_body.object.creditcard.number': 'First four and last four digits with eight x between: 16 characters.',
  'event_body.object.creditcard.entry_mode': 'How the card was read.',
  'event_body.object.check':
    'A check sale: approved is not paid. ach.submitted and ach.settled or ach.returned follow; book it once.',
  'event_body.object.check.accountholder': 'Whose bank account it is.',
  'event_body.object.check.checknum': 'The number of the check.',
  'event_body.object.check.trackingcode': 'The bank’s tracking code of the check; the same in its ach.* events.',
  'event_body.object.batch': 'The batch it will settle with.',
  'event_body.object.batch.key':
    'Not the key that settlement.batch.* has: find the settlement by merchant and batchrefnum.',
  'event_body.object.batch.batchrefnum': 'The batch’s reference number; the same in its settlement.',
  'event_body.object.batch.sequence': 'The batch’s number; batchnum in its settlement.',
  'event_body.object.receipts': 'Which receipts went out.',
  'event_body.object.original_date': 'When the transaction was first approved; no zone is stated.',
}

const achNotes: Notes = {
  'event_body.object.refnum': 'Reference number, as a string of digits.',
  'event_body.object.orderid': 'The merchant’s order; may be empty.',
  'event_body.object.check.trackingcode': 'The bank’s tracking code of the check.',
  'event_body.object.status': 'State of the ACH payment.',
  'event_body.changes.old.status':
    'State before, as a letter. A return from B comes before settlement (the money never arrives), one from S after it.',
  'event_body.changes.new.status': 'State of the ACH payment, as a letter. The order is that of event_triggered.',
  'event_body.changes.*.processed': 'Day it goes to the bank: mostly the day after event_triggered.',
  'event_body.changes.*.settled': 'Day it settles: mostly the day after event_triggered.',
  'event_body.changes.*.returned': 'Day it comes back: mostly the day after event_triggered.',
  'event_body.changes.*.reason': 'Why, in the bank’s words.',
  'event_body.changes.*.banknote': 'The bank’s note: a code such as C02, then what to correct.',
}

const cardUpdateNotes: Notes = {
  'event_body.object.original_card': 'The card as it was stored.',
  'event_body.object.updated_card': 'The card as the issuer now has it.',
  'event_body.object.*.number':
    'First four and last four digits with nine x between: 17 characters, one more than on transactions.',
  'event_body.object.*.expiration': 'Month and year, MMYY; 0000 when unknown.',
  'event_body.object.added': 'When the update was queued; no zone is stated. Not on every event.',
  'event_body.object.status': 'How far the update has come, in lower case.',
  'event_body.changes.*.status':
    'How far the update had come and has come; “Pending” and “Submitted” with a capital here.',
  'event_body.object.source': 'What the card is stored with.',
  'event_body.changes.*.contact_cusomer': 'The gateway spells it so. true or “Y”: contact the customer for a new card.',
  'event_body.changes.*.cardaccount_closed': 'true or “Y”: the account is closed, the card can no longer be charged.',
}

const inventoryNotes: Notes = {
  'event_body.object.locationid': 'The place whose stock changed.',
  'event_body.object.qtyonhand': 'In stock now.',
  'event_body.object.qtyonhand_change': 'By how much, as a string with its sign.',
}

const settlementNotes: Notes = {
  'event_body.object.key': 'The batch’s key here. Its sales name another one: find them by merchant and batchrefnum.',
  'event_body.object.batchnum': 'The batch’s number; “sequence” in its sales.',
  'event_body.object.batchrefnum': 'The batch’s reference number; the same in its sales.',
  'event_body.object.response': 'A for accepted, E for an error.',
  'event_body.object.totalsales': 'A string of cents, without a point. Not in a failed batch.',
  'event_body.object.totalcredits': 'A string of cents, without a point. Not in a failed batch.',
  'event_body.object.numsales': 'How many sales, as a number. Not in a failed batch.',
  'event_body.object.reason': 'Why the batch did not settle.',
}

const notesOfFamily: Record<Family, Notes> = {
  transaction: transactionNotes,
  ach: achNotes,
  cau: cardUpdateNotes,
  inventory: inventoryNotes,
  settlement: settlementNotes,
}

const codesOfFamily: Partial<Record<Family, Readonly<Record<string, Codes>>>> = {
  transaction: {
    'event_body.object.result_code': resultCodes,
    'event_body.object.status': transactionStatuses,
    'event_body.object.status_code': transactionStatuses,
    'event_body.object.creditcard.type': { V: 'Visa', M: 'Mastercard', A: 'American Express', DS: 'Discover' },
  },
  ach: { 'event_body.changes.*.status': achStatuses, 'event_body.object.status': achStatuses },
  settlement: { 'event_body.object.response': { A: 'accepted', E: 'error' } },
}

function lookUp<T>(table: Readonly<Record<string, T>>, steps: readonly (string | number)[]): T | undefined {
  const exact = steps.join('.')
  if (Object.hasOwn(table, exact)) return table[exact]
  const found = Object.keys(table).find(pattern => {
    const parts = pattern.split('.')
    return (
      pattern.includes('*') &&
      parts.length === steps.length &&
      parts.every((part, at) => part === '*' || part === steps[at])
    )
  })
  return found === undefined ? undefined : table[found]
}

/** Cents as dollars, for the fields that count in cents. */
function inDollars(family: Family, steps: readonly (string | number)[], value: string): string | null {
  const field = steps.at(-1)
  if (family !== 'settlement' || (field !== 'totalsales' && field !== 'totalcredits')) return null
  if (!/^\d{1,15}$/.test(value)) return null
  const cents = value.padStart(3, '0')
  return `$${cents.slice(0, -2).replace(/^0+(?=\d)/, '')}.${cents.slice(-2)}`
}

/**
 * @param family null for an event that is not in the catalogue: then only the envelope is explained
 * @param steps names that lead to the field, from the top of the envelope
 * @returns a short sentence; null when there is nothing to say
 */
export function fieldNote(family: Family | null, steps: readonly (string | number)[]): string | null {
  return (family && lookUp(notesOfFamily[family], steps)) ?? lookUp(envelopeNotes, steps) ?? null
}

/**
 * What a value stands for: a status letter as its word, cents as dollars.
 * @param value the string's characters
 * @returns null when it stands for itself
 */
export function valueMeaning(family: Family | null, steps: readonly (string | number)[], value: string): string | null {
  if (!family) return null
  const codes = lookUp(codesOfFamily[family] ?? {}, steps)
  if (codes && Object.hasOwn(codes, value)) return codes[value] ?? null
  return inDollars(family, steps, value)
}

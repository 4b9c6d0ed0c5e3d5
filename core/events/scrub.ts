/** Makes an event of a real customer one that can be shown and sent about: people and card data go, the rest stays. */
import { findCardData, maskField } from './card.ts'
import { asObject } from './envelope.ts'

type Scrub = (value: string) => string

const fixed =
  (replacement: string): Scrub =>
  () =>
    replacement
const gone = fixed('')
/** All digits but the last four made x, as account numbers are printed. */
const lastFour: Scrub = value => {
  let left = value.replace(/\D/g, '').length
  return value.replace(/\d/g, digit => (left-- > 4 ? 'x' : digit))
}
const person = fixed('Sample Person')
const firstName = fixed('Sample')
const lastName = fixed('Person')
const company = fixed('Sample Company')
const namesPeople: readonly (Scrub | undefined)[] = [person, firstName, lastName, company]

/** What a field of this name holds; names are compared without case, spaces, dashes and underscores. */
const byName: readonly (readonly [name: RegExp, scrub: Scrub])[] = [
  [/^(?:cvv2?|cvc2|cvn2?|cardcode|cardsecuritycode|securitycode|pin|pinblock)$/, gone],
  [/^(?:magstripe|magdata|track[123]?(?:data)?|dukpt|emvdata)$/, gone],
  [/^(?:cardholder(?:name)?|nameoncard|name|fullname|customername|contact(?:name)?|signer)$/, person],
  [/^(?:accountholder(?:name)?|accountname|payee(?:name)?|payer(?:name)?)$/, person],
  [/^(?:billing|shipping|bill|ship)?(?:first|given)name$/, firstName],
  [/^(?:billing|shipping|bill|ship)?(?:last|middle|family|sur)name$/, lastName],
  [/^company(?:name)?$/, company],
  [/^(?:e?mail|emailaddress|custemail|customeremail)$/, fixed('person@example.com')],
  [/^(?:phone(?:number)?|telephone|tel|mobile|cell(?:phone)?|fax)$/, fixed('555-0100')],
  [/^(?:avs)?(?:street|address)[12]?$|^(?:addr|street2|line[12])$/, fixed('1 Sample Street')],
  [/^city$/, fixed('Sampletown')],
  [/^(?:avs)?(?:zip|zipcode|postalcode|postcode)$/, fixed('00000')],
  [/^(?:client|remote|customer)?ip(?:address)?$/, fixed('192.0.2.1')],
  [/^(?:ssn|taxid|dob|birthdate|dateofbirth|dl(?:num|number)?|driverslicense)$/, gone],
  [/^(?:bank)?acc(?:oun)?t(?:num(?:ber)?)?$|^(?:routing|aba|check|cheque)(?:num(?:ber)?)?$|^(?:iban|micr)$/, lastFour],
]

/** Names of fields whose text is the gateway's own and never a person's. */
const ownNames = /^(?:type|event_type|event_id|event_triggered|key|merch_key|uri|object|status|result|result_code)$/

const mailPattern = /[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g
const phonePattern =
  /\+\d[\d ().-]{7,17}\d|(?<![\w.-])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])/g

/** No event is nested so deeply; what a stranger nests deeper is left out rather than followed. */
const deepest = 100
/** Nor is it about so many people. */
const mostPeople = 50

const scrubOf = (name: string): Scrub | undefined => {
  const plain = name.toLowerCase().replace(/[\s_-]/g, '')
  return byName.find(([pattern]) => pattern.test(plain))?.[1]
}

/** The JSON that a text holds; undefined where it is no object and no list. */
function jsonWithin(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Names found under fields that hold them, longest first: remarks and descriptions may say them too. */
function peopleIn(json: unknown, found = new Set<string>(), depth = 0): string[] {
  if (depth > deepest) return []
  const within = typeof json === 'string' ? jsonWithin(json) : json
  const fields = Object.entries(asObject(within) ?? (Array.isArray(within) ? within : {}))
  for (const [name, value] of fields) {
    if (typeof value === 'string' && namesPeople.includes(scrubOf(name)) && /\p{L}{2}/u.test(value))
      found.add(value.trim())
    peopleIn(value, found, depth + 1)
  }
  return [...found].sort((one, other) => other.length - one.length).slice(0, mostPeople)
}

/** Fields where people write what they like. */
const freeText = /desc|comment|memo|note|message|remark|text|custom|subject|body/i

/** A name is looked for as a whole word; one word alone only where people write, for it may be a word of the gateway's. */
function withoutPeople(name: string, text: string, people: readonly string[]): string {
  let scrubbed = text
  for (const one of people) {
    if (!one.includes(' ') && !freeText.test(name)) continue
    const word = one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    scrubbed = scrubbed.replace(new RegExp(`(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`, 'giu'), 'Sample Person')
  }
  return scrubbed
}

/** A text that its field's name says nothing about. */
function scrubText(name: string, text: string, people: readonly string[]): string {
  if (ownNames.test(name)) return maskField(name, text)
  let scrubbed = withoutPeople(name, text, people)
    .replace(mailPattern, 'person@example.com')
    .replace(phonePattern, '555-0100')
  // A bank's note quotes account and routing numbers.
  if (name === 'banknote') scrubbed = scrubbed.replace(/\d{5,17}/g, digits => '0'.repeat(digits.length))
  return maskField(name, scrubbed)
}

function scrubValue(name: string, value: unknown, people: readonly string[], depth = 0): unknown {
  if (depth > deepest) return null
  if (Array.isArray(value)) return value.map(item => scrubValue(name, item, people, depth + 1))
  const object = asObject(value)
  if (object) {
    return Object.fromEntries(
      Object.entries(object).map(([key, held]) => [maskField('', key), scrubValue(key, held, people, depth + 1)]),
    )
  }
  const scrub = scrubOf(name)
  if (typeof value === 'string') {
    if (value === '') return value
    const within = jsonWithin(value)
    const text = JSON.stringify(within)
    const without = within === undefined ? text : JSON.stringify(scrubValue(name, within, people, depth + 1))
    if (!scrub && without !== text) return without
    return scrub ? scrub(value) : scrubText(name, value, people)
  }
  // A number stays a number.
  if (typeof value === 'number') return scrub || hidesCard(name, value) ? 0 : value
  return value
}

/** Whether a number would be a full card number or a security code under this name. */
function hidesCard(name: string, value: number): boolean {
  const lead = `"${name}":`
  return findCardData(`${lead}${value}}`).some(found => found.start >= lead.length)
}

/**
 * @param json an event, or any JSON
 * @returns the same structure with the same types: card numbers masked as the gateway masks them, security codes and tracks
 * empty, names, mails, phones, addresses and bank accounts replaced; keys, reference numbers, times and money as they were
 */
export function scrubEvent(json: unknown): unknown {
  return scrubValue('', json, peopleIn(json))
}

/** A body that is no JSON, with its shape alone: nothing tells which of its words are names. */
export function blurred(body: Uint8Array): Uint8Array {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return new TextEncoder().encode(text.replace(/\p{L}/gu, 'x').replace(/\p{N}/gu, '0'))
  } catch {
    return new Uint8Array(body.length).fill(0x78)
  }
}

/** Everything hookscope can tell about a delivery from its bytes alone: what it is, and what is remarkable. */
import { type CardData, findCardData, maskCardData, maskField } from '../events/card.ts'
import { type EventType, type Family, findEvent } from '../events/catalogue.ts'
import { type Envelope, type JsonObject, objectAt, readEnvelope, textAt } from '../events/envelope.ts'
import { isSignedByNmi } from '../events/nmi.ts'
import { amountOf, referenceAt, refnumOf, shownNumber, summarise } from '../events/summary.ts'
import { type HeaderList, headerValue, headerValues } from '../http/headers.ts'
import { sourceHeader } from '../http/marks.ts'
import { longestText, searchedBody } from '../search/search-text.ts'
import { isTooDeep, nestingOf } from '../text/nesting.ts'
import { clip } from '../text/text.ts'
import type { EventFacts, Note } from './delivery.ts'

export interface Description extends EventFacts {
  /** As the catalogue spells it; null for an unknown one. */
  readonly type: EventType | null
  /** Every key that links this event to others: of the object, its batch, its source; and `batchLink`. */
  readonly keys: readonly string[]
  readonly refnum: string | null
  /** What of the body is searched, see search-text.ts: all of it, card data masked. */
  readonly text: string
}

export interface Describable {
  readonly method: string
  readonly headers: HeaderList
  /** The body without its Content-Encoding; as it came when it had none or could not be decompressed. */
  readonly body: Uint8Array
  /** False when the body was refused before it came whole: then nothing is said about it. */
  readonly bodyKept: boolean
}

/** Longest identifier that is kept as one (the gateway's event_id has 64 characters). */
const identifierLimit = 256

/** What is said of a text that is not parsed since it is nested too deep. What is not closed at its end is no JSON. */
const unparsedNote = (text: string): Note => (nestingOf(text).isClosed ? 'body-not-read' : 'body-not-json')

/**
 * Card data right before an escaped letter is masked before it is unescaped: then it would stand inside a longer word. A
 * backslash in JSON is within a text, so that what is masked there is JSON as before.
 * @param cards what `findCardData` found in the text
 */
function parse(text: string, cards?: readonly CardData[]): { json: unknown } | null {
  const escaped = text.includes('\\') ? (cards ?? findCardData(text)).filter(({ end }) => text[end] === '\\') : []
  try {
    return { json: JSON.parse(escaped.length === 0 ? text : maskCardData(text, escaped)) }
  } catch {
    return null
  }
}

function decodeText(body: Uint8Array): { text: string; utf8: boolean; bom: boolean } {
  const bom = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(body), utf8: true, bom }
  } catch {
    return { text: new TextDecoder().decode(body), utf8: false, bom }
  }
}

/** What the link between the sales of a batch and its settlement begins with. */
export const batchLinkStart = 'batch:'

/**
 * Sales and the settlement of their batch name different keys for it: what they share is the merchant and `batchrefnum`.
 * @returns null for an event that names no batch, or no merchant
 */
function batchLink({ merchant, object }: Envelope, family: Family | undefined): string | null {
  const batch = family === 'settlement' ? object : objectAt(object, 'batch')
  const reference = referenceAt(batch, 'batchrefnum')
  if (merchant === null || reference === null) return null
  return clip(`${batchLinkStart}${reference}@${maskField('merch_key', merchant)}`, identifierLimit)
}

function linkingKeys(envelope: Envelope, family: Family | undefined): string[] {
  const { object } = envelope
  const keys = [
    textAt(object, 'key'),
    textAt(objectAt(object, 'batch'), 'key'),
    textAt(objectAt(object, 'source'), 'key'),
  ].map(key => identifier('key', key))
  return [...new Set([...keys, batchLink(envelope, family)])].filter(key => key !== null)
}

function decimalText(text: string | null): string | null {
  return text !== null && /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? text : null
}

function decimal(text: string | null): number | null {
  const written = decimalText(text)
  return written === null ? null : Number(written)
}

/** What an accountant looks an event up by, as it came, card data masked; null where the event has none. */
export interface MoneyFields {
  /** In dollars: decimal digits, as the gateway wrote them. */
  readonly amount: string | null
  readonly refnum: string | null
  readonly invoice: string | null
  readonly orderid: string | null
}

/** @param body without its Content-Encoding */
export function moneyFieldsOf(body: Uint8Array): MoneyFields {
  const { text } = decodeText(body)
  const parsed = isTooDeep(text) ? null : parse(text)
  const envelope = parsed ? readEnvelope(parsed.json) : null
  const object = envelope?.object ?? null
  const family = envelope?.eventType ? findEvent(envelope.eventType)?.family : undefined
  return {
    amount: family === 'transaction' ? decimalText(amountOf(object)) : null,
    refnum: identifier('refnum', refnumOf(object)),
    invoice: referenceIn(object, 'invoice'),
    orderid: referenceIn(object, 'orderid'),
  }
}

/** The event type as the body says it; null for a body without one. @param body without its Content-Encoding */
export function eventTypeOf(body: Uint8Array): string | null {
  const { text } = decodeText(body)
  const parsed = isTooDeep(text) ? null : parse(text)
  return identifier('event_type', (parsed && readEnvelope(parsed.json)?.eventType) ?? null)
}

/** A merchant's own reference, which may be a number. */
const referenceIn = (object: JsonObject | null, name: 'invoice' | 'orderid') =>
  identifier(name, textAt(object, name) ?? shownNumber(object, name)?.toString() ?? null)

/** A text that names something. Masked before it is cut: half a card number would no longer be found. */
const identifier = (field: string, text: string | null) =>
  text === null ? null : clip(maskField(field, text), identifierLimit)

/** What the header alone tells, whatever the body is. */
export function headerNotes({ method, headers, bodyKept }: Omit<Describable, 'body'>): Note[] {
  const found: Note[] = []
  if (method !== 'POST') found.push('method-not-post')
  if (isSignedByNmi(headers)) found.push('sent-by-nmi')
  const source = headerValue(headers, sourceHeader)
  if (source === 'test') found.push('test')
  else if (source !== undefined && source !== 'simulate' && source !== 'check') found.push('loop')
  const contentTypes = headerValues(headers, 'content-type')
  if (bodyKept && !contentTypes.some(type => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type)))
    found.push('content-type-not-json')
  return found
}

/** What nothing is known of but its header: its body was not looked into. */
export const unread: Omit<Description, 'notes'> = {
  eventId: null,
  eventType: null,
  eventTriggered: null,
  type: null,
  family: null,
  summary: '',
  objectKey: null,
  keys: [],
  refnum: null,
  amount: null,
  invoice: null,
  orderid: null,
  text: '',
}

/**
 * Reads a delivery's body and header. Pure: the same bytes give the same description.
 * Notes about earlier deliveries (`retry`, `retry-changed`) and about decompression are not its business.
 */
export function describe({ method, headers, body, bodyKept }: Describable): Description {
  const found = new Set<Note>(headerNotes({ method, headers, bodyKept }))
  const { text, utf8, bom } = decodeText(body)
  const cards = findCardData(text)
  let parsed: ReturnType<typeof parse> = null
  if (bodyKept) {
    if (!utf8) found.add('body-not-utf8')
    if (bom) found.add('body-bom')
    if (body.length === 0) found.add('body-empty')
    const isParsed = !isTooDeep(text)
    parsed = isParsed ? parse(text, cards) : null
    if (!parsed) found.add(isParsed ? 'body-not-json' : unparsedNote(text))
  }
  const envelope = parsed ? readEnvelope(parsed.json) : null
  if (parsed && !envelope?.complete) found.add('envelope-invalid')
  const known = envelope?.eventType ? findEvent(envelope.eventType) : undefined
  if (envelope?.eventType && !known) found.add('event-type-unknown')
  if (known && envelope?.eventType !== known.type) found.add('event-type-alternative')
  const searchedCards = cards.filter(({ start }) => start < longestText)
  for (const { kind } of cards) found.add(kind === 'number' ? 'card-number' : 'card-secret')

  const object = envelope?.object ?? null
  return {
    notes: [...found],
    eventId: identifier('event_id', envelope?.eventId ?? null),
    eventType: identifier('event_type', envelope?.eventType ?? null),
    eventTriggered: identifier('event_triggered', envelope?.eventTriggered ?? null),
    type: known?.type ?? null,
    family: known?.family ?? null,
    summary: envelope ? summarise(envelope, known) : '',
    objectKey: identifier('key', textAt(object, 'key')),
    keys: envelope ? linkingKeys(envelope, known?.family) : [],
    refnum: identifier('refnum', refnumOf(object)),
    amount: known?.family === 'transaction' ? decimal(amountOf(object)) : null,
    invoice: referenceIn(object, 'invoice'),
    orderid: referenceIn(object, 'orderid'),
    text: searchedBody(maskCardData(text, searchedCards), parsed !== null),
  }
}

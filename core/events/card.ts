/** Finds card data that should not be in an event: full numbers, security codes, track data. */

export interface CardData {
  readonly kind: 'number' | 'code' | 'track'
  /** Place in the text, in UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

const isDigit = (code: number) => code >= 0x30 && code <= 0x39

/** Whether the digits of a text carry the check digit of ISO/IEC 7812-1, as every card number does; zeros alone are none. */
function passesLuhn(text: string): boolean {
  let [sum, digits, nonZero] = [0, 0, false]
  for (let index = text.length - 1; index >= 0; index -= 1) {
    const code = text.charCodeAt(index)
    if (!isDigit(code)) continue
    const digit = code - 0x30
    const weighted = digits % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
    nonZero ||= digit > 0
    digits += 1
  }
  return nonZero && sum % 10 === 0
}

// Not inside a longer word, so that hex digests and keys are left alone, but after an encoded character, or a line's end as JSON
// writes it; in one run, or
// grouped as cards print it, also as a form or a URL encodes that, and as bytes that are no UTF-8 are read (\ufffd).
const numberPattern =
  /(?:(?<![\w.%-])|(?<=%[\dA-F]{2}|\\[bfnrt]))(?:\d{13,19}|\d{4}( {1,2}|%20|[-.+/_\t\xa0\ufffd])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}( {1,2}|%20|[-.+/_\t\xa0\ufffd])\d{6}\2\d{4,5})(?![\w-])/gi
// Identifiers of the gateway that are digits by nature; one in ten would pass for a card number.
// On a refund the authorization code is the reference number.
const identifierPattern =
  /(?<![a-z_])(?:trackingcode|refnum|batchrefnum|batchnum|sequence|event_id|authcode)(?:["\s:=+]|%\w\w)*$/
const codeName = 'cvv2?|cvc2?|csc|cvn2?|card_?code|card_?security_?code|security_?code'
// In JSON, also within a text of it, in forms and in XML.
const codePattern = new RegExp(
  String.raw`(?:"(?:cid|${codeName})\\{0,20}"\s*:\s*(?:\\{0,20}")?|(?<=^|[?&\n])(?:${codeName})=|<(?:${codeName})>\s*)(\d{3,4})(?=[\\"\s,}&<]|$)`,
  'gi',
)
// Bounded, as ISO/IEC 7813 bounds the tracks: an open end would let a stranger's body take quadratic time.
const trackPattern = /%B\d{12,19}\^[^^?]{2,26}\^[^?]{4,60}\?|;\d{12,19}=\d{4,24}\??/g

// What every match of the patterns above has in it.
const mayHoldTrack = (text: string) => text.includes(';') || text.includes('%B')
const mayHoldCode = /cid|cvv|cvc|csc|cvn|card_?code|security_?code/i
const mayHoldNumber = /\d{13}|\d{4}(?: {1,2}|%20|[-.+/_\t\xa0\ufffd])\d{4}/

function* tracksIn(text: string): Generator<CardData> {
  for (const { 0: match, index } of text.matchAll(trackPattern))
    yield { kind: 'track', start: index, end: index + match.length }
}

function* codesIn(text: string): Generator<CardData> {
  for (const { 0: match, 1: code = '', index } of text.matchAll(codePattern)) {
    const end = index + match.length
    yield { kind: 'code', start: end - code.length, end }
  }
}

function* numbersIn(text: string): Generator<CardData> {
  for (const { 0: match, index } of text.matchAll(numberPattern))
    if (passesLuhn(withoutBlanks(match)) && !identifierPattern.test(text.slice(Math.max(0, index - 32), index)))
      yield { kind: 'number', start: index, end: index + match.length }
}

/** The digits of an encoded blank are none of the number's. */
const withoutBlanks = (number: string) => number.replaceAll('%20', '')

/**
 * Adds to what was found what overlaps none of it. One pass: both are in order and without overlaps, and so is the result.
 */
function withOthers(found: readonly CardData[], others: Iterable<CardData>): CardData[] {
  const all: CardData[] = []
  let at = 0
  for (const other of others) {
    for (let one = found[at]; one !== undefined && one.end <= other.start; one = found[++at]) all.push(one)
    const next = found[at]
    if (next === undefined || next.start >= other.end) all.push(other)
  }
  return all.concat(found.slice(at))
}

/**
 * Where a text seems to hold card data, in order and without overlaps. A "number" has 13 to 19 digits and a valid
 * check digit; the gateway's own masked numbers (4444xxxxxxxx1111) are not found. The work grows with the text, no faster.
 */
export function findCardData(text: string): CardData[] {
  // Each of the three patterns takes long to find nothing, which is what almost every text holds.
  const tracks = mayHoldTrack(text) ? [...tracksIn(text)] : []
  const found = mayHoldCode.test(text) ? withOthers(tracks, codesIn(text)) : tracks
  return mayHoldNumber.test(text) ? withOthers(found, numbersIn(text)) : found
}

/**
 * A field's text with card data masked as it is inside a body, where the name decides too: a `refnum` is no card number,
 * a `cvv` is nothing else than a security code.
 */
export function maskField(name: string, value: string): string {
  const lead = `"${name}":"`
  return maskCardData(`${lead}${value}"`).slice(lead.length, -1)
}

/** A number with its first four and last four digits, the others x. */
function maskedNumber(number: string): string {
  const digits = withoutBlanks(number).replace(/\D/g, '').length
  let seen = 0
  return number.replace(/%20|\d/g, digit => {
    if (digit === '%20') return digit
    seen += 1
    return seen <= 4 || seen > digits - 4 ? digit : 'x'
  })
}

/**
 * The text with card data masked, its length unchanged: numbers keep their first four and last four digits as the
 * gateway masks them, codes and tracks keep nothing.
 * @param found what `findCardData` found in it
 */
export function maskCardData(text: string, found: readonly CardData[] = findCardData(text)): string {
  const parts: string[] = []
  let from = 0
  for (const { kind, start, end } of found) {
    parts.push(
      text.slice(from, start),
      kind === 'number' ? maskedNumber(text.slice(start, end)) : 'x'.repeat(end - start),
    )
    from = end
  }
  return parts.join('') + text.slice(from)
}

/** Finds card data that should not be in an event: full numbers, security codes, track data. */

export interface CardData {
  readonly kind: 'number' | 'code' | 'track'
  /** Place in the text, in UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

/** The check digit of ISO/IEC 7812-1, which every card number carries. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index])
    const weighted = index % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

// Not inside a longer word, so that hex digests and keys are left alone; in one run, or grouped as cards print it.
const numberPattern =
  /(?<![\w.-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})(?![\w-])/g
// Identifiers of the gateway that are digits by nature; one in ten would pass for a card number.
// On a refund the authorization code is the reference number.
const identifierPattern = /\b(?:trackingcode|refnum|batchrefnum|batchnum|sequence|event_id|authcode)["\s:]*$/
const codePattern =
  /"(?:cvv2?|cvc2?|cid|csc|cvn2?|card_?code|card_?security_?code|security_?code)"\s*:\s*"?(\d{3,4})(?=["\s,}])/gi
// Bounded, as ISO/IEC 7813 bounds the tracks: an open end would let a stranger's body take quadratic time.
const trackPattern = /%B\d{12,19}\^[^^?]{2,26}\^[^?]{4,60}\?|;\d{12,19}=\d{4,24}\??/g

/**
 * Where a text seems to hold card data, in order and without overlaps. A "number" has 13 to 19 digits and a valid
 * check digit; the gateway's own masked numbers (4444xxxxxxxx1111) are not found.
 */
export function findCardData(text: string): CardData[] {
  const found: CardData[] = []
  const taken = new Set<number>()
  const add = (kind: CardData['kind'], start: number, end: number) => {
    for (let index = start; index < end; index++) if (taken.has(index)) return
    for (let index = start; index < end; index++) taken.add(index)
    found.push({ kind, start, end })
  }
  for (const match of text.matchAll(trackPattern)) add('track', match.index, match.index + match[0].length)
  for (const match of text.matchAll(codePattern)) {
    const end = match.index + match[0].length
    add('code', end - (match[1]?.length ?? 0), end)
  }
  for (const match of text.matchAll(numberPattern)) {
    const digits = match[0].replace(/\D/g, '')
    const zeros = /^0+$/.test(digits)
    const identifier = identifierPattern.test(text.slice(Math.max(0, match.index - 32), match.index))
    if (!zeros && !identifier && passesLuhn(digits)) add('number', match.index, match.index + match[0].length)
  }
  return found.sort((left, right) => left.start - right.start)
}

/**
 * A field's text with card data masked as it is inside a body, where the name decides too: a `refnum` is no card number,
 * a `cvv` is nothing else than a security code.
 */
export function maskField(name: string, value: string): string {
  const lead = `"${name}":"`
  return maskCardData(`${lead}${value}"`).slice(lead.length, -1)
}

/**
 * The text with card data masked, its length unchanged: numbers keep their first four and last four digits as the
 * gateway masks them, codes and tracks keep nothing.
 */
export function maskCardData(text: string): string {
  let masked = ''
  let from = 0
  for (const { kind, start, end } of findCardData(text)) {
    const original = text.slice(start, end)
    const keep = kind === 'number' ? 4 : 0
    let digitsLeft = original.replace(/\D/g, '').length
    let digitsSeen = 0
    masked += text.slice(from, start)
    masked +=
      kind === 'number'
        ? original.replace(/\d/g, digit => {
            const shown = digitsSeen < keep || digitsLeft <= keep
            digitsSeen++
            digitsLeft--
            return shown ? digit : 'x'
          })
        : 'x'.repeat(original.length)
    from = end
  }
  return masked + text.slice(from)
}

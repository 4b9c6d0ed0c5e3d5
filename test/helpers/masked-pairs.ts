/** Pairs of bodies that differ in nothing but what is masked of card data in them, wherever that may stand. */
import fc from 'fast-check'

export interface MaskedPair {
  readonly place: string
  readonly headers: readonly (readonly [string, string])[]
  readonly one: Uint8Array
  readonly other: Uint8Array
  /** What is masked of the one and of the other. */
  readonly hidden: readonly [string, string]
}

const json = [['Content-Type', 'application/json']] as const
const text = [['Content-Type', 'text/plain']] as const

function luhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((all, digit, index) => {
    const weighted = index % 2 === 1 ? digit * 2 : digit
    return all + (weighted > 9 ? weighted - 9 : weighted)
  }, 0)
  return sum % 10 === 0
}

/** A number that begins with 4111 and ends with 1111, with what is masked between them. */
function numberOf(middle: readonly number[]): readonly number[] {
  const ends = [4, 1, 1, 1]
  for (let last = 0; last < 10; last += 1) {
    const digits = [...ends, ...middle.slice(0, -1), last, 1, 1, 1, 1]
    if (luhn(digits)) return digits
  }
  throw new Error('There is always such a digit')
}

const event = (fields: object, root: object = {}) =>
  JSON.stringify({
    ...{ type: 'event', event_triggered: '2026-11-20 10:00:00', event_type: 'transaction.sale.success' },
    event_body: {
      merchant: { merch_key: 'm1' },
      object: { type: 'transaction', key: 'k1', refnum: 100061, auth_amount: '12.50', ...fields },
    },
    ...{ event_id: 'eventid', ...root },
  })

/** Where a number may stand. */
const numberPlaces: Readonly<Record<string, (number: string) => string>> = {
  note: number => event({ note: `paid with ${number} today` }),
  key: number => event({ key: number }),
  'batch key': number => event({ batch: { key: number, batchrefnum: 1 } }),
  'source key': number => event({ source: { key: number } }),
  amount: number => event({ auth_amount: number, amount: number }),
  'amount as number': number => event({ amount: number }).replace(`"${number}"`, number),
  invoice: number => event({ invoice: number, orderid: number }),
  'order as number': number => event({ orderid: number }).replace(`"${number}"`, number),
  result: number => event({ result: number, result_code: 'D' }),
  type: number => event({}, { event_type: number }),
  merchant: number => event({}).replace('"m1"', `"${number}"`),
  'behind a line': number => event({ note: `paid with\n${number}\ntoday`, invoice: `a\n${number}` }),
  'before an escape': number =>
    event({ key: `${number}A`, invoice: `${number}B`, result: `${number}C` }).replaceAll(
      /(?<=\d)[ABC](?=")/g,
      letter => `\\u00${letter.charCodeAt(0).toString(16)}`,
    ),
  'text of JSON': number => event({ note: JSON.stringify({ card: number, name: 'Jürgen' }) }),
  'not JSON': number => `number=${number}&name=a`,
  XML: number => `<card><number>${number}</number></card>`,
  'far behind': number => event({ note: `${'a '.repeat(33_000)}${number}` }),
}
const codePlaces: Readonly<Record<string, (code: string) => string>> = {
  code: code => event({ cvv: code }),
  'code as number': code => event({ cvv2: code }).replace(`"${code}"`, `1${code.slice(1)}`),
  'code in a text of JSON': code => event({ note: JSON.stringify({ cvc: code }) }),
  'code of a form': code => `number=4111xxxxxxxx1111&cvv=${code}`,
  'code of XML': code => `<card><cvv>${code}</cvv></card>`,
}
const trackPlaces: Readonly<Record<string, (digits: string) => string>> = {
  track: digits => event({ note: `;4${digits}=2512101?` }),
  'track with a name': digits => `%B4${digits}^DOE/JANE^2512101000?`,
}
const divided = (digits: readonly number[], by: string) => digits.join('').replace(/(\d{4})(?=\d)/g, `$1${by}`)
const latin1 = (body: string) => Uint8Array.from(Buffer.from(body, 'latin1'))
const utf8 = (body: string) => Uint8Array.from(Buffer.from(body))

const middles = fc.array(fc.nat(9), { minLength: 8, maxLength: 8 })
const digitsOf = (length: number) => fc.array(fc.nat(9), { minLength: length, maxLength: length })

const numbers = fc
  .record({
    place: fc.constantFrom(...Object.keys(numberPlaces)),
    by: fc.constantFrom('', '', ' ', '-', '.', '/', '\u00a0'),
    // What is no UTF-8 is read one character a byte.
    bytes: fc.constantFrom(utf8, utf8, latin1),
    middles: fc.tuple(middles, middles),
  })
  .map(({ place, by, bytes, middles: [first, second] }): MaskedPair => {
    const whole = [numberOf(first), numberOf(second)] as const
    const [one, other] = whole.map(digits => numberPlaces[place]?.(divided(digits, by)) ?? '')
    const [hidden, otherHidden] = whole.map(digits => digits.slice(4, -4).join(''))
    return {
      ...{ place: `${place} by “${by}”`, headers: place.startsWith('not') ? text : json },
      ...{ one: bytes(one ?? ''), other: bytes(other ?? ''), hidden: [hidden ?? '', otherHidden ?? ''] },
    }
  })

const others = (places: Readonly<Record<string, (digits: string) => string>>, length: number) =>
  fc
    .record({ place: fc.constantFrom(...Object.keys(places)), digits: fc.tuple(digitsOf(length), digitsOf(length)) })
    .map(({ place, digits: [first, second] }): MaskedPair => {
      const hidden = [first.join(''), second.join('')] as const
      const [one, other] = hidden.map(digits => utf8(places[place]?.(digits) ?? ''))
      return { place, headers: json, one: one ?? utf8(''), other: other ?? utf8(''), hidden }
    })

export const maskedPairs: fc.Arbitrary<MaskedPair> = fc.oneof(
  { weight: 6, arbitrary: numbers },
  { weight: 1, arbitrary: others(codePlaces, 3) },
  { weight: 1, arbitrary: others(trackPlaces, 15) },
)

/** What somebody may search who wants to know a pair's digits: parts of them, all of them, in any field that takes text. */
export function guessesAt({ hidden: [hidden, other] }: MaskedPair): string[] {
  const parts = hidden === other ? [hidden] : [hidden, other]
  const cut = parts.flatMap(part => [part, part.slice(0, 4), part.slice(0, 3), part.slice(-3), part.slice(2, 6)])
  const whole = `4111${hidden}1111`
  return [
    ...[...new Set(cut)].filter(part => part.length > 2),
    ...[whole, `1${hidden}`, `-${hidden}`, `"${hidden.slice(0, 4)} ${hidden.slice(4)}"`, `%${hidden}`],
    ...['key', 'event', 'ref', 'type', 'hook', 'method'].map(field => `${field}:${whole}`),
    ...[`amount:=${Number(whole)}`, `amount:>${Number(whole) - 1}`, `type:4111${hidden.slice(0, 3)}*`],
  ]
}

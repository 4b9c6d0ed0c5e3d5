/** What may have been signed instead of the body that came. */
import { isUtf8 } from 'node:buffer'
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'
import type { BodyForm } from './body-form.ts'
import { jsonForms } from './json-forms.ts'
import { placeholderForms, unwrapped, wrappedForms } from './misread-forms.ts'

const mark = Buffer.from([0xef, 0xbb, 0xbf])
const [lineFeed, carriageReturn] = [0x0a, 0x0d]
const lineEnds = [Buffer.from('\n'), Buffer.from('\r\n')]
/**
 * Bodies up to here are written anew in every way, larger ones in fewer, the largest in none. Values count as well: each
 * is handled one by one, and a stranger can send tens of thousands in a few bytes. The gateway's events have about 100.
 */
const rewriteLimits = [
  { bytes: 16 * 1024, values: 1000, mostChanges: 4 },
  { bytes: 128 * 1024, values: 4000, mostChanges: 2 },
] as const

const startsWithMark = (bytes: Uint8Array) => mark.equals(bytes.subarray(0, 3))

/** With every CR LF as LF. */
function withLineFeeds(body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(body.length)
  let length = 0
  body.forEach((byte, at) => {
    if (byte !== carriageReturn || body[at + 1] !== lineFeed) bytes[length++] = byte
  })
  return bytes.subarray(0, length)
}

/** With every LF that stands alone as CR LF. */
function withCarriageReturns(body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(body.length * 2)
  let length = 0
  body.forEach((byte, at) => {
    if (byte === lineFeed && body[at - 1] !== carriageReturn) bytes[length++] = carriageReturn
    bytes[length++] = byte
  })
  return bytes.subarray(0, length)
}

function* lineBreakForms(body: Uint8Array): Generator<BodyForm> {
  if (!body.includes(lineFeed)) return
  if (body.includes(carriageReturn)) yield { causes: ['body-lf'], bytes: withLineFeeds(body) }
  yield { causes: ['body-crlf'], bytes: withCarriageReturns(body) }
}

function* endForms(body: Uint8Array): Generator<BodyForm> {
  for (const end of lineEnds) yield { causes: ['body-newline-removed'], bytes: Buffer.concat([body, end]) }
  if (body.at(-1) !== lineFeed) return
  if (body.at(-2) === carriageReturn) yield { causes: ['body-newline-added'], bytes: body.subarray(0, -2) }
  yield { causes: ['body-newline-added'], bytes: body.subarray(0, -1) }
}

function* markForms(body: Uint8Array): Generator<BodyForm> {
  if (startsWithMark(body)) yield { causes: ['body-bom-added'], bytes: body.subarray(3) }
  else yield { causes: ['body-bom-removed'], bytes: Buffer.concat([mark, body]) }
}

/** Read as one character set and written as the other. Only where nothing is lost: a guess would be no finding. */
function* charsetForms(body: Uint8Array): Generator<BodyForm> {
  if (body.every(byte => byte < 0x80)) return
  const bytes = Buffer.from(body)
  if (!isUtf8(bytes)) {
    yield { causes: ['body-charset'], bytes: Buffer.from(bytes.toString('latin1'), 'utf8') }
    return
  }
  const text = bytes.toString('utf8')
  if (!/[^\0-\u00ff]/.test(text)) yield { causes: ['body-charset'], bytes: Buffer.from(text, 'latin1') }
}

const byteForms = [markForms, endForms, lineBreakForms, charsetForms] as const

/** Pairs of what can happen to bytes; never the same kind twice. */
function* bytePairs(body: Uint8Array): Generator<BodyForm> {
  for (const [index, forms] of byteForms.entries()) {
    for (const first of forms(body)) {
      for (const others of byteForms.slice(index + 1)) {
        for (const second of others(first.bytes))
          yield { causes: [...first.causes, ...second.causes], bytes: second.bytes }
      }
    }
  }
}

function* rewritten(body: Uint8Array, mostChanges: number): Generator<BodyForm | null> {
  if (mostChanges === 0 || !isUtf8(body)) return
  const marked = startsWithMark(body)
  const text = Buffer.from(marked ? body.subarray(3) : body).toString('utf8')
  for (const form of jsonForms(text, mostChanges)) {
    if (form === null) {
      yield null
      continue
    }
    const bytes = Buffer.from(form.text)
    const causes: readonly SignatureCause[] = marked ? ['body-bom-added', ...form.causes] : form.causes
    yield { causes, bytes }
    // Encoders that end what they write with a line break.
    if (bytes.at(-1) !== lineFeed)
      yield { causes: [...causes, 'body-newline-removed'], bytes: Buffer.concat([bytes, Buffer.from('\n')]) }
    if (marked) yield { causes: form.causes, bytes: Buffer.concat([mark, bytes]) }
  }
}

const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b]

/** At least as many values as there can be in JSON: each follows one of these, but for the first. */
function mostValues(body: Uint8Array): number {
  let count = 1
  for (const byte of body) if (byte === comma || byte === bracket || byte === brace) count++
  return count
}

/** How far a body is written anew; 0 for not at all. */
export function rewritesOf(body: Uint8Array): number {
  const bytes = body.length
  const [, { bytes: largest }] = rewriteLimits
  const values = bytes > largest ? 0 : mostValues(body)
  return rewriteLimits.find(limit => bytes <= limit.bytes && values <= limit.values)?.mostChanges ?? 0
}

/**
 * Every form, the body as it came first, the likelier ones before the others. The same bytes may come twice, then with
 * more causes. Null comes after work that brought nothing new.
 * @param plain the body without its compression; null when it has none
 */
export function* bodyForms(body: Uint8Array, plain: Uint8Array | null): Generator<BodyForm | null> {
  yield { causes: [], bytes: body }
  const inner = unwrapped(body)
  const begun: readonly BodyForm[] = [
    { causes: [], bytes: body },
    ...(plain === null ? [] : [{ causes: ['body-decompressed'], bytes: plain } as const]),
    ...(inner === null ? [] : [inner]),
  ]
  yield* begun.slice(1)
  if (body.length > 0) yield { causes: ['body-empty'], bytes: new Uint8Array() }
  yield* placeholderForms(body)
  const further = (form: BodyForm, { causes, bytes }: BodyForm): BodyForm => ({
    causes: [...form.causes, ...causes],
    bytes,
  })
  for (const form of begun)
    for (const forms of byteForms) for (const next of forms(form.bytes)) yield further(form, next)
  for (const form of begun) for (const next of wrappedForms(form.bytes)) yield further(form, next)
  for (const form of begun.toReversed())
    for (const next of rewritten(form.bytes, rewritesOf(form.bytes))) yield next && further(form, next)
  for (const form of begun) for (const next of bytePairs(form.bytes)) yield further(form, next)
}

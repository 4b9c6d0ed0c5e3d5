/** How JSON writers write strings: which characters they escape, and how. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'

/** A string as it stands in a document, quotation marks included, to the same string written otherwise. */
export type StringWriter = (raw: string) => string

/** One character (UTF-16 unit) of a raw string, escaped or not. */
const unit = /\\(?:u[\da-fA-F]{4}|[^u])|[^\\]/gs

const shortEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** The character that a unit stands for. */
function decode(written: string): string {
  if (written[0] !== '\\') return written
  const letter = written[1] ?? ''
  if (letter === 'u') return String.fromCharCode(Number.parseInt(written.slice(2), 16))
  return shortEscapes[letter] ?? letter
}

const unitsOf = (raw: string): string[] => raw.slice(1, -1).match(unit) ?? []

function escapeUnit(character: string, upper: boolean): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, '0')
  return `\\u${upper ? code.toUpperCase() : code}`
}

const isSurrogate = (character: string) => character >= '\ud800' && character <= '\udfff'

/** Changes units one by one and leaves the others as they are written. */
const each =
  (change: (written: string, character: string) => string): StringWriter =>
  raw =>
    `"${unitsOf(raw)
      .map(written => change(written, decode(written)))
      .join('')}"`

/**
 * Parses, and writes anew: escapes what must be, and what `also` says.
 * @param lone what comes of lone surrogates, which a text in UTF-8 cannot hold; by default they stay escaped
 */
const anew =
  (also: (character: string) => string | null, lone: string | null = null): StringWriter =>
  raw => {
    const canonical = JSON.stringify(JSON.parse(raw))
    return each((written, character) =>
      lone !== null && written.length > 1 && isSurrogate(character) ? lone : (also(character) ?? written),
    )(canonical)
  }

const escapes = (set: string, upper: boolean) => (character: string) =>
  set.includes(character) ? escapeUnit(character, upper) : null
const beyond = (from: number, upper: boolean) => (character: string) =>
  character.charCodeAt(0) >= from ? escapeUnit(character, upper) : null
const slash = (character: string) => (character === '/' ? '\\/' : null)
const either =
  (...rules: ((character: string) => string | null)[]) =>
  (character: string) => {
    for (const rule of rules) {
      const written = rule(character)
      if (written !== null) return written
    }
    return null
  }
/** A surgical writer: only what a rule is about changes. */
const only = (rule: (character: string) => string | null): StringWriter =>
  each((written, character) => (written.length === 1 ? (rule(character) ?? written) : written))

const separators = '\u2028\u2029'
const goSet = `<>&${separators}`
const gsonSet = `<>&='${separators}`
const dotnetSet = '<>&\'"+`'

const surrogates = (character: string) => (isSurrogate(character) ? escapeUnit(character, true) : null)
const [replacement, questionMark] = ['\ufffd', '?']

export const stringsAsTheyStand: StringWriter = raw => raw
/** JSON.stringify; and Python, Ruby, Jackson and Gson when told to leave the rest alone. */
export const javaScriptStrings = anew(() => null)
/** The same, where it became bytes by a way that loses what is no text: Java's getBytes. */
export const javaStrings = anew(() => null, questionMark)
/** Jackson, writing bytes. */
export const jacksonStrings = anew(surrogates)
/** Jackson told to escape what is beyond ASCII. */
export const jacksonAscii = anew(beyond(0x80, true))
/** Python's json.dumps; jq -a. */
export const pythonStrings = anew(beyond(0x7f, false))
/** PHP's json_encode; then with JSON_UNESCAPED_SLASHES, with JSON_UNESCAPED_UNICODE, with both. */
export const phpStrings = anew(either(slash, beyond(0x80, false)))
export const asciiStrings = anew(beyond(0x80, false))
export const phpUnicode = anew(either(slash, escapes(separators, false)))
export const separatorStrings = anew(escapes(separators, false))
/** PHP with JSON_HEX_TAG and its like, as Symfony asks for. */
export const phpHex = anew(either(slash, escapes('<>&\'"', true), beyond(0x80, false)))
/** Go, and Rails; Go told not to escape HTML. */
export const goStrings = anew(escapes(goSet, false), replacement)
export const goPlainStrings = anew(escapes(separators, false), replacement)
/** Go before 1.22, which has no short form of two control characters. */
export const oldGoStrings = anew(escapes(`${goSet}\b\f`, false), replacement)
export const oldGoPlainStrings = anew(escapes(`${separators}\b\f`, false), replacement)
/** Gson, and with disableHtmlEscaping. */
export const gsonStrings = anew(escapes(gsonSet, false), questionMark)
export const gsonPlainStrings = anew(escapes(separators, false), questionMark)
/** .NET's System.Text.Json. */
export const dotnetStrings = anew(either(escapes(dotnetSet, true), beyond(0x7f, true)))
export const jqStrings = anew(escapes('\u007f', false), replacement)

/** Any way, the likelier ones first: one change each, then whole writers. */
export const stringWriters: readonly StringWriter[] = [
  stringsAsTheyStand,
  only(slash),
  each((written, character) => (character === '/' ? '/' : written)),
  only(beyond(0x80, false)),
  only(beyond(0x80, true)),
  // Written as they are, surrogates in pairs only.
  raw =>
    each((written, character) => (character.charCodeAt(0) >= 0x80 ? character : written))(raw).replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      lone => escapeUnit(lone, false),
    ),
  each((written, character) => (/^\\u00[2-7]/i.test(written) && !'"\\'.includes(character) ? character : written)),
  only(escapes(goSet, false)),
  only(escapes(gsonSet, false)),
  each(written => (written.startsWith('\\u') ? written.toLowerCase() : written)),
  each(written => (written.startsWith('\\u') ? `\\u${written.slice(2).toUpperCase()}` : written)),
  javaScriptStrings,
  pythonStrings,
  phpStrings,
  asciiStrings,
  phpUnicode,
  separatorStrings,
  phpHex,
  goStrings,
  gsonStrings,
  dotnetStrings,
  jacksonAscii,
]

/** The order they are told in. */
export const stringCauseOrder = [
  'body-escaped-slashes',
  'body-unescaped-slashes',
  'body-escaped-unicode',
  'body-unescaped-unicode',
  'body-escaped-html',
  'body-escapes',
  'body-lost-characters',
] as const satisfies readonly SignatureCause[]
type StringCause = (typeof stringCauseOrder)[number]

/** What two ways to write the same string differ in. */
export function stringCauses(received: string, signed: string): StringCause[] {
  if (received === signed) return []
  const causes = new Set<StringCause>()
  const others = unitsOf(signed)
  unitsOf(received).forEach((before, index) => {
    const after = others[index]
    if (after === undefined || after === before) return
    const character = decode(before)
    const isLost = decode(after) !== character
    causes.add(isLost ? 'body-lost-characters' : unitCause(character, before.length > 1, after.length > 1))
  })
  return [...causes]
}

function unitCause(character: string, wasEscaped: boolean, isEscaped: boolean): StringCause {
  if (wasEscaped && isEscaped) return 'body-escapes'
  if (character === '/') return isEscaped ? 'body-escaped-slashes' : 'body-unescaped-slashes'
  if (!isEscaped) return 'body-unescaped-unicode'
  if (character >= '\u007f') return 'body-escaped-unicode'
  return 'body-escaped-html'
}

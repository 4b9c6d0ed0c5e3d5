/**
 * The one rule by which text is found: a delivery holds a text when what is shown of it, folded, contains that text,
 * folded. Where it stands in a word does not matter, nor do case and accents.
 */

/** Longest body that is searched, in UTF-16 units; an event of the gateway is a few thousand. */
export const longestText = 65_536

/** ASCII, and no NUL in it, which SQL reads as an end. */
export const isPlain = (text: string): boolean => !/[^\0-\x7f]/.test(text) && !text.includes('\0')

/** Lower case without the accents of Latin, Greek and Cyrillic letters: “Jürgen” and “JURGEN” are both “jurgen”. */
export function foldText(text: string): string {
  const lower = text.toLowerCase()
  if (isPlain(lower)) return lower
  return lower
    .replace(/\p{Cs}/gu, '\ufffd')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replaceAll('ς', 'σ')
    .replaceAll('\0', ' ')
}

/** What a person looks for, folded: on one line, as words are shown. */
export const foldNeedle = (text: string): string => foldText(text).replace(/[\t\n\v\f\r]/g, ' ')

const escapes: Readonly<Record<string, string>> = { b: ' ', f: ' ', n: ' ', r: ' ', t: ' ' }

/** A JSON text with its strings as they are shown: `\u00fc` is ü, `\/` is a slash. */
function unescaped(json: string): string {
  return json.replace(/\\(?:u([\da-f]{4})|(.))/gi, (_, code?: string, character = '') =>
    code === undefined ? (escapes[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/**
 * What of a body is searched.
 * @param body its text, card data masked @param isJson whether its backslashes are those of JSON
 */
export function searchedBody(body: string, isJson: boolean): string {
  const start = body.slice(0, longestText)
  return foldText(isJson && start.includes('\\') ? unescaped(start) : start)
}

/** What stands between the pieces that grams are taken from: never a part of a gram. */
const separators = /[\s"{}[\]\p{Cc}]+/u
const gramLength = 3

/** Names that every event has: nothing is told apart by them, so they are not in the index. */
const names = ['type', 'event', 'event_triggered', 'event_type', 'event_body', 'merchant', 'merch_key', 'object', 'key']
const everywhere: ReadonlySet<string> = new Set([...names, 'event_id'])

/** Every three characters in a row of a piece. */
function* gramsOfPiece(piece: string): Iterable<string> {
  const characters = /[\ud800-\udfff]/.test(piece) ? [...piece] : piece
  for (let at = 0; at + gramLength <= characters.length; at += 1)
    yield typeof characters === 'string'
      ? characters.slice(at, at + gramLength)
      : characters.slice(at, at + gramLength).join('')
}

/** What the index holds of a folded text: every three characters in a row, once. */
export function gramsOf(text: string): readonly string[] {
  // Those of ASCII by a number, which is looked up much faster than a text.
  const [ascii, others] = [new Set<number>(), new Set<string>()]
  const grams: string[] = []
  for (const piece of text.split(separators)) {
    if (piece.length < gramLength || everywhere.has(piece)) continue
    if (!isPlain(piece)) {
      for (const gram of gramsOfPiece(piece)) others.add(gram)
      continue
    }
    for (let at = 0; at + gramLength <= piece.length; at += 1) {
      const code = (piece.charCodeAt(at) << 14) | (piece.charCodeAt(at + 1) << 7) | piece.charCodeAt(at + 2)
      if (ascii.has(code)) continue
      ascii.add(code)
      grams.push(piece.slice(at, at + gramLength))
    }
  }
  // One of them may be ASCII, and there already: the index keeps each once.
  return [...grams, ...others]
}

/** As many of a needle's grams as are worth looking up: the others hardly narrow it down. */
const gramsAsked = 8

/**
 * The grams that every text with this needle has in the index; none when the index cannot tell (too short, or a part of a
 * name that every event has).
 * @param needle folded
 */
export function gramsIn(needle: string): readonly string[] {
  const grams = new Set<string>()
  for (const piece of needle.split(separators))
    if (![...everywhere].some(name => name.includes(piece))) for (const gram of gramsOfPiece(piece)) grams.add(gram)
  const all = [...grams]
  // Far apart rather than side by side: neighbours share two of their three characters.
  const step = Math.max(1, Math.ceil(all.length / gramsAsked))
  return all.filter((_, at) => at % step === 0 || at === all.length - 1)
}

/** Whether a text with all of these grams surely has the needle: it is one of them. */
export const isGram = (needle: string, grams: readonly string[]): boolean => grams.length === 1 && grams[0] === needle

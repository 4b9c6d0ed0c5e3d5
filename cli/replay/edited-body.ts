/** Tells what a person changed in a body from what their editor changed by itself: line ends, marks, the encoding. */

export interface EditedBody {
  /** What was saved, without what the editor did by itself. The body of before when the person changed nothing. */
  readonly bytes: Uint8Array
  /** What the editor did, each to follow “Your editor”; empty when it did nothing. */
  readonly did: readonly string[]
}

const bom = Buffer.from([0xef, 0xbb, 0xbf])
const startsWithBom = (bytes: Buffer) => bytes.subarray(0, 3).equals(bom)
const endsWithLine = (bytes: Buffer) => bytes.at(-1) === 0x0a

/** null for bytes that are not of the encoding. */
function decoded(bytes: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

const isUtf8 = (bytes: Buffer) => decoded(bytes, 'utf-8') !== null

/** The encoding of UTF-16 by its mark. */
function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

/** One thing an editor does by itself. @returns the bytes without it, and what it was; null when it did not do it */
type Undo = (before: Buffer, after: Buffer) => { readonly bytes: Buffer; readonly did: string } | null

const undoUtf16: Undo = (before, after) => {
  const encoding = utf16Of(after)
  if (encoding === null || utf16Of(before) !== null) return null
  const text = decoded(after.subarray(2), encoding)
  return text === null ? null : { bytes: Buffer.from(text), did: 'saved it as UTF-16' }
}

const undoBom: Undo = (before, after) => {
  if (startsWithBom(before) === startsWithBom(after)) return null
  return startsWithBom(after)
    ? { bytes: after.subarray(3), did: 'added a byte order mark' }
    : { bytes: Buffer.concat([bom, after]), did: 'removed the byte order mark' }
}

const undoEncoding: Undo = (before, after) => {
  if (isUtf8(before) === isUtf8(after)) return null
  if (isUtf8(before)) return { bytes: Buffer.from(decoded(after, 'windows-1252') ?? ''), did: 'saved it as Latin-1' }
  const text = after.toString()
  // Characters that Latin-1 lacks came from the person, or stand for bytes that the editor could not read.
  return /[^\0-\u00ff]/.test(text) ? null : { bytes: Buffer.from(text, 'latin1'), did: 'saved it as UTF-8' }
}

/** `\r\n` or `\n` where every line of the text ends so; null for a mixture, and for a single line. */
function lineEndOf(text: string): '\r\n' | '\n' | null {
  const ends = new Set(text.match(/\r?\n/g))
  const [end] = ends
  return ends.size === 1 ? (end as '\r\n' | '\n') : null
}

/** The end of a body of one line is judged by `undoLastLine` alone. */
const undoLineEnds: Undo = (before, after) => {
  const [was, is] = [lineEndOf(before.toString('latin1')), lineEndOf(after.toString('latin1'))]
  if (was === null || is === null || was === is) return null
  const text = after.toString('latin1').replaceAll(is, was)
  const [from, to] = was === '\n' ? ['LF', 'CRLF'] : ['CRLF', 'LF']
  return { bytes: Buffer.from(text, 'latin1'), did: `changed its line breaks from ${from} to ${to}` }
}

const undoLastLine: Undo = (before, after) => {
  if (endsWithLine(before) === endsWithLine(after)) return null
  if (!endsWithLine(before))
    return { bytes: after.subarray(0, after.at(-2) === 0x0d ? -2 : -1), did: 'added a line break at the end' }
  const end = before.at(-2) === 0x0d ? '\r\n' : '\n'
  return { bytes: Buffer.concat([after, Buffer.from(end)]), did: 'removed the line break at the end' }
}

/**
 * Takes back what editors do without being asked to.
 * @param before what was edited @param after what was saved
 */
export function withoutEditorsChanges(before: Uint8Array, after: Uint8Array): EditedBody {
  const was = Buffer.from(before)
  let bytes = Buffer.from(after)
  const did: string[] = []
  if (bytes.length === 0 || was.equals(bytes)) return { bytes, did }
  for (const undo of [undoUtf16, undoBom, undoEncoding, undoLineEnds, undoLastLine]) {
    const undone = undo(was, bytes)
    if (undone === null) continue
    bytes = Buffer.from(undone.bytes)
    did.push(undone.did)
  }
  return { bytes, did }
}

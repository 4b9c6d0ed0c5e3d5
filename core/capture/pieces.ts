/** Takes a long file apart as it comes, a piece at a time: its lines, or the entries of a HAR. Memory holds one piece. */

/** A piece with its number, from 1; `text` is null for one that is too long to be a delivery. */
export interface FilePiece {
  readonly number: number
  readonly text: string | null
}

/** What a delivery of the largest body takes in any of the formats, bytes. */
export const longestPiece = 48 * 1024 * 1024

/** Joins what belongs to a piece, as long as that is not too much. */
function openPiece() {
  let parts: Uint8Array[] = []
  let length = 0
  return {
    add(part: Uint8Array) {
      length += part.length
      if (length <= longestPiece) parts.push(part)
      else parts = []
    },
    get isEmpty() {
      return length === 0
    },
    /** Its text, and begins anew. */
    take(): string | null {
      const isTooLong = length > longestPiece
      const decoder = new TextDecoder()
      const text = parts.map(part => decoder.decode(part, { stream: true })).join('') + decoder.decode()
      parts = []
      length = 0
      return isTooLong ? null : text
    },
  }
}

const lineEnd = 0x0a

/** The lines that are not empty, each numbered as an editor does; `isWhole` is false for a last one without a line's end. */
export async function* fileLines(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<FilePiece & { readonly isWhole: boolean }> {
  const piece = openPiece()
  let number = 0
  const line = (isWhole: boolean) => ({ number, text: piece.take(), isWhole })
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, from)) {
      piece.add(chunk.subarray(from, end))
      from = end + 1
      number += 1
      const one = line(true)
      if (one.text === null || one.text.trim() !== '') yield one
    }
    piece.add(chunk.subarray(from))
  }
  number += 1
  const last = piece.isEmpty ? null : line(false)
  if (last !== null && last.text?.trim() !== '') yield last
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket, comma] = [
  0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c,
]
/** No name that leads to the entries is longer. */
const longestName = 64

/** Where a string may end, from a place on: at a quote or a backslash, or with the chunk. */
function stringEnds(chunk: Uint8Array, from: number): number {
  let at = from
  while (at < chunk.length && chunk[at] !== quote && chunk[at] !== backslash) at += 1
  return at
}

/**
 * The elements of `log.entries` of a HAR, as they stand there. Follows strings and brackets alone: what is in an element is
 * for JSON.parse.
 * @returns how the file ended, by the generator's own result: `whole`, `cut` in the middle, or without `log.entries`
 */
export async function* harEntries(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<FilePiece, 'whole' | 'cut' | 'no-entries'> {
  const piece = openPiece()
  let number = 0
  let depth = 0
  let inString = false
  let escaped = false
  /** The string that came last outside of the entries, and the names that lead to where this is. */
  let name: number[] = []
  let path: string[] = []
  let inEntries = false
  let found = false
  const here = () => String.fromCharCode(...name)

  for await (const chunk of chunks) {
    /** Where the part of this chunk begins that belongs to an entry. */
    let from = 0
    for (let at = 0; at < chunk.length; at += 1) {
      // What an entry says in its strings is most of a file: it is passed over quickly.
      if (inString && inEntries && !escaped) at = stringEnds(chunk, at)
      if (at === chunk.length) break
      const byte = chunk[at] ?? 0
      if (inString) {
        if (escaped) escaped = false
        else if (byte === backslash) escaped = true
        else if (byte === quote) inString = false
        else if (!inEntries && name.length < longestName) name.push(byte)
        continue
      }
      if (byte === quote) {
        inString = true
        if (!inEntries) name = []
      } else if (byte === openBrace || byte === openBracket) {
        depth += 1
        if (inEntries) {
          if (depth === 4) from = at
          continue
        }
        if (depth <= 3) path = [...path.slice(0, depth - 1), depth === 1 ? '' : here()]
        if (byte === openBracket && depth === 3 && path[1] === 'log' && path[2] === 'entries') {
          inEntries = true
          found = true
        }
      } else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1
        if (!inEntries) continue
        if (depth === 3) {
          piece.add(chunk.subarray(from, at + 1))
          from = at + 1
          number += 1
          yield { number, text: piece.take() }
        } else if (depth < 3) inEntries = false
      } else if (byte === comma && !inEntries) name = []
    }
    if (inEntries && depth >= 4) piece.add(chunk.subarray(from))
  }
  if (!found) return depth > 0 ? 'cut' : 'no-entries'
  return depth === 0 ? 'whole' : 'cut'
}

/** Text as lines that fit a terminal: broken between words, never within one, so that URLs and paths stay whole. */
import { stripVTControlCharacters } from 'node:util'

/** How wide a text shows: colours take no room. */
export const widthShown = (text: string) => stripVTControlCharacters(text).length

/**
 * Text as lines that break between words, which may be coloured.
 * @param width null: one line
 * @param hanging stands before each line but the first, and counts
 */
export function wrapWords(text: string, width: number | null, hanging = ''): string[] {
  return wrapPieces(text.match(/ *[^ ]+/g) ?? [text], width, hanging)
}

/** The same of pieces that stay whole; the blanks that one begins with are left out where a line does. */
export function wrapPieces(
  [first = '', ...others]: readonly string[],
  width: number | null,
  hanging: string,
): string[] {
  const lines = [first]
  for (const piece of others) {
    const last = lines.at(-1) ?? ''
    if (width === null || widthShown(last + piece) <= width) lines[lines.length - 1] = last + piece
    else lines.push(`${hanging}${piece.replace(/^ +/, '')}`)
  }
  return lines
}

/** What something means behind its name, in a column of its own. @param begin the name, padded */
export const besideName = (begin: string, meaning: string, width: number | null): string[] =>
  wrapWords(`${begin}${meaning}`, width, ' '.repeat(widthShown(begin)))

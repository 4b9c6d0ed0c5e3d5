/** A command line as far as the cursor, as words. */

export interface TypedLine {
  /** Complete words before the one that is being typed, without their quotes. */
  readonly before: readonly string[]
  /** What of the word at the cursor is there, without its quotes. */
  readonly current: string
  /** The quote that is still open there; null when none is. */
  readonly quote: '"' | "'" | null
}

/** Reads what bash has in `COMP_LINE`; variables and the like stay as they are. @param escapes what a backslash does */
export function readLine(
  text: string,
  escapes: 'backslash escapes' | 'plain backslashes' = 'backslash escapes',
): TypedLine {
  const words: string[] = []
  let word: string | null = null
  let quote: TypedLine['quote'] = null
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (escapes === 'backslash escapes' && character === '\\' && quote !== "'" && index + 1 < text.length) {
      index += 1
      word = `${word ?? ''}${text[index]}`
    } else if (quote !== null) {
      if (character === quote) quote = null
      else word = `${word ?? ''}${character}`
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else {
      word = `${word ?? ''}${character}`
    }
  }
  return { before: words, current: word ?? '', quote }
}

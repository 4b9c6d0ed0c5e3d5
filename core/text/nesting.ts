/** How deep the brackets of a text are nested: what a JSON parser would have to remember of it. */

export interface Nesting {
  /** Most brackets and braces that are open at once. */
  readonly deepest: number
  /** Whether each is closed at the end, as in every JSON text. */
  readonly isClosed: boolean
}

const [quote, backslash] = [0x22, 0x5c]
const openings: ReadonlySet<number> = new Set([0x5b, 0x7b])
const closings: ReadonlySet<number> = new Set([0x5d, 0x7d])

/** Deepest nesting that is parsed: a parser remembers every open bracket, and a megabyte can hold a million. */
const deepestParsed = 10_000

/** Whether a text is nested deeper than is parsed. */
export const isTooDeep = (text: string): boolean =>
  text.length > deepestParsed && nestingOf(text).deepest > deepestParsed

/** Brackets within JSON strings do not count. */
export function nestingOf(text: string): Nesting {
  let [depth, deepest, inString] = [0, 0, false]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) inString = !inString
    else if (inString) at += code === backslash ? 1 : 0
    else if (openings.has(code)) {
      depth += 1
      deepest = Math.max(deepest, depth)
    } else if (closings.has(code)) depth -= 1
  }
  return { deepest, isClosed: depth === 0 }
}

/** Where a text that was searched for stands in a body, as a row shows it. */

/** The text as it stands there, with what is around it: mostly a field and its value. */
export interface Matched {
  readonly before: string
  readonly text: string
  readonly after: string
}

/** What is around a value in JSON. */
const edges = /[{}[\],\n]/

/** JSON without its quotes. */
const bare = (json: string) =>
  json
    .replace(/"?\s*:\s*"?/g, ': ')
    .replaceAll('"', '')
    .replace(/\s+/g, ' ')

/**
 * @param around a part of the body @param at where the text begins in it @param length of the text; both in characters
 * @returns the field and the value that the text is in, without what is beside them
 */
export function matchedAt(around: string, at: number, length: number): Matched {
  const characters = [...around]
  const part = (from: number, to?: number) => characters.slice(from, to).join('')
  const [before, text, after] = [part(0, at), part(at, at + length), part(at + length)]
  const own = before.split(edges).at(-1) ?? ''
  return { before: bare(own).trimStart(), text, after: bare(after.split(edges)[0] ?? '').trimEnd() }
}

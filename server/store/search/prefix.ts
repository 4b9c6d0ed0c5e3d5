/** Prefixes as ranges: an index that orders text by its code points finds them. */

/** The smallest text that is greater than every text with this prefix; null when there is none. */
export function afterPrefix(prefix: string): string | null {
  const points = [...prefix]
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const code = last.codePointAt(0) ?? 0
    // Step over the surrogates, which UTF-8 text cannot hold.
    const next = code === 0xd7ff ? 0xe000 : code + 1
    if (next <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return points.join('') + String.fromCodePoint(next)
  }
  return null
}

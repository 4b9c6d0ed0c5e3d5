/** A message's header lines in the order they came, with their case and their duplicates. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

/**
 * A header value as it is shown and searched. On the wire it is bytes, which node:http reads one character a byte: where
 * bytes beyond ASCII are there and all of them are UTF-8, that is what the sender wrote.
 */
export function shownValue(value: string): string {
  if (!/^[\0-\xff]*[\x80-\xff][\0-\xff]*$/.test(value)) return value
  try {
    const bytes = Uint8Array.from(value, character => character.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return value
  }
}

/** A list with its values as they are shown. */
export const shownHeaders = (headers: HeaderList): HeaderList =>
  headers.map(([name, value]) => [name, shownValue(value)])

/** What goes on the wire for a value that a person typed: its UTF-8, one character a byte. */
export function typedValue(text: string): string {
  return Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join('')
}

/** All values of a header, in order; names are compared without regard to case (RFC 9110, 5.1). */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
}

/** The first value of a header, or undefined. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  return headerValues(headers, name)[0]
}

/** Node's flat `rawHeaders` array as a list of pairs. */
export function pairHeaders(raw: readonly string[]): HeaderList {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? ''])
  return pairs
}

const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** Whether a header is what one connection says to its neighbour (RFC 9110, 7.6.1); what Connection names comes on top. */
export function isHopByHop(name: string): boolean {
  const lower = name.toLowerCase()
  return hopByHop.has(lower) || lower.startsWith('proxy-')
}

/** A header list without the lines that concern one connection only. */
export function endToEnd(headers: HeaderList): HeaderList {
  const named = new Set(
    headerValues(headers, 'connection').flatMap(value => value.split(',').map(name => name.trim().toLowerCase())),
  )
  return headers.filter(([name]) => !isHopByHop(name) && !named.has(name.toLowerCase()))
}

/** A message's header lines in the order they came, with their case and their duplicates. */
export type HeaderList = readonly (readonly [name: string, value: string])[]

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

/** What one connection says to its neighbour (RFC 9110, 7.6.1); Proxy-* and what Connection names come on top. */
const hopByHop = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'])

/** A header list without the lines that concern one connection only. */
export function endToEnd(headers: HeaderList): HeaderList {
  const named = new Set(
    headerValues(headers, 'connection').flatMap(value => value.split(',').map(name => name.trim().toLowerCase())),
  )
  return headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return !hopByHop.has(lower) && !lower.startsWith('proxy-') && !named.has(lower)
  })
}

/** The target of a request line, in the two forms that an origin server takes (RFC 9112, 3.2.1 and 3.2.2). */

/** Scheme and authority of the absolute form; one with a user name is malformed (RFC 9110, 4.2.4). */
const origin = /^https?:\/\/[^/?#@\s]+(?=[/?]|$)/i

/** @returns the path exactly as it came, up to the query: no decoding, no dot segments, no case folding; null for another form */
export function pathOf(target: string): string | null {
  const local = target.startsWith('/') ? target : origin.test(target) ? target.replace(origin, '') : null
  return local === null ? null : local.replace(/\?.*$/s, '') || '/'
}

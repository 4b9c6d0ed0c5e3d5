/** What the gateway sends to say that it is the gateway, and how it has to look. */

/** The header that signs. */
export const signatureHeader = 'X-Signature'

/** What it holds: HMAC-SHA256 in lower-case hexadecimal, without a prefix. */
export const wellFormedSignature = /^[0-9a-f]{64}$/

/** RFC 7617, 2: the scheme (any case), spaces, then base64 with its padding. */
const basicCredentials = /^basic +([A-Za-z0-9+/]*={0,2})$/i
const controlCharacter = /\p{Cc}/u

/** The user name and password of Basic authentication. */
export interface UserPassword {
  readonly username: string
  readonly password: string
}

/** What an Authorization header hides. */
export interface BasicCredentials {
  /** Up to the first colon, as UTF-8. */
  readonly username: string
  /** User name, colon and password as the bytes that came. */
  readonly userPass: Uint8Array<ArrayBuffer>
}

/** RFC 7617: `user-pass` is what base64 hides. @returns null for what is no Basic authentication */
export function decodeBasic(value: string): BasicCredentials | null {
  const encoded = basicCredentials.exec(value)?.[1]
  if (encoded === undefined || encoded.length % 4 !== 0) return null
  const userPass = Uint8Array.from(atob(encoded), character => character.charCodeAt(0))
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(userPass)
  const colon = text.indexOf(':')
  return colon < 0 || controlCharacter.test(text) ? null : { username: text.slice(0, colon), userPass }
}

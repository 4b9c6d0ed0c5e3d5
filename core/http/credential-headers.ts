/** What of a request's head is shown to nobody else. */
import type { HeaderList } from './headers.ts'

/** Headers that hold credentials, lower case: those of HTTP, and what proxies and shops commonly add. */
export const credentialHeaders: readonly string[] = [
  ...['authorization', 'proxy-authorization', 'cookie', 'api-key', 'apikey', 'x-api-key', 'x-auth-token'],
  ...['x-access-token', 'x-amz-security-token', 'password', 'x-password', 'client-secret', 'x-client-secret'],
]

const secretParameter =
  /(?<=^|[?&;])((?:x-)?(?:token|key|secret|pass(?:word|wd)?|(?:api|access|auth|client)[_-]?(?:key|token|secret)))=[^&;#]+/gi

/** A query, or a URL with one, without the values of the parameters that are named as secrets are. */
export const maskQuery = (text: string): string => text.replace(secretParameter, '$1=••••')

/** A target's query may carry a key of the merchant's. */
export const withoutQuery = (target: string): string => target.replace(/\?.*$/s, '?••••')

export const isCredentialHeader = (name: string): boolean => credentialHeaders.includes(name.toLowerCase())

/** Credentials become dots; the scheme of Authorization stays. @param also further headers, lower case */
export function maskHeaders(headers: HeaderList, also: readonly string[] = []): HeaderList {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase()
    if (!credentialHeaders.includes(lower) && !also.includes(lower)) return [name, value]
    const scheme = /^[A-Za-z]+(?= )/.exec(value)?.[0]
    return [name, lower.endsWith('authorization') && scheme ? `${scheme} ••••` : '••••']
  })
}

/** What of a request's head is shown to nobody else. */
import type { HeaderList } from './headers.ts'

/** Headers that hold credentials, lower case: those of HTTP, and what proxies and shops commonly add. */
export const credentialHeaders: readonly string[] = [
  ...['authorization', 'proxy-authorization', 'cookie', 'api-key', 'apikey', 'x-api-key', 'x-auth-token'],
  ...['x-access-token', 'x-amz-security-token', 'password', 'x-password', 'client-secret', 'x-client-secret'],
  ...['authentication', 'x-auth', 'x-authorization', 'x-forwarded-authorization', 'x-forwarded-access-token'],
  ...['x-secret', 'x-webhook-secret', 'x-session-token', 'cf-access-client-secret', 'cf-access-jwt-assertion'],
  ...['x-goog-iap-jwt-assertion', 'x-amzn-oidc-data', 'x-amzn-oidc-accesstoken'],
]

/** How names of further ones end: what leaves the machine has none of them. */
const credentialEnd =
  /(?:^|[-_])(?:token|secret|passw(?:or)?d|passphrase|authorization|authentication|auth|jwt(?:-assertion)?|credentials?|(?:api|access|secret|private|auth)[-_]?key|session(?:[-_]?id)?|cookie)$/i

const parameter = /(?<=^|[?&;])([^=&;?#\s]{1,200})=([^&;#]+)/g
/** Names of secret parameters, without what is no letter or digit. */
const secretName =
  /^x?(?:key|auth|pass|sig|signature|code|pin|session|sessionid|sid)$|(?:token|secret|password|passwd|passphrase|pwd|jwt|bearer|credentials?|authorization|authentication|(?:api|access|auth|client|secret|private|source|signature)key)$/

function isSecretParameter(name: string): boolean {
  let decoded = name
  try {
    decoded = decodeURIComponent(name)
  } catch {
    // It stays as it is.
  }
  return secretName.test(decoded.toLowerCase().replace(/[^a-z\d]/g, ''))
}

/** A query, or a URL with one, without the values of the parameters that are named as secrets are. */
export const maskQuery = (text: string): string =>
  text.replace(parameter, (whole, name: string) => (isSecretParameter(name) ? `${name}=••••` : whole))

/** A header's value that may hold a URL, as Referer does and what proxies add: without its user, password and secret parameters. */
export const maskHeaderText = (value: string): string =>
  maskQuery(value).replace(/(?<=:\/\/)[^/?#@\s]{1,500}@/g, '••••@')

/** A target's query may carry a key of the merchant's. */
export const withoutQuery = (target: string): string => target.replace(/\?.*$/s, '?••••')

/** Whether a header is left out of what leaves the machine. */
export const isCredentialHeader = (name: string): boolean =>
  credentialHeaders.includes(name.toLowerCase()) || credentialEnd.test(name)

/** Credentials become dots; the scheme of Authorization stays. @param also further headers, lower case */
export function maskHeaders(headers: HeaderList, also: readonly string[] = []): HeaderList {
  return headers.map(([name, value]) => {
    const lower = name.toLowerCase()
    if (!credentialHeaders.includes(lower) && !also.includes(lower)) return [name, value]
    const scheme = /^[A-Za-z]+(?= )/.exec(value)?.[0]
    return [name, lower.endsWith('authorization') && scheme ? `${scheme} ••••` : '••••']
  })
}

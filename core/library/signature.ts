/** X-Signature and Basic credentials by Web Crypto alone, so that it runs in Node, Bun, Deno, browsers and edge runtimes. */
import type { Rejection } from '../deliveries/delivery.ts'
import { decodeBasic, signatureHeader, type UserPassword, wellFormedSignature } from '../hooks/origin.ts'
import { type HeaderList, headerValues } from '../http/headers.ts'

const utf8 = new TextEncoder()

/** Keys are imported once; a shop has one or two. */
const imported = new Map<string, Promise<CryptoKey>>()
const mostImported = 16

function importKey(key: string): Promise<CryptoKey> {
  const known = imported.get(key)
  if (known !== undefined) return known
  const [oldest] = imported.keys()
  if (imported.size >= mostImported && oldest !== undefined) imported.delete(oldest)
  const made = hmacKey(utf8.encode(key))
  imported.set(key, made)
  return made
}

const hmacKey = (bytes: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])

/**
 * @param keys any of them may fit
 * @param body the raw bytes
 * @returns the index of the key that fits, or why none does
 */
export async function checkSignature(
  keys: readonly string[],
  headers: HeaderList,
  body: Uint8Array<ArrayBuffer>,
): Promise<number | Rejection> {
  const [signature, ...others] = headerValues(headers, signatureHeader)
  if (signature === undefined) return 'signature-missing'
  if (others.length > 0 || !wellFormedSignature.test(signature)) return 'signature-malformed'
  const expected = Uint8Array.from({ length: 32 }, (_, at) => Number.parseInt(signature.slice(2 * at, 2 * at + 2), 16))
  // All are tried: the time tells nothing about which one fits.
  const fits = await Promise.all(
    keys.map(async key => crypto.subtle.verify('HMAC', await importKey(key), expected, body)),
  )
  const at = fits.indexOf(true)
  return at < 0 ? 'signature-wrong' : at
}

/** @returns X-Signature of a body, as the gateway writes it */
export async function signatureOf(key: string, body: string): Promise<string> {
  const tag = await crypto.subtle.sign('HMAC', await importKey(key), utf8.encode(body))
  return Array.from(new Uint8Array(tag), byte => byte.toString(16).padStart(2, '0')).join('')
}

let comparisonKey: Promise<CryptoKey> | undefined

/** @returns why the credentials are refused; null when they fit */
export async function checkCredentials(expected: UserPassword, headers: HeaderList): Promise<Rejection | null> {
  const [value, ...others] = headerValues(headers, 'Authorization')
  if (value === undefined) return 'credentials-missing'
  const received = decodeBasic(value)
  if (others.length > 0 || received === null) return 'credentials-malformed'
  // Both under a key of this process: the time of the comparison tells neither content nor length.
  comparisonKey ??= hmacKey(crypto.getRandomValues(new Uint8Array(32)))
  const key = await comparisonKey
  const tag = await crypto.subtle.sign('HMAC', key, utf8.encode(`${expected.username}:${expected.password}`))
  return (await crypto.subtle.verify('HMAC', key, tag, received.userPass)) ? null : 'credentials-wrong'
}

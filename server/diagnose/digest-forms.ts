/** What an X-Signature may be, read generously: which bytes, in which notation, by which hash. */
import type { SignatureCause } from '../../core/deliveries/diagnosis.ts'

export type HashName = 'sha256' | 'sha1' | 'sha224' | 'sha384' | 'sha512' | 'md5'

export interface DigestForm {
  readonly hash: HashName
  readonly digest: Buffer
  /** How it is written other than the gateway writes. */
  readonly notation: readonly SignatureCause[]
  /** That the hash is not the gateway's. */
  readonly causes: readonly SignatureCause[]
}

const hashes: ReadonlyMap<number, { readonly hash: HashName; readonly causes: readonly SignatureCause[] }> = new Map([
  [32, { hash: 'sha256', causes: [] }],
  [20, { hash: 'sha1', causes: ['digest-sha1'] }],
  [28, { hash: 'sha224', causes: ['digest-sha224'] }],
  [48, { hash: 'sha384', causes: ['digest-sha384'] }],
  [64, { hash: 'sha512', causes: ['digest-sha512'] }],
  [16, { hash: 'md5', causes: ['digest-md5'] }],
])

/** No digest is longer in any notation; more is a stranger's novel. */
const longest = 300
const mostValues = 4

interface Reading {
  readonly text: string
  readonly causes: readonly SignatureCause[]
}

/** The text itself, without quotation marks and whitespace, without a prefix, without separators. */
function barer(text: string): Reading[] {
  const found: Reading[] = [{ text, causes: [] }]
  const bare = text
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim()
  if (bare !== text) found.push({ text: bare, causes: ['digest-quoted'] })
  for (const { text: whole, causes } of [...found]) {
    const rest = /^(?:0x|[a-z][\w-]{0,15}\s*[=:]\s*|[a-z][\w-]{2,15}\s+)(\S.*)$/is.exec(whole)?.[1]
    if (rest !== undefined) found.push({ text: rest, causes: [...causes, 'digest-prefixed'] })
  }
  for (const { text: whole, causes } of [...found]) {
    if (/^[\da-f]{2}(?:[-: ][\da-f]{2})+$/i.test(whole))
      found.push({
        text: whole.replace(/[-: ]/g, ''),
        causes: [...causes.filter(cause => cause !== 'digest-quoted'), 'digest-quoted'],
      })
  }
  return found
}

function* fromHex(text: string): Generator<{ bytes: Buffer; causes: readonly SignatureCause[] }> {
  if (!/^(?:[\da-f]{2})+$/i.test(text)) return
  yield { bytes: Buffer.from(text, 'hex'), causes: /[A-F]/.test(text) ? ['digest-upper-case'] : [] }
}

/** Base64 of the digest, or of its hexadecimal text; either alphabet, with padding or without. */
function* fromBase64(text: string): Generator<{ bytes: Buffer; causes: readonly SignatureCause[] }> {
  if (!/^[\w+/-]+={0,2}$/.test(text)) return
  const bytes = Buffer.from(text, 'base64')
  yield { bytes, causes: ['digest-base64'] }
  for (const inner of fromHex(bytes.toString('latin1'))) yield { ...inner, causes: ['digest-base64', ...inner.causes] }
}

/** @param received the X-Signature values as they came */
export function digestForms(received: readonly string[]): DigestForm[] {
  const values = received.slice(0, mostValues).flatMap(value => {
    const parts = value
      .slice(0, longest * mostValues)
      .split(',')
      .map(part => part.trim())
    return parts.length > 1 ? parts.slice(0, mostValues) : [value]
  })
  const isRepeated = values.length > 1
  const found = new Map<string, DigestForm>()
  for (const value of values) {
    if (value.length > longest) continue
    for (const { text, causes } of barer(value)) {
      for (const { bytes, causes: written } of [...fromHex(text), ...fromBase64(text)]) {
        const known = hashes.get(bytes.length)
        if (known === undefined) continue
        const notation: readonly SignatureCause[] = [
          ...(isRepeated ? (['digest-repeated'] as const) : []),
          ...causes,
          ...written,
        ]
        const before = found.get(bytes.toString('hex'))
        // The same digest in several readings: the plainest tells what is wrong.
        if (before === undefined || before.notation.length > notation.length)
          found.set(bytes.toString('hex'), { ...known, digest: bytes, notation })
      }
    }
  }
  return [...found.values()]
}

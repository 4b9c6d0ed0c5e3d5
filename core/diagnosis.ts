/** Why a signature does not fit: the causes that hookscope knows how to find, each with its sentence. */
import type { KeyKind } from './hook.ts'

/**
 * What was done differently from the gateway's rule (lower-case hex of HMAC-SHA256 over the raw body). The codes are a
 * contract with scripts: never rename one.
 */
export const signatureCauses = {
  // The key
  'key-other-kind': 'It was signed with the other kind of key that hookscope knows for this hook.',
  'key-other-hook': 'It was signed with the key of another hook.',
  'key-untrimmed': 'The key here has blanks around it; without them the signature fits.',
  'key-with-newline': 'It was signed with the key and a line break after it.',
  'key-hex-decoded': 'It was signed with the bytes that the key stands for when it is read as hexadecimal.',
  'key-base64-decoded': 'It was signed with the bytes that the key stands for when it is read as base64.',
  'key-empty': 'It was signed with an empty key.',
  // The digest
  'digest-base64': 'The digest is written in base64, where the gateway writes hexadecimal.',
  'digest-upper-case': 'The digest is written in upper case, where the gateway writes lower case.',
  'digest-prefixed': 'The digest has a prefix such as sha256=, which the gateway does not write.',
  'digest-sha1': 'It is an HMAC-SHA1, where the gateway uses HMAC-SHA256.',
  'digest-sha224': 'It is an HMAC-SHA224, where the gateway uses HMAC-SHA256.',
  'digest-sha384': 'It is an HMAC-SHA384, where the gateway uses HMAC-SHA256.',
  'digest-sha512': 'It is an HMAC-SHA512, where the gateway uses HMAC-SHA256.',
  'digest-md5': 'It is an HMAC-MD5, where the gateway uses HMAC-SHA256.',
  'digest-unkeyed': 'It is a plain hash of the body, made without the key.',
  // The body
  'body-bom-removed': 'The body that was signed began with a byte order mark, which is gone.',
  'body-bom-added': 'A byte order mark was put before the body after it was signed.',
  'body-newline-removed': 'The body that was signed ended with a line break, which is gone.',
  'body-newline-added': 'A line break was put after the body after it was signed.',
  'body-crlf': 'Line breaks of the body were changed from CR LF to LF after it was signed.',
  'body-lf': 'Line breaks of the body were changed from LF to CR LF after it was signed.',
  'body-decompressed': 'The signature is that of the body before it was compressed.',
  'body-empty': 'The signature is that of an empty body.',
  'body-compact':
    'The signature is that of the same JSON without blanks: the body was written anew after it was signed.',
  'body-indented': 'The signature is that of the same JSON, indented: the body was written anew after it was signed.',
  'body-spaced': 'The signature is that of the same JSON with a blank after colons and commas, as Python writes it.',
  'body-escaped-slashes': 'The signature is that of the same JSON with slashes written as \\/, as PHP writes them.',
  'body-unescaped-slashes': 'The signature is that of the same JSON with slashes written as they are.',
  'body-escaped-unicode': 'The signature is that of the same JSON with characters beyond ASCII written as \\u….',
  'body-unescaped-unicode':
    'The signature is that of the same JSON with \\u… written as the characters they stand for.',
  'body-escaped-html': 'The signature is that of the same JSON with <, > and & written as \\u…, as Go writes them.',
  'body-sorted-keys': 'The signature is that of the same JSON with its names sorted.',
  'body-reprinted-numbers':
    'The signature is that of the same JSON with its numbers written differently (1.0 as 1, or 1 as 1.0).',
} as const satisfies Record<string, string>
export type SignatureCause = keyof typeof signatureCauses

/** Where two candidate bodies part. */
export interface Parting {
  /** The first byte that differs, counted from 0. */
  readonly offset: number
  /** A few bytes around it of each, as text; what is not printable is escaped. */
  readonly received: string
  readonly signed: string
}

export type SignatureDiagnosis =
  /** The causes that together make it fit, in the order they are told; usually one. */
  | {
      readonly kind: 'found'
      readonly causes: readonly [SignatureCause, ...SignatureCause[]]
      /** One sentence for people that names the cause and what to do. */
      readonly sentence: string
      /** The key it was signed with, masked, and whose it is; null for a digest made without a key. */
      readonly key: { readonly kind: KeyKind; readonly masked: string; readonly hook: string } | null
      /** What the X-Signature would have to be for the body as it came, by the rule. */
      readonly expected: string | null
      /** Null when the body that was signed is the one that came. */
      readonly parting: Parting | null
    }
  /** None of the causes fits. It says so, and never guesses. */
  | { readonly kind: 'unknown'; readonly sentence: string }

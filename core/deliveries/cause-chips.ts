/** Why a signature is wrong, in a few words: for a row of the list, and for many that have the same cause. */
import { type SignatureCause, sameJson } from './diagnosis.ts'

type Rewritten = keyof typeof sameJson
const isRewritten = (cause: SignatureCause): cause is Rewritten => cause in sameJson

const causeChips: Readonly<Record<Exclude<SignatureCause, Rewritten>, string>> = {
  'key-other-kind': 'Signed with the other key',
  'key-other-hook': 'Signed with another hook’s key',
  'key-untrimmed': 'Whitespace around the key',
  'key-quoted': 'Quotation marks around the key',
  'key-with-newline': 'Key with a line break',
  'key-hex-decoded': 'Key decoded as hexadecimal',
  'key-base64-decoded': 'Key decoded as base64',
  'key-empty': 'Signed with an empty key',
  'digest-base64': 'Digest in base64',
  'digest-upper-case': 'Digest in upper case',
  'digest-prefixed': 'Digest with a prefix',
  'digest-quoted': 'Digest with extra characters',
  'digest-repeated': 'Signature sent more than once',
  'digest-sha1': 'Signed with SHA-1',
  'digest-sha224': 'Signed with SHA-224',
  'digest-sha384': 'Signed with SHA-384',
  'digest-sha512': 'Signed with SHA-512',
  'digest-md5': 'Signed with MD5',
  'digest-unkeyed': 'Hash without the key',
  'digest-concatenated': 'Plain hash of key and body',
  'digest-swapped': 'Key and body swapped',
  'body-bom-removed': 'Byte order mark removed on the way',
  'body-bom-added': 'Byte order mark added on the way',
  'body-newline-removed': 'Line break removed on the way',
  'body-newline-added': 'Line break added on the way',
  'body-crlf': 'Line breaks changed on the way',
  'body-lf': 'Line breaks changed on the way',
  'body-charset': 'Character set changed on the way',
  'body-decompressed': 'Compressed after it was signed',
  'body-empty': 'Empty body signed',
  'body-empty-object': '{} signed in place of the body',
  'body-undefined': '“undefined” signed in place of the body',
  'body-null': '“null” signed in place of the body',
  'body-object-object': '[object Object] signed in place of the body',
  'body-double-encoded': 'Body encoded twice before signing',
  'body-encoded-again': 'Body encoded again on the way',
  'body-buffer-as-json': 'Buffer signed as JSON',
  'body-sent-as-buffer': 'Buffer sent as JSON',
}

/** The causes of one delivery, each in its words, the same words once. */
export const causeChip = (causes: readonly SignatureCause[]): string =>
  [...new Set(causes.map(cause => (isRewritten(cause) ? 'JSON re-serialized on the way' : causeChips[cause])))].join(
    ', ',
  )

/** Why a rejected delivery was rejected, as far as that was found out. */
export interface RejectionCause {
  readonly id: number
  /** What was done differently from the gateway’s rule; empty where none of the known causes fits, or none was looked for. */
  readonly causes: readonly SignatureCause[]
  /** In a few words; null where there are none. One that fits the key of now says so. */
  readonly label: string | null
  /** What was found out, and what to do about it; null where there was nothing to find out. */
  readonly sentence: string | null
}

/** In place of a cause: the hook has the right key by now. */
export const fitsByNow = 'Fits the current key'

/** GET /api/deliveries/causes. */
export interface RejectionCauses {
  readonly causes: readonly RejectionCause[]
  /** There was no time for these: ask again. */
  readonly left: readonly number[]
}

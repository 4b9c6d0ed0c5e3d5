/** Why a signature does not fit: the causes that hookscope knows how to find, each with what to do about it. */
import type { KeyKind } from '../hooks/hook.ts'

const rewritten = 'find what rewrites the body on the way (proxy, tunnel, relay, parser) and verify the raw bytes'
const unsigned = 'sign the raw body as it is sent, not what was parsed from it'
const otherDigest = 'sign with HMAC-SHA256, as the gateway does'
const otherNotation = 'write the digest as 64 lower-case hexadecimal characters and nothing else'
const asShown = 'use the key as the plain text that the console shows'

/** Several causes that the same fixes. */
const fixedBy = <Cause extends string>(remedy: string, causes: Readonly<Record<Cause, string>>) =>
  Object.fromEntries(Object.entries(causes).map(([cause, what]) => [cause, { what, remedy }])) as Readonly<
    Record<Cause, { readonly what: string; readonly remedy: string }>
  >

/** The body was parsed and written anew. */
export const sameJson = fixedBy(rewritten, {
  'body-compact': 'The signature fits the same JSON without whitespace.',
  'body-indented': 'The signature fits the same JSON, indented.',
  'body-spaced': 'The signature fits the same JSON with a space after colons and commas, as Python writes it.',
  'body-escaped-slashes': 'The signature fits the same JSON with slashes written as \\/, as PHP writes them.',
  'body-unescaped-slashes': 'The signature fits the same JSON with \\/ written as plain slashes.',
  'body-escaped-unicode': 'The signature fits the same JSON with non-ASCII characters written as \\u….',
  'body-unescaped-unicode': 'The signature fits the same JSON with \\u… escapes written as characters.',
  'body-escaped-html': 'The signature fits the same JSON with <, > and & written as \\u…, as Go writes them.',
  'body-escapes': 'The signature fits the same JSON with its escapes written differently, such as \\u000A for \\n.',
  'body-sorted-keys': 'The signature fits the same JSON with its names sorted.',
  'body-reordered-keys':
    'The signature fits the same JSON with its names in another order, as jsonb columns, hash maps or JavaScript keep them.',
  'body-gateway-order': 'The signature fits the same JSON with its names in the gateway’s order, which was lost.',
  'body-duplicate-names': 'The signature fits the same JSON with a duplicate name written only once.',
  'body-objects-as-arrays':
    'The signature fits the same JSON with empty objects written as [], as PHP writes its arrays.',
  'body-left-out-nulls': 'The signature fits the same JSON without the names that are null, as Gson writes it.',
  'body-lost-characters': 'The signature fits the same JSON with invalid characters replaced by ? or �.',
  'body-reprinted-numbers': 'The signature fits the same JSON with its numbers written differently, such as 1.0 for 1.',
  'body-nulls-for-empty': 'The signature fits the same JSON with null for an empty string.',
  'body-empty-for-nulls':
    'The signature fits the same JSON with an empty string for null, as before parsers that turn one into the other.',
  'body-numbers-for-strings':
    'The signature fits the same JSON with a number for a string of digits, as PHP’s JSON_NUMERIC_CHECK writes it.',
  'body-strings-for-numbers': 'The signature fits the same JSON with a string of digits for a number.',
})

/**
 * What was done differently from the gateway's rule (lower-case hex of HMAC-SHA256 over the raw body), as a sentence,
 * and what fixes it, as its end. The codes are a contract with scripts: never rename one.
 */
export const signatureCauses = {
  // The key
  'key-other-kind': {
    what: 'It was signed with the other kind of key that hookscope knows for this hook.',
    remedy: 'choose the same Signature in the console and here',
  },
  'key-other-hook': {
    what: 'It was signed with the key of another hook.',
    remedy: 'enter the key that the console shows for this webhook, or compare the two Hook URLs',
  },
  'key-untrimmed': {
    what: 'The key here has whitespace around it; without it the signature fits.',
    remedy: 'enter the key again without the whitespace',
  },
  'key-quoted': {
    what: 'The key here is in quotation marks; without them the signature fits.',
    remedy: 'enter the key again without the quotation marks',
  },
  'key-with-newline': {
    what: 'It was signed with the key and a line break after it.',
    remedy: 'remove the line break where the signer reads the key from a file',
  },
  ...fixedBy(asShown, {
    'key-hex-decoded': 'It was signed with the key decoded as hexadecimal.',
    'key-base64-decoded': 'It was signed with the key decoded as base64.',
  }),
  'key-empty': { what: 'It was signed with an empty key.', remedy: 'give the signer its key: it did not find one' },
  // The digest
  ...fixedBy(otherNotation, {
    'digest-base64': 'The digest is written in base64, where the gateway writes hexadecimal.',
    'digest-upper-case': 'The digest is written in upper case, where the gateway writes lower case.',
    'digest-prefixed': 'The digest has a prefix such as sha256=, which the gateway does not write.',
    'digest-quoted': 'The digest has quotation marks, whitespace or separators, which the gateway does not write.',
  }),
  'digest-repeated': {
    what: 'The signature was received more than once; the gateway sends it once.',
    remedy: 'find what adds the header again on the way',
  },
  ...fixedBy(otherDigest, {
    'digest-sha1': 'It is an HMAC-SHA1, where the gateway uses HMAC-SHA256.',
    'digest-sha224': 'It is an HMAC-SHA224, where the gateway uses HMAC-SHA256.',
    'digest-sha384': 'It is an HMAC-SHA384, where the gateway uses HMAC-SHA256.',
    'digest-sha512': 'It is an HMAC-SHA512, where the gateway uses HMAC-SHA256.',
    'digest-md5': 'It is an HMAC-MD5, where the gateway uses HMAC-SHA256.',
    'digest-unkeyed': 'It is a plain hash of the body, made without the key.',
    'digest-concatenated': 'It is a plain hash of key and body together, not an HMAC.',
  }),
  'digest-swapped': {
    what: 'Key and body are swapped: the body was used as the key.',
    remedy: 'swap the two where the signer computes the HMAC',
  },
  // The body
  ...fixedBy(rewritten, {
    'body-bom-removed': 'The signed body began with a byte order mark, which was removed.',
    'body-bom-added': 'A byte order mark was added to the body after it was signed.',
    'body-newline-removed': 'The signed body ended with a line break, which was removed.',
  }),
  'body-newline-added': {
    what: 'A line break was added to the body after it was signed.',
    remedy: 'verify the raw bytes: editors, echo and shells add a line break at the end',
  },
  ...fixedBy(rewritten, {
    'body-crlf': 'Line breaks of the body were changed from CR LF to LF after it was signed.',
    'body-lf': 'Line breaks of the body were changed from LF to CR LF after it was signed.',
  }),
  'body-charset': {
    what: 'The body was changed from one character set to another after it was signed.',
    remedy: 'make sure nothing on the way reads UTF-8 as Latin-1 or Latin-1 as UTF-8',
  },
  'body-decompressed': {
    what: 'The signature fits the body before it was compressed.',
    remedy: 'sign the compressed body, or make sure nothing on the way compresses it',
  },
  'body-empty': {
    what: 'The signature fits an empty body.',
    remedy: 'sign the body: the signer read it too early or after it was consumed',
  },
  ...fixedBy(unsigned, {
    'body-empty-object': 'The signature fits {}, which a parser returns when it parsed nothing.',
    'body-undefined': 'The signature fits the word undefined, which code writes when there is no body.',
    'body-null': 'The signature fits the word null, which code writes when there is no body.',
    'body-object-object': 'The signature fits [object Object], which JavaScript writes for an object as text.',
  }),
  'body-double-encoded': {
    what: 'The signature fits the body as a JSON string: it was encoded twice.',
    remedy: 'sign the body as it is sent: it is text already',
  },
  'body-encoded-again': {
    what: 'The body was encoded as a JSON string after it was signed.',
    remedy: 'send the body on as received, without encoding it again',
  },
  'body-buffer-as-json': {
    what: 'The signature fits the JSON that JavaScript writes for a Buffer, {"type":"Buffer","data":[…]}.',
    remedy: 'sign the Buffer itself, not JSON.stringify of it',
  },
  'body-sent-as-buffer': {
    what: 'The received body is the JSON that JavaScript writes for a Buffer, {"type":"Buffer","data":[…]}.',
    remedy: 'have the proxy send the raw body on: it sends the parsed one as JSON',
  },
  ...sameJson,
} as const satisfies Record<string, { readonly what: string; readonly remedy: string }>
export type SignatureCause = keyof typeof signatureCauses

/** What fixes all of them together, each once. */
export const remediesOf = (causes: readonly SignatureCause[]): string[] => [
  ...new Set(causes.map(cause => signatureCauses[cause].remedy)),
]

/** Where two candidate bodies part. */
export interface Parting {
  /** The first byte that differs, counted from 0. */
  readonly offset: number
  /** A few bytes around it of each, as text; what is not printable is escaped, card data is masked. */
  readonly received: PartingText
  readonly signed: PartingText
}

/** One side of a parting; `after` begins with what differs. */
export interface PartingText {
  readonly before: string
  readonly after: string
}

/** A diagnosis as it is handed on: its codes, none where none fits, and its sentence. */
export interface ShownDiagnosis {
  readonly causes: readonly SignatureCause[]
  readonly sentence: string
}

export type SignatureDiagnosis =
  /** The causes that together make it fit, in the order they are told; usually one. */
  | {
      readonly kind: 'found'
      readonly causes: readonly [SignatureCause, ...SignatureCause[]]
      /** One sentence for people that names the cause and what to do. */
      readonly sentence: string
      /** The key it was signed with, masked, and whose it is (id and label); null for a digest made without a key. */
      readonly key: {
        readonly kind: KeyKind
        readonly masked: string
        readonly hook: string
        readonly label: string
      } | null
      /** What the X-Signature would have to be for the body as it came, by the rule; null when the hook has no key. */
      readonly expected: string | null
      /** Bytes of the body that was signed. */
      readonly signedBytes: number
      /** Null when the body that was signed is the one that came. */
      readonly parting: Parting | null
    }
  /** It came from another gateway, whose signature stands in another header. */
  | { readonly kind: 'other-gateway'; readonly gateway: 'NMI'; readonly sentence: string }
  /** None of the causes fits. It says so, and never guesses. */
  | { readonly kind: 'unknown'; readonly sentence: string }

export const shownDiagnosis = (diagnosis: SignatureDiagnosis): ShownDiagnosis => ({
  causes: diagnosis.kind === 'found' ? diagnosis.causes : [],
  sentence: diagnosis.sentence,
})

/** Takes a body's Content-Encoding away, to read it; the bytes that came stay what is kept and signed. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'
import { type HeaderList, headerValues } from '../../core/http/headers.ts'

/**
 * `plain`: it had no encoding. `unreadable`: unknown encoding, or bytes that are not it. `too-large`: it is larger than
 * the limit, or becomes so on the way.
 */
export type DecodedBody =
  | { readonly kind: 'plain' }
  | { readonly kind: 'decoded'; readonly body: Uint8Array }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'too-large' }

/**
 * Largest decompressed body, bytes: as large as a plain one may be by default. A stranger's megabyte can hold a gigabyte
 * of zeros, and 19 bytes hold eight megabytes. The words of the note `body-unpacks-too-large` name it.
 */
const decodedLimit = 1024 * 1024

function inflateEither(body: Uint8Array, options: ZlibOptions): Uint8Array {
  try {
    return inflateSync(body, options)
  } catch (error) {
    if (isTooLarge(error)) throw error
    // RFC 9110, 8.4.1.2: some senders leave the zlib wrapper out.
    return inflateRawSync(body, options)
  }
}

type Decoder = (body: Uint8Array, options: ZlibOptions) => Uint8Array

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateEither],
  ['br', brotliDecompressSync],
])

const isTooLarge = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

/** What a header says was done to the body, in lower case, in its order. */
export const encodingsOf = (headers: HeaderList): string[] =>
  headerValues(headers, 'content-encoding')
    .flatMap(value => value.split(','))
    .map(encoding => encoding.trim().toLowerCase())
    .filter(encoding => encoding !== '' && encoding !== 'identity')

/** Largest plain body that is read where deliveries are received, bytes: the gateway’s events are a few thousand. */
export const fewBytes = 32 * 1024

/** Whether a body is more than is read where deliveries are received: it is large, or has to be unpacked. */
export const isMuchToRead = (isPacked: boolean, bytes: number): boolean => isPacked || bytes > fewBytes

/**
 * @param body the raw body; several encodings are undone last first
 * @param limit what it may grow to, bytes
 */
export function decodeBody(headers: HeaderList, body: Uint8Array, limit = decodedLimit): DecodedBody {
  const encodings = encodingsOf(headers)
  if (encodings.length === 0) return { kind: 'plain' }
  // More than a few is nobody's encoding, only work.
  if (encodings.length > 4) return { kind: 'unreadable' }
  let decoded = body
  for (const encoding of encodings.reverse()) {
    const decode = decoders.get(encoding)
    if (!decode) return { kind: 'unreadable' }
    try {
      decoded = decode(decoded, { maxOutputLength: limit })
    } catch (error) {
      return { kind: isTooLarge(error) ? 'too-large' : 'unreadable' }
    }
  }
  return { kind: 'decoded', body: decoded }
}

const startsAsGzip = (body: Uint8Array) => body[0] === 0x1f && body[1] === 0x8b

/** Whether a header or its first bytes say that a body is packed. */
export const looksPacked = (headers: HeaderList, body: Uint8Array): boolean =>
  encodingsOf(headers).length > 0 || startsAsGzip(body)

/** The body without its compression, whether a header tells of it or its first bytes do; null when there is none. */
export function unpackBody(headers: HeaderList, body: Uint8Array): Uint8Array | null {
  const decoded = decodeBody(headers, body)
  if (decoded.kind === 'decoded') return decoded.body
  const unmarked = startsAsGzip(body) ? decodeBody([['Content-Encoding', 'gzip']], body) : decoded
  return unmarked.kind === 'decoded' ? unmarked.body : null
}

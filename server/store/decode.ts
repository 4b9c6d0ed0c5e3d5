/** Takes a body's Content-Encoding away, to read it; the bytes that came stay what is kept and signed. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'
import { type HeaderList, headerValues } from '../../core/headers.ts'

/** `plain`: it had no encoding. `unreadable`: unknown encoding, bytes that are not it, or larger than the cap. */
export type DecodedBody =
  | { readonly kind: 'plain' }
  | { readonly kind: 'decoded'; readonly body: Uint8Array }
  | { readonly kind: 'unreadable' }

/** Largest decompressed body, bytes: a stranger's megabyte can hold a gigabyte of zeros. */
const decodedLimit = 8 * 1024 * 1024

function inflateEither(body: Uint8Array, options: ZlibOptions): Uint8Array {
  try {
    return inflateSync(body, options)
  } catch {
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

/**
 * @param body the raw body; several encodings are undone last first
 * @param limit what it may grow to, bytes
 */
export function decodeBody(headers: HeaderList, body: Uint8Array, limit = decodedLimit): DecodedBody {
  const encodings = headerValues(headers, 'content-encoding')
    .flatMap(value => value.split(','))
    .map(encoding => encoding.trim().toLowerCase())
    .filter(encoding => encoding !== '' && encoding !== 'identity')
  if (encodings.length === 0) return { kind: 'plain' }
  // More than a few is nobody's encoding, only work.
  if (encodings.length > 4) return { kind: 'unreadable' }
  let decoded = body
  for (const encoding of encodings.reverse()) {
    const decode = decoders.get(encoding)
    if (!decode) return { kind: 'unreadable' }
    try {
      decoded = decode(decoded, { maxOutputLength: limit })
    } catch {
      return { kind: 'unreadable' }
    }
  }
  return { kind: 'decoded', body: decoded }
}

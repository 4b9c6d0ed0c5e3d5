/** Raw bodies of requests, and what to do in each framework where a parser was faster. */
import type { Rejection } from '../deliveries/delivery.ts'
import { bytesOf } from './body.ts'

/** What Node's IncomingMessage and the requests of its frameworks have in common. */
export interface NodeRequest {
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined }
  readonly rawHeaders?: readonly string[]
  readonly body?: unknown
  /** Where a framework keeps the bytes beside what it parsed. */
  readonly rawBody?: unknown
  readonly readableEnded?: boolean
  /** As Node's Readable has it: without it, a body that is too large would end the connection before its answer. */
  readonly iterator?: (options: { readonly destroyOnReturn: boolean }) => AsyncIterable<unknown>
  /** As Node's Readable has it: lets the rest of a body pass that is too large, which else would stand before the next request. */
  readonly resume?: () => unknown
}

type Body = Uint8Array<ArrayBuffer> | Extract<Rejection, 'body-too-large' | 'body-incomplete'>

/**
 * Reads the raw body of a Web Request.
 * @param most the largest body, in bytes
 * @throws TypeError when it was read before, or is decoded text
 */
export async function readRequest(request: Request, most: number): Promise<Body> {
  if (request.bodyUsed) {
    throw new TypeError(
      'The body of this Request was read before. Verify first, then use `event` or `body` of the result.',
    )
  }
  return request.body === null ? new Uint8Array() : collect(request.body, most)
}

/**
 * The raw body of Node's request: kept by a framework as `rawBody` or as a `body` of bytes, else read from the stream.
 * @param most the largest body, in bytes
 * @throws TypeError when a parser took it, or it was read before
 */
export async function readNodeRequest(request: NodeRequest, most: number): Promise<Body> {
  const kept = request.rawBody ?? request.body
  if (kept !== undefined && kept !== null) {
    if (typeof kept === 'object' && !ArrayBuffer.isView(kept) && !(kept instanceof ArrayBuffer)) {
      throw new TypeError(`A parser took the raw body. ${adviceFor(request)}`)
    }
    const bytes = bytesOf(kept)
    return bytes.byteLength > most ? 'body-too-large' : bytes
  }
  if (request.readableEnded === true || request.iterator === undefined) {
    throw new TypeError(`The raw body was read before and is gone. ${adviceFor(request)}`)
  }
  try {
    return await collect(request.iterator({ destroyOnReturn: false }), most)
  } finally {
    // Node does so by itself only for a body of which nothing was read.
    request.resume?.()
  }
}

/**
 * @returns `body-incomplete` when the connection ended before the body did
 * @throws TypeError when the chunks are no bytes: no sender brings that about, only the shop's own code
 */
async function collect(chunks: AsyncIterable<unknown>, most: number): Promise<Body> {
  const parts: Uint8Array[] = []
  let length = 0
  let mistake: TypeError | null = null
  try {
    for await (const chunk of chunks) {
      if (!ArrayBuffer.isView(chunk)) {
        mistake = noBytes(chunk)
        break
      }
      const part = bytesOf(chunk)
      length += part.byteLength
      if (length > most) return 'body-too-large'
      parts.push(part)
    }
  } catch {
    return 'body-incomplete'
  }
  if (mistake !== null) throw mistake
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** Decoded text has other bytes wherever what came was no UTF-8, or began with a byte order mark. */
const noBytes = (chunk: unknown) =>
  new TypeError(
    typeof chunk === 'string'
      ? 'The body arrives as decoded text, not as raw bytes. Remove setEncoding() or TextDecoderStream from this request.'
      : `The body arrives as ${typeof chunk === 'object' ? 'objects' : `a ${typeof chunk}`}, not as raw bytes. Verify before anything parses the stream.`,
  )

/** By what each framework leaves on its request. */
const frameworks: readonly (readonly [mark: string, advice: string])[] = [
  // Nest puts Express or Fastify underneath; its own switch is said with Express's.
  [
    'baseUrl',
    "In Express, give this route express.raw({ type: '*/*' }) before express.json(); in Nest, create the app with { rawBody: true }.",
  ],
  [
    'routeOptions',
    "In Fastify, add a parser that keeps the bytes: addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body)).",
  ],
  ['originalUrl', 'In Koa, verify before the body parser, with ctx.req.'],
  ['cookies', 'In an API route of Next.js, export const config = { api: { bodyParser: false } }.'],
]

function adviceFor(request: NodeRequest): string {
  const found = frameworks.find(([mark]) => mark in request)
  return found?.[1] ?? 'Verify before the body parser, or let it keep the bytes as request.rawBody.'
}

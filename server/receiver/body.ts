/** Reads a body whole, within a size and a time, or says why it did not come whole. */
import type { IncomingMessage } from 'node:http'

export type BodyRead =
  | { readonly kind: 'whole'; readonly body: Uint8Array }
  | {
      readonly kind: 'body-too-large' | 'body-incomplete' | 'body-too-slow'
      /** What Content-Length announced, or what was seen. */
      readonly bytes: number
    }

export interface BodyLimits {
  /** The largest body that is kept. */
  readonly bytes: number
  /** Up to here a body that is too large is read away before it is refused: tunnels lose a connection that answers early. */
  readonly drainBytes: number
  /** From the end of the header to the end of the body, milliseconds. */
  readonly ms: number
}

/**
 * Gathers the raw body. One that is too large is read to its end, kept nowhere; not at all when even that would be too
 * much, or when its sender waits to be told to continue.
 */
export function readBody(incoming: IncomingMessage, limits: BodyLimits): Promise<BodyRead> {
  const announced = announcedBytes(incoming)
  let tooLarge = announced !== undefined && announced > limits.bytes
  if (announced !== undefined && tooLarge && (announced > limits.drainBytes || incoming.headers.expect !== undefined))
    return Promise.resolve({ kind: 'body-too-large', bytes: announced })
  return new Promise(resolve => {
    let chunks: Buffer[] = []
    let seen = 0
    const finish = (read: BodyRead) => {
      clearTimeout(timer)
      incoming.off('data', onData).off('end', onEnd).off('close', onClose)
      resolve(read)
    }
    const stop = (kind: 'body-incomplete' | 'body-too-slow') =>
      finish({ kind: tooLarge ? 'body-too-large' : kind, bytes: announced ?? seen })
    const onData = (chunk: Buffer) => {
      seen += chunk.length
      tooLarge ||= seen > limits.bytes
      if (tooLarge) chunks = []
      else chunks.push(chunk)
      if (tooLarge && seen > limits.drainBytes) finish({ kind: 'body-too-large', bytes: announced ?? seen })
    }
    const onEnd = () => {
      const [only] = chunks
      if (tooLarge) finish({ kind: 'body-too-large', bytes: seen })
      else finish({ kind: 'whole', body: only && chunks.length === 1 ? only : Buffer.concat(chunks, seen) })
    }
    const onClose = () => stop('body-incomplete')
    const timer = setTimeout(() => stop('body-too-slow'), limits.ms)
    incoming.on('data', onData).on('end', onEnd).on('close', onClose)
    // The reason of a cut is told by `close`; without a listener it would be an exception.
    incoming.on('error', () => {})
  })
}

/** Whether there is a body still to come. */
export function hasBody(incoming: IncomingMessage): boolean {
  return incoming.headers['content-length'] !== undefined || incoming.headers['transfer-encoding'] !== undefined
}

/** Content-Length, which Node's parser has checked; undefined for a chunked body or none. */
function announcedBytes(incoming: IncomingMessage): number | undefined {
  const length = incoming.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** Reads a body whole, within a size and a time, or says why it did not come whole. */
import type { IncomingMessage } from 'node:http'

export type BodyRead =
  | { readonly kind: 'whole'; readonly body: Uint8Array }
  | {
      readonly kind: 'body-too-large' | 'body-incomplete' | 'body-too-slow'
      /** What Content-Length announced, or what was seen. */
      readonly bytes: number
    }

/**
 * Gathers the raw body. A body that is announced as too large is not read at all; one that turns out to be is let go
 * at the first byte too many. What is left of it is up to the caller (see `Connections`).
 * @param limits the largest body in bytes, and the milliseconds it may take
 */
export function readBody(incoming: IncomingMessage, limits: { bytes: number; ms: number }): Promise<BodyRead> {
  const announced = announcedBytes(incoming)
  if (announced !== undefined && announced > limits.bytes)
    return Promise.resolve({ kind: 'body-too-large', bytes: announced })
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let seen = 0
    const finish = (read: BodyRead) => {
      clearTimeout(timer)
      incoming.off('data', onData).off('end', onEnd).off('close', onClose)
      resolve(read)
    }
    const stop = (kind: 'body-too-large' | 'body-incomplete' | 'body-too-slow') =>
      finish({ kind, bytes: announced ?? seen })
    const onData = (chunk: Buffer) => {
      seen += chunk.length
      chunks.push(chunk)
      if (seen > limits.bytes) stop('body-too-large')
    }
    const onEnd = () => {
      const [only] = chunks
      finish({ kind: 'whole', body: only && chunks.length === 1 ? only : Buffer.concat(chunks, seen) })
    }
    const onClose = () => stop('body-incomplete')
    const timer = setTimeout(() => stop('body-too-slow'), limits.ms)
    incoming.on('data', onData).on('end', onEnd).on('close', onClose)
    // The reason of a cut is told by `close`; without a listener it would be an exception.
    incoming.on('error', () => {})
  })
}

/** Content-Length, which Node's parser has checked; undefined for a chunked body or none. */
function announcedBytes(incoming: IncomingMessage): number | undefined {
  const length = incoming.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

/** Sends a request's body as bad lines do: in small pieces over time, or only a part of it. */
import type { ClientRequest } from 'node:http'

/** How a body goes out, when not at once and whole. */
export interface Upload {
  /** In small pieces, spread over so many milliseconds; 0: at once. */
  readonly overMs: number
  /** The connection is ended after so many bytes; null: after all of them, as usual. */
  readonly cutAfter: number | null
}

/** Pieces that a body is sent in. */
const pieces = 20

/**
 * Sends the body over a request that has begun.
 * @param onCut called once the part that goes out is on its way, when not all of it does
 * @returns stops it
 */
export function upload(request: ClientRequest, body: Uint8Array, how: Upload, onCut: () => void): () => void {
  const end = how.cutAfter ?? body.length
  const size = how.overMs === 0 ? end : Math.max(1, Math.ceil(end / pieces))
  const pauseMs = how.overMs / Math.max(1, Math.ceil(end / Math.max(1, size)) - 1)
  let timer: NodeJS.Timeout | undefined

  function sendFrom(start: number) {
    const stop = Math.min(start + size, end)
    const piece = body.subarray(start, stop)
    if (stop < end) {
      request.write(piece)
      timer = setTimeout(() => sendFrom(stop), pauseMs)
    } else if (how.cutAfter === null) request.end(piece)
    // An empty write would never be told of; the header line alone has to leave first.
    else if (piece.length === 0) {
      request.flushHeaders()
      request.once('socket', socket => {
        if (socket.connecting) socket.once('connect', () => setImmediate(onCut))
        else setImmediate(onCut)
      })
    } else request.write(piece, onCut)
  }
  sendFrom(0)
  return () => clearTimeout(timer)
}

/** The WebSocket of the inspector: GET /api/stream, with the cursor to go on from as `after`; with `preparing=1` also of what is not listed yet. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { StreamFrame } from '../../core/api/messages.ts'
import { streamProtocol } from '../../core/api/page-key.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import type { Viewers } from './viewers.ts'

/** The viewer was too slow; it may come back with its cursor. */
const slowViewerCode = 4008

/** A viewer that does not take its leave this long after the end was told to it is cut off, milliseconds. */
const leaveMs = 1000

const viewerCap = 100
const beatMs = 15_000

export interface Stream {
  /**
   * Takes over a connection that asks for an upgrade and that the guard let pass; answers 4xx to anything but ours.
   * @param shown a frame as who asks may see it; absent: as it is
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, shown?: (frame: string) => string): void
  close(): void
}

export function openStream(viewers: Viewers, options: { readonly beatMs?: number } = {}): Stream {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    perMessageDeflate: false,
    // Of what a page offers; its key, which is among that, is never said back.
    handleProtocols: offered => (offered.has(streamProtocol) ? streamProtocol : false),
  })
  const answering = new WeakSet<WebSocket>()
  const beat: StreamFrame = { kind: 'beat' }
  const beatText = JSON.stringify(beat)

  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (!answering.has(socket)) {
        socket.terminate()
        continue
      }
      answering.delete(socket)
      socket.ping()
      socket.send(beatText)
    }
  }, options.beatMs ?? beatMs)
  timer.unref()

  const welcome = (
    socket: WebSocket,
    after: number | null,
    wantsPreparing: boolean,
    shown = (frame: string) => frame,
  ) => {
    answering.add(socket)
    const leave = viewers.join(
      {
        send: frame => socket.send(shown(frame)),
        buffered: () => socket.bufferedAmount,
        drop: () => socket.close(slowViewerCode, 'too slow: come back with your cursor'),
        wantsPreparing,
      },
      after,
    )
    socket.on('pong', () => answering.add(socket))
    socket.on('close', leave)
    // A broken frame or a reset: `close` follows.
    socket.on('error', leave)
  }

  return {
    upgrade(request, socket, head, shown) {
      const [path, search = ''] = (request.url ?? '').split('?', 2)
      const asked = new URLSearchParams(search)
      const after = asked.get('after')
      if (path !== '/api/stream') return refuseUpgrade(socket, 404, 'The stream is at /api/stream.')
      if (after !== null && !/^\d{1,15}$/.test(after)) return refuseUpgrade(socket, 400, '“after” is a whole number.')
      if (server.clients.size >= viewerCap) return refuseUpgrade(socket, 503, 'Too many viewers are connected.')
      server.handleUpgrade(request, socket, head, client =>
        welcome(client, after === null ? null : Number(after), asked.get('preparing') === '1', shown),
      )
    },
    close() {
      clearInterval(timer)
      for (const socket of server.clients) socket.close(1001, 'hookscope ends')
      setTimeout(() => {
        for (const socket of server.clients) socket.terminate()
      }, leaveMs).unref()
      server.close()
    },
  }
}

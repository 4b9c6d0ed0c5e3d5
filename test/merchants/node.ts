/** A merchant's endpoint on plain node:http (or https). */
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import https, { type ServerOptions } from 'node:https'
import type { Server } from 'node:net'
import { listenApart } from '../helpers/ports.ts'
import { answer, type Came, Crash, type Shop } from './shop.ts'

export interface ShopServer {
  readonly url: URL
  close(): Promise<void>
}

/** What came, as the shop sees it. */
export function cameOf(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): Came {
  const { method = '', headers, rawHeaders, socket } = incoming
  const left = new Promise(resolve => outgoing.once('close', () => !outgoing.writableFinished && resolve(undefined)))
  return { method, headers, rawHeaders, body, connection: socket, left }
}

/** How long a process that ended takes to be back, milliseconds. */
const restartMs = 300

/** Has a server listen on a port of this machine that is free. @param secure whether it speaks TLS */
export async function listen(server: Server, secure: boolean): Promise<ShopServer & { crash(): void }> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  const host = secure ? 'localhost' : '127.0.0.1'
  // It may be given up for a while, and has to be there again.
  const port = await listenApart(server, host)
  let restart: NodeJS.Timeout | undefined
  const stop = (stopped: () => void) => {
    server.close(stopped)
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: new URL(`${secure ? 'https' : 'http'}://${host}:${port}/webhooks`),
    crash() {
      stop(() => {
        restart = setTimeout(() => server.listen(port, host), restartMs)
      })
    },
    async close() {
      clearTimeout(restart)
      if (server.listening) await new Promise<void>(stop)
    },
  }
}

async function serve(shop: Shop, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk)
  } catch {
    // The connection ended before the body did: there is nobody to answer.
    shop.halfBody()
    return
  }
  const said = await answer(shop, cameOf(incoming, outgoing, Buffer.concat(chunks)))
  outgoing.writeHead(said.status, said.headers).end(said.body ?? '')
}

/** @param tls makes it an https server */
export async function startNodeShop(shop: Shop, tls?: ServerOptions): Promise<ShopServer> {
  const handle: RequestListener = (incoming, outgoing) => {
    serve(shop, incoming, outgoing).catch((error: unknown) => {
      // What nobody catches ends a process; what else goes wrong ends as its web server ends it.
      if (error instanceof Crash) listening.crash()
      else outgoing.writeHead(500).end()
    })
  }
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle)
  const listening = await listen(server, tls !== undefined)
  return listening
}

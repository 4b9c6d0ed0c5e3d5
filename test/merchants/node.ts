/** A merchant's endpoint on plain node:http (or https). */
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https, { type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { answer, type Shop } from './shop.ts'

export interface ShopServer {
  readonly url: URL
  readonly shop: Shop
  close(): Promise<void>
}

async function serve(shop: Shop, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk)
  } catch {
    // The connection ended before the body did: there is nobody to answer.
    return
  }
  const { method = '', headers, rawHeaders } = incoming
  const said = await answer(shop, { method, headers, rawHeaders, body: Buffer.concat(chunks) })
  outgoing.writeHead(said.status, said.headers).end(said.body ?? '')
}

/** @param tls makes it an https server */
export async function startNodeShop(shop: Shop, tls?: ServerOptions): Promise<ShopServer> {
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => void serve(shop, incoming, outgoing)
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle)
  await new Promise<void>(resolve => server.listen(0, tls ? 'localhost' : '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(tls ? `https://localhost:${port}/webhooks` : `http://127.0.0.1:${port}/webhooks`),
    shop,
    async close() {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

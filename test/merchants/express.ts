/** A merchant's endpoint on Express 5, as its guide has it: the raw body first, an error handler last. */
import http from 'node:http'
import https, { type ServerOptions } from 'node:https'
import express, { type ErrorRequestHandler } from 'express'
import { cameOf, listen, type ShopServer } from './node.ts'
import { answer, type Shop } from './shop.ts'

const quietly: ErrorRequestHandler = (error: { status?: number }, _request, response, _next) => {
  response.status(error.status ?? 500).end()
}

/** @param tls makes it an https server */
export async function startExpressShop(shop: Shop, tls?: ServerOptions): Promise<ShopServer> {
  const app = express()
  app.disable('x-powered-by')
  app.all('/webhooks', express.raw({ type: () => true, limit: '1mb' }), async (request, response) => {
    const body: unknown = request.body
    const said = await answer(shop, cameOf(request, response, Buffer.isBuffer(body) ? body : Buffer.alloc(0)))
    response
      .status(said.status)
      .set({ ...said.headers })
      .end(said.body ?? '')
  })
  app.use(quietly)
  return listen(tls ? https.createServer(tls, app) : http.createServer(app), tls !== undefined)
}

/** The private door: pages, API and stream on 127.0.0.1, behind the guard. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { UserError } from '../errors.ts'
import { openFeed } from '../feed.ts'
import { cannotListen, doors } from '../ports.ts'
import { inspectorLink } from '../store/owner.ts'
import type { Store } from '../store/store.ts'
import { createApi } from './api.ts'
import { isApi, type Judgement, judge } from './guard.ts'
import { createPages, plainPage } from './pages.ts'
import { ApiProblem, answerError } from './problem.ts'
import { securityHeaders } from './security-headers.ts'
import { openStream, refuseUpgrade } from './stream.ts'
import type { ApiError, Controls } from './types.ts'

export interface InspectorOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** The secret that opens this inspector. */
  readonly token: string
  readonly store: Store
  readonly controls: Controls
  /** Folder of the built UI. */
  readonly uiFolder: string
  /** One line about something that went wrong, for the terminal. */
  log(line: string): void
}

export interface Inspector {
  readonly port: number
  /** Without a slash at its end. */
  readonly url: string
  /** The link that signs a browser in. It holds the token. */
  readonly openUrl: string
  /** Ends the stream, lets answers under way end (bounded), closes. */
  close(): Promise<void>
}

const closeMs = 2000

/** @throws UserError when the port is taken or not allowed, or the token cannot be used */
export async function startInspector(options: InspectorOptions): Promise<Inspector> {
  const { token, store, controls, log } = options
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UserError(
      'The session token is empty, or holds characters that a header cannot carry.',
      'Set HOOKSCOPE_TOKEN to letters and digits, or leave it unset for a fresh one.',
    )
  const app = new Hono()
    .route('/', createApi({ store, controls, log }))
    .all('/api/*', () => {
      throw new ApiProblem(404, 'route-unknown', 'The API has no such route.', 'See “For scripts” in the README.')
    })
    .route('/', createPages(options.uiFolder))
  app.notFound(c => c.text('There is nothing here.', 404))
  app.onError((error, c) => answerError(error, c, log))
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false })

  const feed = openFeed({ store, status: () => controls.status(), log })
  const stopStatus = controls.onStatus(() => feed.announceStatus())
  const stream = openStream(feed)

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const judgement = judge(request, { port, token })
    if (judgement.kind === 'pass') void answer(request, response)
    else turnAway(request, response, judgement)
  })
  // Node takes its own listener away with CONNECT and Upgrade; an error that nobody hears ends the process.
  server.on('connection', socket => socket.on('error', () => socket.destroy()))
  server.on('upgrade', (request, socket, head) => {
    const judgement = judge(request, { port, token })
    if (judgement.kind === 'pass') stream.upgrade(request, socket, head)
    else if (judgement.kind === 'refused') refuseUpgrade(socket, judgement.status, judgement.message)
    else refuseUpgrade(socket, 400, 'The stream takes a cookie or Authorization: Bearer.')
  })

  const endStream = () => {
    stopStatus()
    feed.close()
    stream.close()
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', error => {
      endStream()
      reject(cannotListen(doors.inspector, options.port, error))
    })
    server.listen(options.port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  server.on('error', error => log(`inspector: ${String(error)}`))

  const url = `http://127.0.0.1:${port}`
  return {
    port,
    url,
    openUrl: inspectorLink({ inspectorUrl: url, token }),
    close() {
      endStream()
      return new Promise(resolve => {
        const hurry = setTimeout(() => server.closeAllConnections(), closeMs)
        server.close(() => {
          clearTimeout(hurry)
          resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}

/** Answers whoever does not come in: JSON where the API was asked for, otherwise a plain page. */
function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  judgement: Exclude<Judgement, { kind: 'pass' }>,
): void {
  if (judgement.kind === 'signed-in') {
    response.writeHead(303, { Location: judgement.location, 'Set-Cookie': judgement.cookie }).end()
    return
  }
  const { status, code, message, hint } = judgement
  const error: ApiError = { error: { code, message, hint } }
  const [type, body] = isApi(request.url ?? '')
    ? ['application/json', JSON.stringify(error)]
    : ['text/html; charset=utf-8', plainPage(message, hint)]
  response
    .writeHead(status, { 'Content-Type': type, ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }) })
    .end(body)
  // Whatever body it sends goes nowhere.
  request.resume()
}

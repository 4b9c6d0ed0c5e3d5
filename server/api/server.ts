/** The inspector's server: pages, API and stream on 127.0.0.1, behind the guard. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorLine, UserError } from '../lib/errors.ts'
import { lazily } from '../lib/lazily.ts'
import { cannotListen, doors } from '../lib/ports.ts'
import { inspectorLink } from '../store/sqlite/file/owner.ts'
import type { Store } from '../store/store.ts'
import { type InspectorAccess, type Judgement, judge } from './guard.ts'
import { openGuesses } from './guesses.ts'
import { refuseUpgrade } from './refuse-upgrade.ts'
import type { Routes, RoutesOptions } from './routing.ts'
import { securityHeaders } from './security-headers.ts'
import type { Stream } from './stream.ts'
import { openTickets } from './tickets.ts'
import { cannotLoad, turnAway } from './turn-away.ts'
import { openViewers } from './viewers.ts'

export interface InspectorOptions extends Pick<RoutesOptions, 'token' | 'workspace' | 'uiFolder' | 'people' | 'log'> {
  /** 0 takes a free one. */
  readonly port: number
  /** What Host and Origin may name beside the inspector's own addresses, as `name` or `name:port`. Default: nothing. */
  readonly allowedHosts?: readonly string[]
  /** How long the answer to a wrong secret is held up, once there were several; default: a second. */
  readonly guessHoldMs?: number
}

export interface Inspector {
  readonly port: number
  /** Without a slash at its end. */
  readonly url: string
  /** The link that signs a browser in, as often as it is opened. It holds the token. */
  readonly openUrl: string
  /** A link that signs a browser in once, within a minute: for where others could read it. */
  oneTimeUrl(): string
  /** Ends the stream, lets answers under way end (bounded), closes. */
  close(): Promise<void>
}

const closeMs = 2000

/** @throws UserError when the port is taken or not allowed, or the token cannot be used */
export async function startInspector(options: InspectorOptions): Promise<Inspector> {
  const { token, workspace, log } = options
  const { store } = workspace
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UserError(
      'The inspector’s token is empty, or contains characters that a header cannot.',
      'Set HOOKSCOPE_TOKEN to letters and digits, or leave it unset for a new one.',
    )
  const tickets = openTickets()
  const guesses = openGuesses(log, options.guessHoldMs)
  /** What few starts need is loaded when it is asked for: it takes as long as the rest of a start. */
  const routes = lazily(async (): Promise<Routes> => {
    const { openRoutes } = await import('./routing.ts')
    const { people, uiFolder } = options
    return openRoutes({ token, tickets, workspace, uiFolder, log, ...(people !== undefined && { people }) })
  })
  const viewers = openViewers({ store, status: workspace.status, log })
  const stopStatus = workspace.onStatus(() => viewers.announceStatus())
  const stream = lazily(async (): Promise<Stream> => {
    const { openStream } = await import('./stream.ts')
    return openStream(viewers)
  })

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const judgement = judge(request, access())
    if (judgement.kind === 'refused' && judgement.code === 'link-spent')
      log(
        'The link that opened the browser was opened again by someone who is not signed in. If that was not you, another user of this machine may have read it and gotten in: restart hookscope.',
      )
    if (isProbe(request, judgement)) answerProbe(store, response)
    else if (judgement.kind === 'pass') {
      request.url = judgement.target
      routes.get().then(
        answers => answers[judgement.to](request, response),
        (error: unknown) => turnAway(request, response, cannotLoad(error, log)),
      )
    } else if (isGuess(judgement)) void guesses.wrong().then(() => turnAway(request, response, judgement))
    else turnAway(request, response, judgement)
  })
  // Node takes its own listener away with CONNECT and Upgrade; an error that nobody hears ends the process.
  server.on('connection', socket => socket.on('error', () => socket.destroy()))
  server.on('upgrade', (request, socket, head) => {
    const judgement = judge(request, access())
    const refuse = ({ status, message }: { status: number; message: string }) => refuseUpgrade(socket, status, message)
    if (judgement.kind === 'pass' && judgement.to === 'all')
      stream.get().then(
        ({ upgrade }) => upgrade(request, socket, head),
        (error: unknown) => refuse(cannotLoad(error, log)),
      )
    else if (judgement.kind !== 'refused')
      refuse({ status: 400, message: 'The stream takes a page’s key or Authorization: Bearer.' })
    else if (isGuess(judgement)) void guesses.wrong().then(() => refuse(judgement))
    else refuse(judgement)
  })

  const endStream = () => {
    stopStatus()
    viewers.close()
    void stream.opened?.then(({ close }) => close())
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', error => {
      endStream()
      reject(cannotListen(doors.inspector, options.port, error))
    })
    server.listen(options.port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  server.on('error', error => log(`inspector: ${errorLine(error)}`))

  function access(): InspectorAccess {
    return { port, token, allowedHosts: options.allowedHosts ?? [], tickets, isFull: guesses.isFull() }
  }
  const url = `http://127.0.0.1:${port}`
  return {
    port,
    url,
    openUrl: inspectorLink({ inspectorUrl: url, token }),
    oneTimeUrl: () => inspectorLink({ inspectorUrl: url, ticket: tickets.issue('link') }),
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

/** Whether this machine's supervisor asks, who has no token; web pages and other names are turned away before. */
const isProbe = ({ method, url }: IncomingMessage, judgement: Judgement) =>
  url === '/readyz' &&
  (method === 'GET' || method === 'HEAD') &&
  (judgement.kind === 'pass' || (judgement.kind === 'refused' && judgement.status === 401))

/** Whether deliveries are kept, shown and sent on; no more than the kind of trouble, since whoever asks may not see the rest. */
function answerProbe(store: Pick<Store, 'health'>, response: ServerResponse): void {
  const trouble = store.health.trouble()
  const body = trouble === null ? { ready: true } : { ready: false, trouble: trouble.code, keeps: trouble.keeps }
  response
    .writeHead(trouble === null ? 200 : 503, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body))
}

const isGuess = (judgement: Judgement) => judgement.kind === 'refused' && judgement.guess

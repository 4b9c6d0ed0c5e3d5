/** The receiver, which is public. The tunnel leads to it and to nothing else; it knows hook paths and says 404 to the rest. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { hangMs, longestDelayMs } from '../../core/hooks/mock-response.ts'
import { clip, printable } from '../../core/text/text.ts'
import { errorLine } from '../lib/errors.ts'
import { lazily } from '../lib/lazily.ts'
import { limitLog, openLimiter } from '../lib/limiter.ts'
import { type Answer, emptyAnswer, writeAnswer } from './answers.ts'
import type { ReceiverAppOptions, Responder } from './app.ts'
import { watchConnections } from './connections.ts'
import { type IntakeOptions, openIntake } from './intake.ts'
import { listenHere } from './listen.ts'
import { openMockResponder } from './mock-response.ts'
import { openProbes, type ReceiverProbe, sharedProbes } from './probes.ts'
import { pathOf } from './request-target.ts'
import { openUnrouted } from './unrouted.ts'

export type { ReceiverProbe } from './probes.ts'

export interface ReceiverOptions
  extends Pick<
    IntakeOptions,
    | 'hooks'
    | 'store'
    | 'observe'
    | 'bodyBytes'
    | 'answerFromApp'
    | 'onInPlace'
    | 'rehearse'
    | 'claim'
    | 'onAnswered'
    | 'log'
  > {
  /** 0 for a free one. */
  readonly port: number
  /** Shared with the other processes behind the public URL: whichever is asked answers the probe of another. Default: it is alone. */
  readonly probeKey?: () => Uint8Array
  /** The address that a request came from, where proxies stand before hookscope. Default: that of its connection. */
  readonly clientOf?: (incoming: IncomingMessage) => string
  /** An address to take connections at beside loopback. Default: none. */
  readonly host?: string | null
  /** The path of the public URL, without a slash at its end; requests come with it or without it. Default: none. */
  readonly prefix?: string
  /** What is sent to paths that no hook has is kept; without it, it is not. */
  readonly unrouted?: UnroutedHandling
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number
  /**
   * Milliseconds for a request's header (default 10 s), its body (30 s), the app's answer (55 s), and an answer that
   * hangs as a mock response (50 s).
   */
  readonly deadlines?: Partial<Deadlines>
}

export interface UnroutedHandling {
  /** How many are kept; the oldest go. */
  readonly most: number
  /** The hook that a path may mean, one that was deleted perhaps; null when none is near. */
  nearest(path: string): { readonly label: string; readonly isDeleted: boolean } | null
}

export interface Deadlines {
  readonly headerMs: number
  readonly bodyMs: number
  readonly answerMs: number
  readonly hangMs: number
}

export interface Receiver {
  readonly port: number
  /** A path that answers once, to ask through the tunnel whether it leads here. */
  issueProbe(): ReceiverProbe
  /**
   * Stops accepting, answers at once the mock responses that are held back, lets what else is in flight be answered, for `ms`
   * milliseconds, by default as long as the app may take, then closes.
   */
  close(ms?: number): Promise<void>
  /** How many requests are not answered. */
  busy(): number
}

const connectionCap = 256
const headerBytes = 32 * 1024
const drainMs = 10_000
const drainBytes = 16 * 1024 * 1024
/** How much longer than the app may take closing waits for what is in flight. */
const closeExtraMs = 5000
/** When the app is loaded that answers all but what is posted to a hook, milliseconds after the start, unless it is asked for before. */
const loadAppMs = 5000

/** @throws UserError when the port is in use or not allowed */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const now = options.now ?? Date.now
  const deadlines: Deadlines = { headerMs: 10_000, bodyMs: 30_000, answerMs: 55_000, hangMs, ...options.deadlines }
  const log = limitLog(options.log, openLimiter(20, 0.5, now))
  const probes = options.probeKey === undefined ? openProbes() : sharedProbes(options.probeKey)
  const connections = watchConnections(
    {
      connections: connectionCap,
      headerMs: deadlines.headerMs,
      requestMs: deadlines.bodyMs + Math.max(deadlines.answerMs, longestDelayMs) + 10_000,
      drainMs,
      drainBytes,
    },
    log,
  )
  const mockResponder = openMockResponder(deadlines.hangMs)
  const clientOf = options.clientOf ?? (({ socket }: IncomingMessage) => socket.remoteAddress ?? '')
  const intake = openIntake({ ...options, ...deadlines, clientOf, mockResponder, drainBytes, now })
  const { unrouted } = options

  function failed(error: unknown): Answer {
    options.log(`A delivery could not be received: ${errorLine(error)}`)
    return emptyAnswer(500)
  }

  /** What is posted to the very path of a hook is answered past Hono, which alone takes half as long as node:http does. */
  async function answerPost(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const hook = options.hooks().find(({ path }) => path === incoming.url)
      if (hook === undefined) return await respond(incoming, outgoing)
      const answer = await intake(hook, incoming, outgoing)
      if (answer !== null) writeAnswer(outgoing, answer)
    } catch (error) {
      writeAnswer(outgoing, failed(error))
    }
  }

  const appOptions: ReceiverAppOptions = {
    hooks: options.hooks,
    prefix: options.prefix ?? '',
    intake,
    probes,
    wrongPaths: openLimiter(100, 10, now),
    unrouted: unrouted
      ? openUnrouted({
          store: options.store,
          most: unrouted.most,
          limiter: openLimiter(50, 1, now),
          clientOf,
          report: options.log,
        })
      : null,
    didYouMean(path) {
      const near = unrouted?.nearest(path) ?? null
      if (near === null) return ''
      const named = `“${clip(printable(near.label), 60)}”`
      return near.isDeleted ? `; ${named}, whose path is near, was deleted` : `; did you mean the Hook URL of ${named}?`
    },
    now,
    drain: { drainBytes, ms: drainMs },
    log,
    failed,
  }
  const app = lazily(async (): Promise<Responder> => {
    const { openReceiverApp } = await import('./app.ts')
    return openReceiverApp(appOptions)
  })

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      await (await app.get())(incoming, outgoing)
    } catch (error) {
      writeAnswer(outgoing, failed(error))
    }
  }

  /** Well-formed enough for HTTP, but nothing for the receiver. */
  function turnAway(outgoing: ServerResponse, status: number, why: string) {
    log(`Refused with ${status}: ${why}`)
    outgoing.writeHead(status, ['Content-Length', '0']).end()
  }

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse) {
    const why = malformation(incoming)
    if (!connections.began(incoming, outgoing)) {
      incoming.destroy()
    } else if (why !== null) {
      turnAway(outgoing, 400, why)
    } else {
      void (isPlain(incoming) ? answerPost(incoming, outgoing) : respond(incoming, outgoing))
    }
  }

  function create(): Server {
    const server = createServer({
      headersTimeout: 0,
      requestTimeout: 0,
      keepAliveTimeout: 0,
      maxHeaderSize: headerBytes,
      requireHostHeader: false,
    })
    // The header's size is limited; a limit by number would drop header lines silently.
    server.maxHeadersCount = 0
    server.on('connection', connections.opened)
    server.on('request', onRequest)
    server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      // Whoever is refused before it was told to continue may send its body or not: only closing leaves no doubt.
      const keepAlive = outgoing.shouldKeepAlive
      outgoing.shouldKeepAlive = false
      incoming.once('resume', () => {
        outgoing.shouldKeepAlive = keepAlive
        if (!outgoing.headersSent) outgoing.writeContinue()
      })
      onRequest(incoming, outgoing)
    })
    server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      outgoing.shouldKeepAlive = false
      if (connections.began(incoming, outgoing)) turnAway(outgoing, 417, 'it expects what is not known here')
    })
    server.on('connect', (_, socket) => connections.refuse(socket, 400, 'CONNECT, which asks for a proxy'))
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || socket.destroyed) socket.destroy()
      else if (error.code === 'HPE_HEADER_OVERFLOW') connections.refuse(socket, 431, 'its header is too large')
      else connections.refuse(socket, 400, `not HTTP (${error.code ?? error.name})`)
    })
    return server
  }

  const { port, servers } = await listenHere(create, options.port, options.host)
  // Most starts do without it, but it must be there also when hookscope is installed again while it runs.
  const loading = setTimeout(() => void app.get().catch(() => {}), loadAppMs).unref()
  for (const server of servers) server.on('error', error => log(`The listener met an error: ${error.message}`))

  return {
    port,
    issueProbe: probes.issue,
    busy: connections.busy,
    async close(ms = deadlines.answerMs + closeExtraMs) {
      clearTimeout(loading)
      const closed = servers.map(server => new Promise(resolve => server.close(resolve)))
      mockResponder.release()
      await connections.close(Math.max(0, ms))
      await Promise.all(closed)
    },
  }
}

/** A name or an IPv4 address, and a port perhaps: whether anything else is a host, Hono finds out. */
const plainHost = /^[\w.-]+(?::\d{1,5})?$/

/** Whether nothing about a request but its path is left to look at. */
const isPlain = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' && headers.host !== undefined && plainHost.test(headers.host)

/** What makes a request not one for an origin server (RFC 9112, 3.2), in words; null when nothing does. */
function malformation(incoming: IncomingMessage): string | null {
  if (pathOf(incoming.url ?? '') === null) return 'its target is neither a path nor a URL of http'
  const hosts = incoming.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
  if (hosts > 1) return 'more than one Host'
  if (hosts === 0 && incoming.httpVersion !== '1.0') return 'no Host'
  return null
}

/** Merchants' apps on loopback, on raw sockets: what they receive is seen byte for byte, and how they misbehave is exact. */
import net from 'node:net'
import tls from 'node:tls'
import { type HeaderList, headerValue } from '../../core/http/headers.ts'

/** One request as it came over the wire. */
interface Received {
  /** Everything up to and including the empty line; one character a byte. */
  readonly head: string
  readonly method: string
  readonly path: string
  readonly headers: HeaderList
  readonly body: Buffer
  /** The how-manieth request of its connection, from 1. */
  readonly turn: number
}

/** What an app does with a request. */
export type Manner = (socket: net.Socket, received: Received) => void

export interface Merchant {
  /** http (or https) URL of its endpoint, on 127.0.0.1 (https: localhost). */
  readonly url: string
  readonly port: number
  /** All requests so far. */
  readonly received: readonly Received[]
  /** How many connections were made so far. */
  readonly connections: number
  /** Resolves once `count` requests have come in all. */
  arrived(count: number): Promise<readonly Received[]>
  /** From now on it behaves so. */
  behave(manner: Manner): void
  /** Ends all connections, then the server. */
  close(): Promise<void>
}

export interface MerchantOptions {
  /** PEM; makes it an https server. */
  readonly certificate?: { readonly key: string; readonly cert: string }
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Default: a free one. */
  readonly port?: number
}

const crlf = '\r\n'

/** Writes an answer with exactly these header lines, and Content-Length unless they name it. */
function reply(socket: net.Socket, status: string, lines: readonly string[], body: Uint8Array | string = '') {
  const bytes = Buffer.from(body)
  const length = lines.some(line => /^(content-length|transfer-encoding):/i.test(line))
    ? []
    : [`Content-Length: ${bytes.length}`]
  socket.write(Buffer.from([`HTTP/1.1 ${status}`, ...lines, ...length, '', ''].join(crlf), 'latin1'))
  socket.write(bytes)
}

/** A RST; inside TLS, where there is none, an end without goodbye. */
function reset(socket: net.Socket) {
  if (socket instanceof tls.TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

/** Good and bad manners, to be handed to `startMerchant`. */
export const manners = {
  /** Answers every request so. */
  answers:
    (status = '200 OK', lines: readonly string[] = [], body: Uint8Array | string = 'ok'): Manner =>
    socket =>
      reply(socket, status, lines, body),
  redirects: (to: string): Manner => manners.answers('302 Found', [`Location: ${to}`], ''),
  /** Answers HEAD as HTTP wants it: the length of a body that does not come. */
  answersHead: (): Manner => socket => reply(socket, '200 OK', ['Content-Length: 5'], ''),
  /** Takes the request and says nothing, ever. */
  hangs: (): Manner => () => {},
  /** Sends the header of an answer, then a byte now and then, without end. */
  trickles: (everyMs = 10): Manner => {
    return socket => {
      socket.write(`HTTP/1.1 200 OK${crlf}Content-Length: 1000000${crlf}${crlf}`)
      const timer = setInterval(() => socket.write('.'), everyMs)
      socket.on('close', () => clearInterval(timer))
    }
  },
  /** Sends an answer without end, as fast as it is taken. */
  floods: (): Manner => socket => {
    const block = Buffer.alloc(64 * 1024, 'x')
    socket.write(`HTTP/1.1 200 OK${crlf}Connection: close${crlf}${crlf}`)
    const pour = () => {
      while (!socket.destroyed && socket.write(block));
    }
    socket.on('drain', pour)
    pour()
  },
  /** Answers with this many bytes. */
  answersHuge: (bytes: number): Manner => manners.answers('200 OK', [], Buffer.alloc(bytes, 'y')),
  /** Ends the connection with a RST, without an answer. */
  resets: (): Manner => reset,
  /** Ends the connection with a FIN, without an answer. */
  closes: (): Manner => socket => void socket.end(),
  /** Says less than its Content-Length promises, then closes. */
  answersHalf: (): Manner => socket => {
    reply(socket, '200 OK', ['Content-Length: 100'], 'only a part')
    socket.end()
  },
  /** Closes within a chunked answer. */
  answersHalfChunked: (): Manner => socket => {
    reply(socket, '200 OK', ['Transfer-Encoding: chunked'], `5${crlf}hello${crlf}5${crlf}he`)
    socket.end()
  },
  /** Closes within the header. */
  answersHalfHeader: (): Manner => socket => void socket.end(`HTTP/1.1 200 OK${crlf}Content-Le`),
  /** Sends these bytes in place of an answer. */
  says:
    (bytes: Uint8Array | string): Manner =>
    socket =>
      void socket.end(bytes),
  /** Answers one request a connection and resets the next one, as if it had closed the idle connection. */
  answersOncePerConnection:
    (): Manner =>
    (socket, { turn }) =>
      turn === 1 ? reply(socket, '200 OK', ['Connection: keep-alive'], 'ok') : reset(socket),
} satisfies Record<string, (...options: never[]) => Manner>

/** Keeps requests waiting until `release`; from then on answers at once. */
export function holdAnswers(): { readonly manner: Manner; release(): void } {
  const held: (() => void)[] = []
  let released = false
  const answer = manners.answers()
  return {
    manner(socket, received) {
      if (released) answer(socket, received)
      else held.push(() => answer(socket, received))
    },
    release() {
      released = true
      for (const go of held.splice(0)) go()
    },
  }
}

/** Starts an app on a free port. */
export async function startMerchant(
  manner: Manner = manners.answers(),
  { certificate, host = '127.0.0.1', port: wanted = 0 }: MerchantOptions = {},
): Promise<Merchant> {
  const received: Received[] = []
  const sockets = new Set<net.Socket>()
  const waiting = new Set<() => void>()
  let connections = 0
  let current = manner

  function accept(socket: net.Socket) {
    connections++
    let pending: Buffer = Buffer.alloc(0)
    let turn = 0
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', chunk => {
      pending = Buffer.concat([pending, chunk])
      for (let next = take(pending, turn + 1); next; next = take(pending, turn + 1)) {
        turn++
        pending = next.rest
        received.push(next.received)
        current(socket, next.received)
        for (const wake of waiting) wake()
      }
    })
  }
  const server = certificate ? tls.createServer(certificate, accept) : net.createServer(accept)
  // An app that refuses the handshake's outcome is no news here: the sender tells of it.
  server.on('tlsClientError', () => {})
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(wanted, host, resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const name = certificate ? 'localhost' : host.includes(':') ? `[${host}]` : host

  return {
    url: `${certificate ? 'https' : 'http'}://${name}:${port}/webhooks`,
    port,
    received,
    get connections() {
      return connections
    },
    arrived: count =>
      new Promise(resolve => {
        const check = () => {
          if (received.length < count) return
          waiting.delete(check)
          resolve(received)
        }
        waiting.add(check)
        check()
      }),
    behave(next) {
      current = next
    },
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** The first whole request in the bytes, and what follows it; undefined when there is none yet. */
function take(bytes: Buffer, turn: number): { received: Received; rest: Buffer } | undefined {
  const end = bytes.indexOf(crlf + crlf)
  if (end < 0) return undefined
  const head = bytes.subarray(0, end + 4).toString('latin1')
  const [first = '', ...lines] = head.trimEnd().split(crlf)
  const [method = '', path = ''] = first.split(' ')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  const length = Number(headerValue(headers, 'content-length') ?? 0)
  const body = bytes.subarray(end + 4, end + 4 + length)
  if (body.length < length) return undefined
  return {
    received: { head, method, path, headers, body: Buffer.from(body), turn },
    rest: bytes.subarray(end + 4 + length),
  }
}

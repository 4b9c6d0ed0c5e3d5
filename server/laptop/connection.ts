/** The one WebSocket to the server: opened again whenever it is lost, sooner at first, and noticed when it only seems to be there. */
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import {
  type FromLaptop,
  laptopBeatMs,
  laptopEnds,
  laptopStreamPath,
  largestToLaptop,
  type ToLaptop,
} from '../../core/laptops/frames.ts'
import { clip, printable } from '../../core/text/text.ts'
import { connectionTo } from './call.ts'
import { redirectOf } from './elsewhere.ts'
import { asSentence, whyUnreached } from './reason.ts'

/** Why there is none. */
export type Loss =
  | { readonly kind: 'lost'; readonly reason: string }
  /** The token opens nothing any more. */
  | { readonly kind: 'signed-out' }
  /** Nothing that time mends; but somebody at the server may. */
  | { readonly kind: 'refused'; readonly reason: string }

export interface ServerConnectionOptions {
  readonly server: URL
  token(): string
  /** The query of the upgrade, asked each time. */
  query(): Promise<URLSearchParams>
  /** Frames of a connection in their order; `hello` begins a new one. */
  onFrame(frame: ToLaptop): void
  /** Not connected. @param retryAt when it is tried again, milliseconds since 1970; null: when `retry` is called */
  onLoss(loss: Loss, retryAt: number | null): void
}

export interface ServerConnection {
  /** @returns false where nobody is connected: it is lost */
  send(frame: FromLaptop): boolean
  /** Tries again at once. */
  retry(): void
  /** Ends this one, and opens another. */
  reconnect(): void
  close(): void
}

const [firstMs, longestMs, refusedMs] = [500, 30_000, 60_000]
const handshakeMs = 15_000
const largestRefusal = 2000

export function openConnection(options: ServerConnectionOptions): ServerConnection {
  let socket: WebSocket | null = null
  let timer: NodeJS.Timeout | undefined
  let delayMs = firstMs
  let closed = false

  function lost(loss: Loss): void {
    if (closed) return
    clearTimeout(timer)
    if (loss.kind === 'signed-out') {
      options.onLoss(loss, null)
      return
    }
    // Not all at the same moment, where many were cut off.
    const ms = loss.kind === 'refused' ? refusedMs : delayMs * (0.75 + Math.random() / 2)
    delayMs = Math.min(longestMs, delayMs * 2)
    timer = setTimeout(open, ms)
    options.onLoss(loss, Date.now() + ms)
  }

  function open(): void {
    connect().catch((error: unknown) => lost(unreached(error, null)))
  }

  function unreached(error: unknown, proxy: string | null): Loss {
    const { reason, hint } = whyUnreached(error, options.server, proxy)
    return { kind: 'lost', reason: hint === null ? reason : `${reason} ${hint}` }
  }

  async function connect(): Promise<void> {
    const { server } = options
    const [way, query] = [await connectionTo(server), await options.query()]
    if (closed) return
    const url = new URL(`${laptopStreamPath}?${query}`, server)
    url.protocol = server.protocol === 'https:' ? 'wss:' : 'ws:'
    const opened = new WebSocket(url, {
      ...way.options,
      headers: { Authorization: `Bearer ${options.token()}` },
      handshakeTimeout: handshakeMs,
      perMessageDeflate: false,
      maxPayload: largestToLaptop,
    })
    socket = opened
    let loss: Loss | null = null
    let refusing = false
    /** A server that is asleep, or a network that is gone, says nothing. */
    let silence: NodeJS.Timeout | undefined
    const listen = () => {
      clearTimeout(silence)
      silence = setTimeout(() => {
        loss = { kind: 'lost', reason: 'The server is silent.' }
        opened.terminate()
      }, 2.5 * laptopBeatMs)
    }
    opened.on('open', listen)
    opened.on('ping', listen)
    opened.on('message', (data, isBinary) => {
      listen()
      const frame = isBinary ? null : frameOf(String(data))
      if (opened !== socket) return
      if (frame === null) {
        loss = { kind: 'lost', reason: 'What answers there does not speak as hookscope serve does.' }
        return opened.terminate()
      }
      if (frame.kind === 'hello') delayMs = firstMs
      options.onFrame(frame)
    })
    opened.on('unexpected-response', (request, response) => {
      refusing = true
      let said = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        said = `${said}${part}`.slice(0, largestRefusal)
      })
      response.on('close', () => {
        request.destroy()
        ended(refusalOf(response, said, url))
      })
    })
    opened.on('error', error => {
      loss ??= unreached(error, way.proxy)
      if (!refusing && opened.readyState === WebSocket.CLOSED) ended(loss)
    })
    opened.on('close', (code, reason) => {
      const words = clip(printable(String(reason)), 200)
      if (code === laptopEnds.signedOut) loss = { kind: 'signed-out' }
      else if (code === laptopEnds.refused || code === laptopEnds.wrong) loss = { kind: 'refused', reason: words }
      if (!refusing) ended(loss ?? { kind: 'lost', reason: words === '' ? 'The connection ended.' : asSentence(words) })
    })
    function ended(why: Loss): void {
      clearTimeout(silence)
      if (opened !== socket) return
      socket = null
      lost(why)
    }
  }
  open()

  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(frame))
      return true
    },
    retry() {
      if (socket !== null || closed) return
      clearTimeout(timer)
      delayMs = firstMs
      open()
    },
    reconnect: () => socket?.terminate(),
    close() {
      closed = true
      clearTimeout(timer)
      const open = socket
      socket = null
      open?.terminate()
    },
  }
}

/** @returns null for what is no frame */
function frameOf(text: string): ToLaptop | null {
  try {
    const read: unknown = JSON.parse(text)
    // A server of another version may say more: what is not known is passed over.
    return read !== null && typeof read === 'object' && 'kind' in read ? (read as ToLaptop) : null
  } catch {
    return null
  }
}

/** What an answer in place of the stream means. */
function refusalOf({ statusCode: status = 0, headers }: IncomingMessage, said: string, asked: URL): Loss {
  if (status === 401) return { kind: 'signed-out' }
  const to = redirectOf({ status, location: headers.location ?? null }, new URL(asked.href.replace(/^ws/, 'http')))
  if (to !== null)
    return {
      kind: 'refused',
      reason: `The server redirects to ${clip(printable(to.origin), 120)}. If it has moved there, start with that URL.`,
    }
  const words = clip(printable((errorOf(said) ?? said).trim()), 300)
  // Of hookscope, a sentence; of a proxy, a page.
  const isSaid = words !== '' && !words.startsWith('<') && !words.startsWith('{')
  const reason = isSaid ? asSentence(words) : `The server answered ${status}.`
  return { kind: [400, 403, 404, 426].includes(status) ? 'refused' : 'lost', reason }
}

/** The sentence in an error of the API; null for what is none. */
function errorOf(said: string): string | null {
  try {
    const read: unknown = JSON.parse(said)
    const error: unknown = read instanceof Object && 'error' in read ? read.error : null
    return error instanceof Object && 'message' in error ? String(error.message) : null
  } catch {
    return null
  }
}

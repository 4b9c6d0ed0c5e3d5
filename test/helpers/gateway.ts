/** The gateway as a webhook sees it: signs, authenticates and posts like the real one; and raw sockets for traffic it never sends. */
import { createHmac } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import type { EventType } from '../../core/events/catalogue.ts'
import { sampleEvent } from '../../core/events/generator/samples.ts'
import { type HeaderList, pairHeaders } from '../../core/http/headers.ts'

export interface GatewayOptions {
  /** The Hook URL that was typed into the console; http is for tests only. */
  readonly url: string
  /** The key of the console's Signature field; absent for None. */
  readonly key?: string
  /** The console's Basic authentication; absent for None. */
  readonly basicAuth?: { readonly username: string; readonly password: string }
  /** Open connections at once; the real gateway has at most 20 an endpoint. */
  readonly connections?: number
}

/** What differs from what the gateway would send. */
export interface PostChanges {
  readonly method?: string
  /** Added after the gateway's own headers. */
  readonly headers?: HeaderList
  /** Replaces the whole header list, Host aside: nothing is signed. */
  readonly allHeaders?: HeaderList
  /** Appended to the Hook URL, for instance `?a=1`. */
  readonly suffix?: string
  readonly signal?: AbortSignal
}

export interface HookAnswer {
  readonly status: number
  readonly headers: HeaderList
  readonly body: Buffer
  /** The body as text. */
  readonly text: string
}

export interface Gateway {
  /** Signs and posts: an event type (a sample of it), an envelope, text or raw bytes. */
  post(event: EventType | object | Uint8Array, changes?: PostChanges): Promise<HookAnswer>
  /** The headers the gateway would send with these bytes, Host aside. */
  headersFor(body: Uint8Array): HeaderList
  /** Ends its idle connections. */
  close(): void
}

/** The bytes the gateway would post for an event. @param seed another seed gives another event of the type */
export function eventBytes(event: EventType | object, seed = 1): Buffer {
  return Buffer.from(JSON.stringify(typeof event === 'string' ? sampleEvent(event, seed) : event))
}

/** X-Signature as the gateway documents it; written apart from the code under test on purpose. */
export function signatureOf(key: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('hex')
}

export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

export function openGateway(options: GatewayOptions): Gateway {
  const base = new URL(options.url)
  const transport = base.protocol === 'https:' ? https : http
  const agent = new transport.Agent({ keepAlive: true, maxSockets: options.connections ?? 20 })
  let posted = 0

  function headersFor(body: Uint8Array): HeaderList {
    const headers: [string, string][] = [
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.byteLength)],
    ]
    if (options.basicAuth)
      headers.push(['Authorization', basicHeader(options.basicAuth.username, options.basicAuth.password)])
    if (options.key !== undefined) headers.push(['X-Signature', signatureOf(options.key, body)])
    return headers
  }

  return {
    headersFor,
    post(event, changes = {}) {
      posted += 1
      const body = event instanceof Uint8Array ? event : eventBytes(event, posted)
      const headers = changes.allHeaders ?? [...headersFor(body), ...(changes.headers ?? [])]
      return new Promise((resolve, reject) => {
        const request = transport.request(
          {
            agent,
            host: base.hostname.replace(/^\[|\]$/g, ''),
            port: base.port,
            path: base.pathname + base.search + (changes.suffix ?? ''),
            method: changes.method ?? 'POST',
            headers: [['Host', base.host], ...headers].flat(),
            setHost: false,
            ...(changes.signal && { signal: changes.signal }),
          },
          response => {
            const chunks: Buffer[] = []
            response.on('data', (chunk: Buffer) => chunks.push(chunk))
            response.on('error', reject)
            response.on('end', () => {
              const bytes = Buffer.concat(chunks)
              resolve({
                status: response.statusCode ?? 0,
                headers: pairHeaders(response.rawHeaders),
                body: bytes,
                text: bytes.toString(),
              })
            })
          },
        )
        request.on('error', reject)
        request.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

/** A TCP connection that says what no HTTP library would. */
export interface RawConnection {
  readonly socket: net.Socket
  write(bytes: string | Uint8Array): void
  /** What has been received so far, as Latin-1 text, once it fits; rejects when the connection ends before. */
  received(fits: RegExp): Promise<string>
  /** Resolves with all that was received once the other side (or an error) has closed the connection. */
  readonly closed: Promise<string>
  /** Half-closes: no more bytes from here. */
  end(): void
  /** Closes with a reset. */
  reset(): void
}

/** @param host an address of this machine. Ends at once what the test left open: call `reset` in `afterEach`. */
export async function openRawConnection(port: number, host = '127.0.0.1'): Promise<RawConnection> {
  const socket = net.connect({ port, host, allowHalfOpen: true })
  let text = ''
  const waiting = new Set<() => void>()
  let over = false
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    for (const look of waiting) look()
  })
  socket.on('end', () => socket.end())
  const closed = new Promise<string>(resolve => {
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      over = true
      for (const look of waiting) look()
      resolve(text)
    })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    closed,
    write: bytes => {
      socket.write(bytes)
    },
    received: fits =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!fits.test(text) && !over) return
          waiting.delete(look)
          if (fits.test(text)) resolve(text)
          else reject(new Error(`The connection ended after: ${JSON.stringify(text)}`))
        }
        waiting.add(look)
        look()
      }),
    end: () => {
      socket.end()
    },
    reset: () => {
      socket.resetAndDestroy()
    },
  }
}

/** The text of a request on the wire. @param head the request line; Host is added, Content-Length when there is a body */
export function rawRequest(head: string, headers: readonly string[] = [], body = ''): string {
  const length = body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []
  return [head, 'Host: localhost', ...headers, ...length, '', body].join('\r\n')
}

/** Calls to the server: by the proxy that the environment names, where it names one. */
import { type RequestOptions, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { within } from '../lib/time-limit.ts'
import { wayTo } from '../proxy/way.ts'

const callMs = 15_000
/** What it says is short. */
const largestAnswer = 256 * 1024

export interface ServerWay {
  /** The name of the proxy; null: directly. */
  readonly proxy: string | null
  /** For node:http and for ws. */
  readonly options: Pick<RequestOptions, 'createConnection' | 'defaultPort'>
}

/** How a connection to it is opened; rejects with a ProxyFailure. */
export async function connectionTo(server: URL): Promise<ServerWay> {
  const direct = { proxy: null, options: {} }
  if (server.protocol !== 'https:') return direct
  const { proxy, options } = await wayTo(server, callMs)
  if (options.socket === undefined) return direct
  const host = server.hostname.replace(/^\[|\]$/g, '')
  const open = () => connectTls({ ...options, ...(isIP(host) === 0 && { servername: host }) })
  // Without an agent, nobody else knows that the Host line of https does not name 443.
  return { proxy, options: { createConnection: open, defaultPort: 443 } }
}

export interface Answered {
  readonly status: number
  /** Of a redirect. */
  readonly location: string | null
  /** null: it is not JSON. */
  readonly body: Readonly<Record<string, unknown>> | null
}

/** POST with JSON; rejects as `request` of node:http does, and with a ProxyFailure. */
export async function postTo(server: URL, path: string, body: object, signal: AbortSignal): Promise<Answered> {
  const { options } = await connectionTo(server)
  const text = JSON.stringify(body)
  const request = server.protocol === 'https:' ? requestTls : requestPlain
  const answered = (limited: AbortSignal) =>
    new Promise<Answered>((resolve, reject) => {
      const sent = request(new URL(path, server), {
        // An agent, even one for this request alone, would open a connection of its own.
        ...(options.createConnection === undefined ? { agent: false } : options),
        method: 'POST',
        signal: limited,
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
      })
      sent.on('error', reject)
      sent.on('response', response => {
        const parts: Buffer[] = []
        let length = 0
        response.on('error', reject)
        response.on('data', (part: Buffer) => {
          length += part.length
          if (length > largestAnswer) response.destroy(new Error('The answer is too long'))
          else parts.push(part)
        })
        response.on('end', () => {
          const { statusCode = 0, headers } = response
          resolve({ status: statusCode, location: headers.location ?? null, body: fieldsOf(Buffer.concat(parts)) })
        })
      })
      sent.end(text)
    })
  return within({ ms: callMs, signals: [signal] }, answered)
}

function fieldsOf(bytes: Buffer): Answered['body'] {
  try {
    const read: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? { ...read } : null
  } catch {
    return null
  }
}

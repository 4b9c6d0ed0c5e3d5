/** Calls to the server: by the proxy that the environment names, where it names one. */
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isLoopback } from '../../core/http/loopback.ts'
import { usageError } from '../lib/errors.ts'
import { within } from '../lib/time-limit.ts'
import { wayTo } from '../proxy/way.ts'

const callMs = 15_000
/** What it says is short. */
const largestAnswer = 256 * 1024

/** @returns scheme, host and port @throws UserError for what a token should not be sent to */
export function readServer(text: string): URL {
  const typed = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(typed) ? new URL(typed) : null
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw usageError('--from takes the URL of a hookscope serve.', 'Write it as https://hooks.example.com')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw usageError(
      `${url.origin} is not https: the token of this machine could be read on the way.`,
      `Write https://${url.host}`,
    )
  return new URL(url.origin)
}

/** How a connection to it is opened: for node:http and for ws. */
export async function connectionTo(server: URL): Promise<object> {
  if (server.protocol !== 'https:') return {}
  const { options } = await wayTo(server, callMs)
  if (options.socket === undefined) return {}
  const host = server.hostname.replace(/^\[|\]$/g, '')
  return { createConnection: () => connectTls({ ...options, ...(isIP(host) === 0 && { servername: host }) }) }
}

export interface Answered {
  readonly status: number
  /** null: it is not JSON. */
  readonly body: Readonly<Record<string, unknown>> | null
}

/** POST with JSON; rejects as `request` of node:http does, and with a ProxyFailure. */
export async function postTo(server: URL, path: string, body: object, signal: AbortSignal): Promise<Answered> {
  const way = await connectionTo(server)
  const text = JSON.stringify(body)
  const request = server.protocol === 'https:' ? requestTls : requestPlain
  const answered = (limited: AbortSignal) =>
    new Promise<Answered>((resolve, reject) => {
      const sent = request(new URL(path, server), {
        ...way,
        method: 'POST',
        agent: false,
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
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: fieldsOf(Buffer.concat(parts)) }))
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

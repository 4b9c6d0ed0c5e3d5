/**
 * Stands in for axios, of which the localtunnel client uses one `get`: to ask the tunnel server for a name. The client asks
 * again each second for ever when that call rejects, and its promise then never settles; so this one has a time-out, checks what
 * came, and tells every failure as an answer that is not 200, which the client hands on as an ordinary error.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import { within } from '../time-limit.ts'
import { quoted, readCapped, whyUnreachable } from './wire.ts'

/** What one question to the tunnel server needs beyond what the client passes on, and what came of it. */
export interface Ask {
  readonly signal: AbortSignal
  /** Time-out of the whole question, in milliseconds. */
  readonly timeoutMs: number
  /** What the server gave, once it did. */
  given: Given | null
  /** The server refuses this name and would refuse it again. */
  nameRefused: boolean
}

/** What the tunnel server gave. */
export interface Given {
  readonly name: string
  /** Public base URL without a trailing slash. */
  readonly url: string
  /** Relay sockets that the server wants. */
  readonly sockets: number
  /** Where they connect to: `host:port`. */
  readonly relay: string
}

/** Carries the question past the client: run the client inside `asking.run(ask, …)`. */
export const asking = new AsyncLocalStorage<Ask>()

const answerCap = 64 * 1024

const answerSchema = z.object({
  id: z.string().regex(/^[\w.-]{1,253}$/),
  port: z.number().int().min(1).max(65_535),
  url: z.url({ protocol: /^https?$/ }),
  max_conn_count: z.number().int().min(1).max(100).default(1),
  ip: z.union([z.ipv4(), z.ipv6()]).nullish(),
})

const refusalSchema = z.object({ message: z.string() })

/** The part of an axios answer that the client reads. */
export interface ShimAnswer {
  readonly status: number
  readonly data: unknown
}

/**
 * Asks the tunnel server; never rejects.
 * @param uri `{host}/{name}` or `{host}/?new`
 * @returns 200 with a checked answer, else another status with `{ message }`, a sentence for people
 */
export async function get(uri: string): Promise<ShimAnswer> {
  const ask = asking.getStore()
  if (ask === undefined) return failed('The tunnel server was asked outside of a tunnel.')
  const url = new URL(uri)
  try {
    return await within({ ms: ask.timeoutMs, signals: [ask.signal] }, async signal => {
      const headers = { accept: 'application/json', connection: 'close', 'user-agent': 'hookscope' }
      const response = await fetch(url, { signal, headers })
      return judge(ask, url, response.status, await readCapped(response, answerCap))
    })
  } catch (error) {
    return failed(whyUnreachable(error, 'The tunnel server', url, ask.timeoutMs))
  }
}

export default { get }

function failed(message: string): ShimAnswer {
  return { status: 0, data: { message } }
}

function judge(ask: Ask, url: URL, status: number, text: string | null): ShimAnswer {
  const body = parsed(text)
  if (status !== 200) {
    const refusal = refusalSchema.safeParse(body)
    const said = refusal.success ? `: “${quoted(refusal.data.message)}”` : ''
    ask.nameRefused = status === 403
    if (status === 403) return failed(`The tunnel server refuses the name${said || ' (403)'}.`)
    return failed(`The tunnel server ${url.host} answers ${status}${said}.`)
  }
  const answer = answerSchema.safeParse(body)
  if (!answer.success) return failed(`What answers at ${url.host} is not a localtunnel server.`)
  const { id, port, url: publicUrl, max_conn_count, ip } = answer.data
  ask.given = {
    name: id,
    url: publicUrl.replace(/\/+$/, ''),
    sockets: max_conn_count,
    relay: `${ip ?? url.hostname}:${port}`,
  }
  // Less than none: the client opens no socket by itself, relay-sockets.ts opens and counts them all.
  return { status: 200, data: { id, port, url: publicUrl, ip: ip ?? undefined, max_conn_count: -1 } }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}

/**
 * Stands in for axios, of which the localtunnel client uses one `get`: to ask the tunnel server for a name. The client asks
 * again each second for ever when that call rejects, and its promise then never settles; so this one has a time-out, checks what
 * came, and tells every failure as an answer that is not 200, which the client hands on as an ordinary error.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'
import { within } from '../lib/time-limit.ts'
import { fetchOut } from '../proxy/fetch.ts'
import { withProxy } from '../proxy/proxy-for.ts'
import { belongs, relayHost } from './territory.ts'
import { quoted, readCapped, whyUnreachable } from './wire.ts'

/** What one question to the tunnel server needs beyond what the client passes on, and what came of it. */
export interface RelayQuestion {
  readonly signal: AbortSignal
  /** Time-out of the whole question, in milliseconds. */
  readonly timeoutMs: number
  /** Hosts beside the server's own that what it gives may lie at. */
  readonly allowed: readonly string[]
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
export const asking = new AsyncLocalStorage<RelayQuestion>()

const answerCap = 64 * 1024
const mostRedirects = 3

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
  if (ask === undefined) return failed('The tunnel server was called outside of a tunnel.')
  const url = new URL(uri)
  try {
    return await within({ ms: ask.timeoutMs, signals: [ask.signal] }, async signal => {
      const { response, elsewhere } = await fetchWithin(url, ask, signal)
      if (elsewhere !== null)
        return failed(
          `The tunnel server redirects to ${elsewhere}, a different domain: if you trust it, use it as --tunnel-host.`,
        )
      return await judge(ask, url, response.status, await readCapped(response, answerCap))
    })
  } catch (error) {
    return failed(await withProxy(whyUnreachable(error, 'The tunnel server', url, ask.timeoutMs), url))
  }
}

export default { get }

/** Follows redirects within the server's domain. `elsewhere`: the first host outside of it, which is not asked. */
async function fetchWithin(
  url: URL,
  { allowed }: RelayQuestion,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly elsewhere: string | null }> {
  const headers = { accept: 'application/json', connection: 'close', 'user-agent': 'hookscope' }
  let from = url
  for (let hops = 0; ; hops += 1) {
    const response = await fetchOut(from, { signal, headers })
    const location = response.headers.get('location')
    const leads = response.status >= 300 && response.status < 400 && location !== null && URL.canParse(location, from)
    if (!leads || hops === mostRedirects) return { response, elsewhere: null }
    await response.body?.cancel()
    from = new URL(location, from)
    if (!belongs(from.hostname, { server: url.hostname, allowed })) return { response, elsewhere: quoted(from.host) }
  }
}

function failed(message: string): ShimAnswer {
  return { status: 0, data: { message } }
}

/** The origin that a public URL consists of; null when there is more to it. */
function originOf(publicUrl: string): URL | null {
  const url = new URL(publicUrl)
  return url.href === `${url.origin}/` ? url : null
}

async function judge(ask: RelayQuestion, url: URL, status: number, text: string | null): Promise<ShimAnswer> {
  const body = parsed(text)
  if (status !== 200) {
    const refusal = refusalSchema.safeParse(body)
    const said = refusal.success ? `: “${quoted(refusal.data.message)}”` : ''
    ask.nameRefused = status === 403
    if (status === 403) return failed(`The tunnel server refuses the name${said || ' (403)'}.`)
    return failed(await withProxy(`The tunnel server ${url.host} answers ${status}${said}.`, url))
  }
  const answer = answerSchema.safeParse(body)
  const given = answer.success ? originOf(answer.data.url) : null
  if (!answer.success || given === null) return failed(`${url.host} is not a localtunnel server.`)
  const { id, port, max_conn_count, ip } = answer.data
  const territory = { server: url.hostname, allowed: ask.allowed }
  if (!belongs(given.hostname, territory))
    return failed(
      `The tunnel server ${url.host} gave the URL ${quoted(given.origin)}, which is not under its domain. If it is yours, allow it with --tunnel-domain.`,
    )
  const host = await relayHost(ip ?? null, given.hostname, territory)
  ask.given = { name: id, url: given.origin, sockets: max_conn_count, relay: `${host}:${port}` }
  // Less than none: the client opens no socket by itself, relay-sockets.ts opens and counts them all.
  return { status: 200, data: { id, port, url: given.origin, ip: host, max_conn_count: -1 } }
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}

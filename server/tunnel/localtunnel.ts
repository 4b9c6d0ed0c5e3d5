/** A tunnel by the localtunnel client and a server that speaks its protocol. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tunnel as Client } from 'localtunnel'
import connect from 'localtunnel'
import { type Limiter, openLimiter } from '../lib/limiter.ts'
import type { Given, RelayQuestion } from './axios-shim.ts'
import { asking } from './axios-shim.ts'
import type { Line, LineEvents, Opening, Provider } from './provider.ts'
import { openRelaySockets } from './relay-sockets.ts'

/** What localtunnel is opened with. Times in milliseconds. */
export interface LocaltunnelOptions {
  /** The tunnel server's base URL. */
  readonly host: string
  /** The name to ask for; null takes any. */
  readonly subdomain: string | null
  /** Whether the user named it: one that was only kept from before gives way when it cannot be had. */
  readonly isChosen: boolean
  /** Hosts beside the server's own that its URLs and relays may lie at. */
  readonly allowed: readonly string[]
  /** The receiver's port on localhost. */
  readonly port: number
  readonly askMs: number
  /** Wait before a name that was taken is asked for once more: the server needs a second to forget who had it. */
  readonly askAgainMs: number
  /** Hears the name that the server gave. */
  onSubdomain(name: string): void
}

/** What to do when localtunnel cannot help. */
const otherWays = 'Use --tunnel cloudflared, or --public-url with a URL of your own.'

/** How many sockets to the server may be opened at once, and a second after that. */
const openBurst = 200
const opensPerSecond = 50

/** Soon enough: the server forgets a client that is a second without sockets. */
const topUpMs = 200

/** Opens lines through `options.host`, each with the name of the one before. */
export function localtunnel(options: LocaltunnelOptions): Provider {
  const { isChosen } = options
  const mayOpen = openLimiter(openBurst, opensPerSecond, () => performance.now())
  let wanted = isChosen || isUsableName(options.subdomain ?? '') ? options.subdomain : null
  return {
    trusted: false,
    settleMs: 0,
    patience: 2,
    async open(signal, events) {
      const problem = problemWith(options.host, wanted)
      if (problem !== null) return problem
      let asked = wanted
      let opening = await openOnce({ ...options, mayOpen }, asked, signal, events)
      if (opening.kind === 'hopeless' && asked !== null && !isChosen) {
        asked = null
        opening = await openOnce({ ...options, mayOpen }, asked, signal, events)
      }
      if (asked !== null && opening.kind === 'open' && opening.name !== asked) {
        // Most often it is still held by the sockets of a moment ago.
        await opening.line.close()
        await sleep(options.askAgainMs, undefined, { signal }).catch(() => {})
        if (signal.aborted) return { kind: 'failed', reason: 'Closed.' }
        opening = await openOnce({ ...options, mayOpen }, asked, signal, events)
      }
      if (opening.kind !== 'open') return opening
      // What could not be asked for again is no use the next time.
      if (isUsableName(opening.name)) {
        wanted = opening.name
        options.onSubdomain(wanted)
      }
      return opening
    },
  }
}

/** Of an open one, also the name that the server gave. */
type Named = Exclude<Opening, { kind: 'open' }> | (Extract<Opening, { kind: 'open' }> & { readonly name: string })

async function openOnce(
  { host, port, askMs, allowed, mayOpen }: LocaltunnelOptions & { readonly mayOpen: Limiter },
  name: string | null,
  signal: AbortSignal,
  events: LineEvents,
): Promise<Named> {
  const ask: RelayQuestion = { signal, timeoutMs: askMs, allowed, given: null, nameRefused: false }
  let client: Client
  try {
    // Never with local_host: the client then rewrites headers as text and breaks bodies that are not UTF-8.
    client = await asking.run(ask, () => connect({ port, host, ...(name === null ? {} : { subdomain: name }) }))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (!ask.nameRefused) return { kind: 'failed', reason }
    return { kind: 'hopeless', reason, hint: `Choose another name with --subdomain. ${otherWays}` }
  }
  // Without a listener the client's errors would end the process; relay-sockets.ts acts on them.
  client.on('error', () => {})
  if (ask.given === null || signal.aborted) {
    client.close()
    return { kind: 'failed', reason: 'The tunnel was closed while it opened.' }
  }
  return { kind: 'open', name: ask.given.name, line: lineOf(client, ask.given, name, events, mayOpen) }
}

function lineOf(client: Client, given: Given, asked: string | null, events: LineEvents, mayOpen: Limiter): Line {
  // One `close` listener a socket.
  client.setMaxListeners(given.sockets + 10)
  const sockets = openRelaySockets({
    cluster: client.tunnelCluster,
    count: given.sockets,
    relay: given.relay,
    events,
    mayOpen,
    topUpMs,
  })
  return {
    url: given.url,
    insteadOf: asked === null || asked === given.name ? null : urlNamed(given, asked),
    busy: sockets.busy,
    async close() {
      client.close()
      sockets.close()
    },
  }
}

/** The URL that `asked` would have had, where the name is the URL's first label. */
function urlNamed({ url, name }: Given, asked: string): string | null {
  const { protocol, host } = new URL(url)
  return host.startsWith(`${name}.`) ? `${protocol}//${asked}${host.slice(name.length)}` : null
}

const isUsableName = (name: string) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)

function problemWith(host: string, name: string | null): Opening | null {
  if (!URL.canParse(host) || !/^https?:$/.test(new URL(host).protocol)) {
    const hint = 'Give the tunnel server as --tunnel-host https://HOST.'
    return { kind: 'hopeless', reason: `“${host}” is not the URL of a tunnel server.`, hint }
  }
  if (name !== null && !isUsableName(name)) {
    const hint = 'Give --subdomain at most 63 lower-case letters, digits and hyphens.'
    return { kind: 'hopeless', reason: `“${name}” is not a valid subdomain.`, hint }
  }
  return null
}

/** A tunnel server of localtunnel's protocol on loopback, with the faults that real ones have. */
import { once } from 'node:events'
import type { AgentOptions, Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { PassThrough } from 'node:stream'
import { listenApart } from './ports.ts'

/** What it does wrong; everything is put right again by `behave({})`. */
interface TunnelFaults {
  /** Answers who asks for a tunnel with this status and `{ message }`, or `text` as it is, instead of a tunnel. */
  readonly refuse?: {
    readonly status: number
    readonly message?: string
    readonly text?: string
    /** Whoever asks for any name gets one. */
    readonly onlyNames?: boolean
  }
  /** Takes the question and never answers it. */
  readonly silent?: boolean
  /** Says this of the tunnel instead of what is so. */
  readonly lies?: Readonly<Record<string, unknown>>
  /** Redirects whoever asks. */
  readonly redirect?: string
  /** Gives another name than the one asked for. */
  readonly otherName?: boolean
  /** Keeps every socket open and relays nothing: a network that went away without a word. */
  readonly deaf?: boolean
  /** Closes relay sockets as soon as they connect. */
  readonly turnAway?: boolean
}

/** One tunnel that is there now. */
interface OpenTunnel {
  readonly name: string
  /** Public base URL; a loopback port of its own, the same whenever this name comes back. */
  readonly url: string
  /** Relay sockets that the client has open. */
  readonly sockets: number
}

/** The stand-in. */
export interface TunnelServer {
  /** Its base URL, for `--tunnel-host`. */
  readonly host: string
  /** The names asked for so far, in order; `null` for any. */
  readonly asked: readonly (string | null)[]
  /** Requests that came to public URLs so far, relayed or not. */
  readonly heard: number
  /** The tunnels that are there now. */
  tunnels(): readonly OpenTunnel[]
  /** Sets the faults; what is not named is without fault. */
  behave(faults: TunnelFaults): void
  /** Closes the relay sockets of every tunnel, or `count` of each, as a network does; the tunnels stay. */
  cutSockets(count?: number): void
  /** Dies: nothing listens, every connection is reset, every tunnel is forgotten. */
  die(): Promise<void>
  /** Comes back after `die` at the same addresses, knowing nothing of before. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

/** Small deviations from a public server. */
export interface TunnelServerOptions {
  /**
   * How long a client is remembered whose sockets have gone, in milliseconds; 1000 as the real one. A new client gets
   * longer for its first socket, so that a busy machine looks like no other client.
   */
  readonly forgetAfterMs?: number
  /** How many relay sockets it wants; 10 as the real one. */
  readonly sockets?: number
}

interface Tunnel extends OpenTunnel {
  readonly relayPort: number
  readonly agent: RelayAgent
  close(): void
}

/** How long a new client may take until its first socket, milliseconds. */
const firstSocketMs = 5000

/** Starts one on free ports of 127.0.0.1. */
export async function startTunnelServer(options: TunnelServerOptions = {}): Promise<TunnelServer> {
  const { forgetAfterMs = 1000, sockets = 10 } = options
  const tunnels = new Map<string, Tunnel>()
  const asked: (string | null)[] = []
  const doors = new Map<string, HttpServer>()
  const ports = new Map<string, number>()
  let faults: TunnelFaults = {}
  let control = createServer()
  let unnamed = 0
  let port: number | undefined
  let heard = 0

  async function listen(): Promise<void> {
    control = createServer((question, answer) => void answerQuestion(question, answer))
    port = await listenAt(control, port)
    for (const name of ports.keys()) await openDoor(name)
  }

  async function answerQuestion(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (faults.silent) return
    const wanted = question.url === '/?new' ? null : (question.url ?? '/').slice(1)
    asked.push(wanted)
    const { refuse } = faults
    if (refuse !== undefined && (wanted !== null || refuse.onlyNames !== true)) {
      answer.writeHead(refuse.status).end(refuse.text ?? JSON.stringify({ message: refuse.message ?? 'refused' }))
      return
    }
    if (faults.redirect !== undefined) {
      answer.writeHead(302, { location: faults.redirect }).end()
      return
    }
    const free = wanted !== null && !tunnels.has(wanted) && !faults.otherName
    const tunnel = await openTunnel(free ? wanted : `stray-${++unnamed}`)
    const { name, url, relayPort } = tunnel
    answer.setHeader('content-type', 'application/json')
    const given = { id: name, port: relayPort, max_conn_count: sockets, url, ip: '127.0.0.1', ...faults.lies }
    answer.end(JSON.stringify(given))
  }

  async function openTunnel(name: string): Promise<Tunnel> {
    const agent = new RelayAgent({ keepAlive: true })
    let forgetting = setTimeout(forget, firstSocketMs)
    const relay = createTcpServer(socket => {
      if (faults.turnAway || agent.connected.size >= sockets) return socket.destroy()
      clearTimeout(forgetting)
      agent.add(socket)
      socket.once('close', () => {
        if (agent.connected.size === 0 && relay.listening) forgetting = setTimeout(forget, forgetAfterMs)
      })
      return undefined
    })
    relay.listen(0, '127.0.0.1')
    await once(relay, 'listening')

    function forget(): void {
      clearTimeout(forgetting)
      if (tunnels.get(name) === tunnel) tunnels.delete(name)
      relay.close()
      agent.end()
    }

    const url = `http://127.0.0.1:${await openDoor(name)}`
    const tunnel: Tunnel = {
      name,
      url,
      relayPort: portOf(relay),
      agent,
      close: forget,
      get sockets() {
        return agent.connected.size
      },
    }
    tunnels.set(name, tunnel)
    return tunnel
  }

  async function openDoor(name: string): Promise<number> {
    const known = doors.get(name)
    if (known !== undefined) return portOf(known)
    const door = createServer((from, to) => {
      heard++
      const tunnel = tunnels.get(name)
      if (tunnel === undefined) to.writeHead(404).end('404')
      else if (!faults.deaf) relayOne(tunnel, from, to)
    })
    // What is idle stays, or a request that comes at that moment is lost.
    door.keepAliveTimeout = 0
    const at = await listenAt(door, ports.get(name))
    doors.set(name, door)
    ports.set(name, at)
    return at
  }

  async function stop(): Promise<void> {
    for (const tunnel of [...tunnels.values()]) tunnel.close()
    const servers = [control, ...doors.values()]
    doors.clear()
    await Promise.all(servers.map(closeHttp))
  }

  await listen()
  return {
    get host() {
      return `http://127.0.0.1:${port}`
    },
    asked,
    get heard() {
      return heard
    },
    tunnels: () => [...tunnels.values()],
    behave(next) {
      faults = next
    },
    cutSockets(count = sockets) {
      for (const { agent } of tunnels.values())
        for (const socket of [...agent.connected].slice(0, count)) socket.destroy()
    },
    die: stop,
    comeBack: listen,
    close: stop,
  }
}

/** Hands the client's idle sockets to the requests that come through the public door. */
class RelayAgent extends Agent {
  readonly connected = new Set<Socket>()
  private readonly idle: Socket[] = []
  private readonly waiting: ((error: Error | null, socket: Duplex) => void)[] = []

  constructor(options: AgentOptions) {
    super({ ...options, maxFreeSockets: 1 })
  }

  add(socket: Socket): void {
    this.connected.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => {
      this.connected.delete(socket)
      const at = this.idle.indexOf(socket)
      if (at >= 0) this.idle.splice(at, 1)
    })
    const next = this.waiting.shift()
    if (next === undefined) this.idle.push(socket)
    else next(null, socket)
  }

  override createConnection(_options: unknown, taken?: (error: Error | null, socket: Duplex) => void): undefined {
    const socket = this.idle.shift()
    if (taken === undefined) return
    if (socket === undefined) this.waiting.push(taken)
    else taken(null, socket)
  }

  end(): void {
    for (const socket of this.connected) socket.destroy()
    for (const taken of this.waiting) taken(new Error('The client is gone.'), new PassThrough())
    this.waiting.length = 0
    this.destroy()
  }
}

/** As the real server does: header names in lower case and joined, the body's bytes as they are. */
function relayOne({ agent }: Tunnel, from: IncomingMessage, to: ServerResponse): void {
  const { method = 'GET', url: path = '/', headers } = from
  const onward = request({ agent, method, path, headers }, answer => {
    to.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(to)
    answer.once('error', () => to.destroy())
  })
  onward.once('error', () => to.destroy())
  to.once('close', () => onward.destroy())
  from.pipe(onward)
}

/** Listens at the port that was had before, or for the first time at one that stays free meanwhile. */
async function listenAt(server: HttpServer, port: number | undefined): Promise<number> {
  if (port === undefined) return listenApart(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return port
}

function portOf(server: Server | HttpServer): number {
  return (server.address() as AddressInfo).port
}

async function closeHttp(server: HttpServer): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>(resolve => server.close(() => resolve()))
}

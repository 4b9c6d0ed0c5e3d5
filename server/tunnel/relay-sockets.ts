/** The sockets that the localtunnel client keeps open to its server: counted, topped up, and ended without a rest. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'
import type { TunnelCluster } from 'localtunnel'
import type { Limiter } from '../lib/limiter.ts'
import { proxyVariables } from '../proxy/proxy-for.ts'
import type { LineEvents } from './provider.ts'

/** What the sockets need to know. */
export interface RelayOptions {
  readonly cluster: TunnelCluster
  /** How many the server wants. */
  readonly count: number
  /** Where they lead, for messages: `host:port`. */
  readonly relay: string
  readonly events: LineEvents
  /** How often one may be opened, by this line and those before it. */
  readonly mayOpen: Limiter
  /** Wait before lost ones are replaced, in milliseconds. */
  readonly topUpMs: number
}

/** The sockets of one line. */
export interface RelaySockets {
  /** Every socket that is connected carries a request that has no answer yet. */
  busy(): boolean
  close(): void
}

/** A socket younger than this (milliseconds) that carried nothing was turned away. */
const turnedAwayMs = 1000

/**
 * Opens them. The client replaces a socket when it closes, but not one whose connection was refused or whose local side was
 * reset: those are opened again here. When none is left, the line is in doubt; when the server refuses all, it is lost.
 */
export function openRelaySockets({ cluster, count, relay, events, mayOpen, topUpMs }: RelayOptions): RelaySockets {
  const sockets = new Set<Socket>()
  /** What a socket had written when bytes last came in: still the same means that they wait for their answer. */
  const writtenBefore = new WeakMap<Socket, number>()
  let closed = false
  let turnedAway = 0
  let timer: NodeJS.Timeout | undefined

  const openOne = cluster.open.bind(cluster)
  // The client calls this one too, through the same property.
  cluster.open = () => {
    if (closed) return
    // A server that ends each connection at once would have the client open thousands a second.
    if (mayOpen()) for (const socket of socketsMadeBy(openOne)) watch(socket)
    else timer ??= setTimeout(topUp, topUpMs)
  }

  function connected(): readonly Socket[] {
    return [...sockets].filter(socket => socket.readyState === 'open')
  }

  function watch(socket: Socket): void {
    const since = performance.now()
    sockets.add(socket)
    socket.on('data', () => writtenBefore.set(socket, socket.bytesWritten))
    socket.once('close', () => {
      sockets.delete(socket)
      if (closed) return
      turnedAway = socket.bytesRead === 0 && performance.now() - since < turnedAwayMs ? turnedAway + 1 : 0
      // The client would go on at once and for ever.
      if (turnedAway > count * 5) return events.lost(`The tunnel server closes every connection to ${relay} at once.`)
      timer ??= setTimeout(topUp, topUpMs)
    })
  }

  function topUp(): void {
    timer = undefined
    if (connected().length === 0) events.doubt()
    for (let missing = count - sockets.size; missing > 0 && !closed; missing--) cluster.open()
  }

  cluster.on('error', () => {
    if (closed || connected().length > 0) return
    const direct = proxyVariables().length === 0 ? '' : ' No proxy leads there: localtunnel connects directly.'
    events.lost(
      `The tunnel server does not accept connections at ${relay}: it is down, or a firewall blocks it.${direct}`,
    )
  })
  for (let opened = 0; opened < count; opened++) cluster.open()

  return {
    busy() {
      const open = connected()
      return open.length > 0 && open.every(socket => writtenBefore.get(socket) === socket.bytesWritten)
    },
    close() {
      closed = true
      clearTimeout(timer)
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The client keeps its sockets to itself until they are connected; Node announces each one as it is made. */
function socketsMadeBy(make: () => void): readonly Socket[] {
  const made: Socket[] = []
  const note = (announcement: unknown) => {
    const socket = (announcement as { readonly socket?: unknown }).socket
    if (socket instanceof Socket) made.push(socket)
  }
  subscribe('net.client.socket', note)
  try {
    make()
  } finally {
    unsubscribe('net.client.socket', note)
  }
  return made
}

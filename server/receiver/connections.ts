/**
 * The connections of the receiver: their number, their deadlines, and what is left to do when one misbehaves.
 * Node's own time-outs are off, since a tunnel's idle sockets must live for ever; a deadline begins with a first byte.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface ConnectionLimits {
  /** How many may be open at once. */
  readonly connections: number
  /** From a request's first byte to the end of its header, milliseconds. */
  readonly headerMs: number
  /** From there to the end of its answer: what no other deadline has ended by then is cut. */
  readonly requestMs: number
  /** How long, and how many bytes of, a body that nobody wants is read away, so that its connection lives on. */
  readonly drainMs: number
  readonly drainBytes: number
}

export interface Connections {
  /** Takes a new socket in. When there is no room, a silent one gives way; with every one busy, the new one is closed. */
  opened(socket: Socket): void
  /** A request's header is complete. @returns false when its connection was given up meanwhile */
  began(incoming: IncomingMessage, outgoing: ServerResponse): boolean
  /** What came is not a request: answers with a status and an empty body, and closes. */
  refuse(socket: Duplex, status: number, why: string): void
  /** How many have sent a request, or a part of it, that is not answered. */
  busy(): number
  /** Ends idle connections, and busy ones after their answer, or after `ms` milliseconds at the latest. */
  close(ms: number): Promise<void>
}

type Phase =
  /** Nothing has come since this many bytes. */
  | { readonly kind: 'idle'; readonly bytes: number }
  | { readonly kind: 'header'; readonly until: number }
  | { readonly kind: 'busy'; readonly until: number; readonly requests: number; readonly newest: IncomingMessage }
  | { readonly kind: 'draining'; readonly until: number }
  /** Answered with an error and half-closed; lingers so that the other side can read it. */
  | { readonly kind: 'refused'; readonly until: number }

interface Connection {
  readonly socket: Socket
  phase: Phase
  /** Close once the answers that are due have been given. */
  last: boolean
}

const lingerMs = 1000

export function watchConnections(limits: ConnectionLimits, log: (line: string) => void): Connections {
  /** In the order in which they fell silent. */
  const open = new Map<Duplex, Connection>()
  let whenAllClosed: (() => void) | null = null

  function sweep() {
    const time = performance.now()
    for (const connection of open.values()) {
      const { phase, socket } = connection
      if (phase.kind === 'idle') {
        if (socket.bytesRead > phase.bytes) connection.phase = { kind: 'header', until: time + limits.headerMs }
      } else if (time > phase.until) {
        if (phase.kind === 'header') refuse(socket, 408, 'its header took too long')
        else socket.destroy()
      }
    }
  }
  const sweepMs = Math.min(1000, Math.max(10, Math.min(limits.headerMs, limits.drainMs) / 4))
  const sweeper = setInterval(sweep, sweepMs)
  sweeper.unref()

  function refuse(socket: Duplex, status: number, why: string) {
    const connection = open.get(socket)
    if (connection?.phase.kind === 'refused') return
    if (connection?.phase.kind === 'busy' && connection.phase.newest.complete) {
      // Junk after a whole request: that one is answered first, and with its own answer.
      connection.last = true
      return
    }
    // Whatever else comes before it is closed is junk to the parser, piece by piece.
    if (!socket.writable && connection?.phase.kind === 'busy') return
    log(`Refused with ${status}: ${why}`)
    if (socket.writable)
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    if (connection === undefined || connection.phase.kind === 'busy') endSoon(socket)
    else connection.phase = { kind: 'refused', until: performance.now() + lingerMs }
  }

  /** Its request is answered and read: it is now the one that has been silent for the shortest. */
  function rest(connection: Connection) {
    const { socket } = connection
    connection.phase = { kind: 'idle', bytes: socket.bytesRead }
    if (open.delete(socket)) open.set(socket, connection)
  }

  /**
   * Ends the connection that has been silent for the longest, or else the oldest whose header is not complete.
   * @returns whether there was one: who has sent a request is never sent away
   */
  function makeRoom(): boolean {
    const all = [...open.values()]
    const silent = all.find(({ phase, socket }) => phase.kind === 'idle' && socket.bytesRead === phase.bytes)
    const givesWay = silent ?? all.find(({ phase }) => phase.kind === 'idle' || phase.kind === 'header')
    if (givesWay === undefined) return false
    open.delete(givesWay.socket)
    givesWay.socket.destroy()
    return true
  }

  /** An answer is out (or its connection is gone). */
  function answered(connection: Connection, incoming: IncomingMessage) {
    const { phase, socket } = connection
    if (phase.kind !== 'busy') return
    const time = performance.now()
    if (phase.requests > 1) {
      connection.phase = { ...phase, requests: phase.requests - 1, until: time + limits.requestMs }
    } else if (connection.last || whenAllClosed) {
      socket.destroySoon()
    } else if (incoming.complete) {
      rest(connection)
    } else {
      connection.phase = { kind: 'draining', until: time + limits.drainMs }
      drain(connection, incoming)
    }
  }

  function drain(connection: Connection, incoming: IncomingMessage) {
    let left = limits.drainBytes
    incoming.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) connection.socket.destroy()
    })
    incoming.on('end', () => {
      if (connection.phase.kind === 'draining') rest(connection)
    })
    incoming.on('error', ignore)
    incoming.resume()
  }

  return {
    opened(socket) {
      // Node takes its own listener away with CONNECT and Upgrade; an error that nobody hears ends the process.
      socket.on('error', ignore)
      if (whenAllClosed || (open.size >= limits.connections && !makeRoom())) {
        log(`Closed a new connection: ${open.size} are open already`)
        socket.destroy()
        return
      }
      open.set(socket, { socket, phase: { kind: 'idle', bytes: 0 }, last: false })
      socket.on('close', () => {
        open.delete(socket)
        if (open.size === 0) whenAllClosed?.()
      })
    },

    began(incoming, outgoing) {
      const connection = open.get(incoming.socket)
      if (!connection || connection.phase.kind === 'refused') return false
      const requests = connection.phase.kind === 'busy' ? connection.phase.requests + 1 : 1
      const until = performance.now() + limits.requestMs
      connection.phase = { kind: 'busy', until, requests, newest: incoming }
      outgoing.on('close', () => answered(connection, incoming))
      return true
    },

    refuse,
    busy: () => [...open.values()].filter(({ phase }) => phase.kind === 'busy').length,

    async close(ms) {
      if (open.size > 0) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(() => {
            for (const { socket } of open.values()) socket.destroy()
          }, ms)
          whenAllClosed = () => {
            clearTimeout(timer)
            resolve()
          }
          for (const { socket, phase } of open.values()) {
            if (phase.kind === 'idle') socket.destroySoon()
            else if (phase.kind !== 'busy') socket.destroy()
          }
        })
      }
      clearInterval(sweeper)
    },
  }
}

/** `close` follows, and that is what counts. */
function ignore() {}

/** Closes once what was written has been handed over. */
function endSoon(socket: Duplex) {
  if (socket.writableFinished) socket.destroy()
  else socket.on('finish', () => socket.destroy())
}

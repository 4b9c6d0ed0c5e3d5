/** The check's own connections: a pool of them, and single ones that are counted. */
import http from 'node:http'
import https from 'node:https'
import { createSecureContext } from 'node:tls'
import { tunneling } from '../proxy/agents.ts'
import type { SendAgents } from '../sender/send.ts'

/** Connections of one sender that opens no second one while the first lasts. */
export interface SingleConnection {
  readonly agents: SendAgents
  /** How many connections were made so far. */
  readonly made: number
  close(): void
}

export interface CheckConnections {
  /** What most requests go through. */
  readonly pool: SendAgents
  single(): SingleConnection
  close(): void
}

export interface ConnectionOptions {
  /** Whose certificates are trusted, PEM; null for the public authorities. */
  readonly trust: readonly string[] | null
  /** Whether a certificate that does not hold is passed over. */
  readonly anyCertificate: boolean
  /** How many are open at once, at most. */
  readonly most: number
}

/** After this an idle connection is not used again, milliseconds: before the server closes it (gunicorn does after 2 s). */
const idleMs = 1000

function agentsOf({ maxSockets, ...options }: https.AgentOptions): SendAgents {
  return {
    pooled: {
      'http:': tunneling(new http.Agent({ ...options, maxSockets, keepAlive: true })),
      'https:': tunneling(new https.Agent({ ...options, maxSockets, keepAlive: true })),
    },
    // With a bound of their own, these would hand a used connection to a request that waits.
    fresh: { 'http:': tunneling(new http.Agent(options)), 'https:': tunneling(new https.Agent(options)) },
  }
}

function destroy({ pooled, fresh }: SendAgents): void {
  for (const agents of [pooled, fresh]) {
    agents['http:'].destroy()
    agents['https:'].destroy()
  }
}

export function openConnections({ trust, anyCertificate, most }: ConnectionOptions): CheckConnections {
  const tls = {
    // Read once, and not at every connection: that takes longer than the handshake.
    ...(trust !== null && { secureContext: createSecureContext({ ca: [...trust] }) }),
    rejectUnauthorized: !anyCertificate,
  }
  const pool = agentsOf({ ...tls, maxSockets: most, timeout: idleMs })
  const opened = [pool]
  return {
    pool,
    single() {
      const own = agentsOf({ ...tls, maxSockets: 1 })
      opened.push(own)
      let made = 0
      for (const agent of [own.pooled['http:'], own.pooled['https:']]) {
        const connect = agent.createConnection.bind(agent)
        agent.createConnection = (...args: Parameters<typeof connect>) => {
          made += 1
          return connect(...args)
        }
      }
      return {
        agents: own,
        get made() {
          return made
        },
        close: () => destroy(own),
      }
    },
    close() {
      for (const one of opened) destroy(one)
    },
  }
}

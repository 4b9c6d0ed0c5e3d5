/** A receiver that answers probes, and ways to wait for what a tunnel says. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TunnelStatus } from '../../../core/api/tunnel.ts'
import type { IssuedProbe } from '../../../server/tunnel/probe.ts'
import type { Tunnel, TunnelOptions } from '../../../server/tunnel/tunnel.ts'
import { openTunnel } from '../../../server/tunnel/tunnel.ts'

export interface Probed {
  readonly port: number
  /** Bodies that arrived at paths that are no probe. */
  readonly bodies: Buffer[]
  /** Probes that were issued and not withdrawn. */
  readonly outstanding: ReadonlyMap<string, string>
  /** Probes issued so far. */
  readonly issued: number
  issueProbe(): IssuedProbe
  /** What answers everything that is no probe; 200 with the body that came unless set. */
  answer: (from: IncomingMessage, to: ServerResponse, body: Buffer) => void
  close(): Promise<void>
}

export async function startProbed(port = 0): Promise<Probed> {
  const outstanding = new Map<string, string>()
  let issued = 0
  const server = createServer((from, to) => {
    const expected = outstanding.get(from.url ?? '')
    if (expected !== undefined) {
      to.end(expected)
      return
    }
    const chunks: Buffer[] = []
    from.on('data', chunk => chunks.push(chunk))
    from.on('end', () => {
      const body = Buffer.concat(chunks)
      probed.bodies.push(body)
      probed.answer(from, to, body)
    })
  })
  // As the receiver: what is idle stays, or a request that comes at that moment is lost.
  server.keepAliveTimeout = 0
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const probed: Probed = {
    port: (server.address() as AddressInfo).port,
    bodies: [],
    outstanding,
    get issued() {
      return issued
    },
    issueProbe() {
      issued++
      const path = `/probe-${randomUUID()}`
      const expected = randomUUID()
      outstanding.set(path, expected)
      return { path, expected, withdraw: () => outstanding.delete(path) }
    },
    answer: (_from, to, body) => to.end(body),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return probed
}

/** A tunnel to `probed` with short waits; what it tells is kept in `history` and `lines`. */
export function openQuickly(probed: Probed, options: Partial<TunnelOptions>): Watched {
  const lines: string[] = []
  const tunnel = openTunnel({
    provider: 'localtunnel',
    host: null,
    subdomain: null,
    publicUrl: null,
    port: probed.port,
    issueProbe: probed.issueProbe,
    previousUrl: null,
    log: line => lines.push(line),
    ...options,
    pace: { askMs: 3000, probeEveryMs: 100, probeTimeoutMs: 3000, backoffMs: [100], ...options.pace },
  })
  const history: TunnelStatus[] = [tunnel.status()]
  tunnel.onChange(status => history.push(status))
  return { ...tunnel, history, lines }
}

export interface Watched extends Tunnel {
  /** Every status so far. */
  readonly history: readonly TunnelStatus[]
  /** What was logged. */
  readonly lines: readonly string[]
}

type InState<S extends TunnelStatus['state']> = Extract<TunnelStatus, { state: S }>

/** Waits for a state, and for what else must hold of it. */
export function inState<S extends TunnelStatus['state']>(
  tunnel: Tunnel,
  state: S,
  holds: (status: InState<S>) => boolean = () => true,
): Promise<InState<S>> {
  const isIt = (status: TunnelStatus): status is InState<S> => status.state === state && holds(status as InState<S>)
  return new Promise(resolve => {
    const now = tunnel.status()
    if (isIt(now)) return resolve(now)
    const unsubscribe = tunnel.onChange(status => {
      if (!isIt(status)) return
      unsubscribe()
      resolve(status)
    })
  })
}

/** Waits for a state to be up and proved by a probe. */
export function provedUp(tunnel: Tunnel): Promise<InState<'up'>> {
  return inState(tunnel, 'up', status => status.roundTripMs !== null)
}

/** Agents whose connections may be opened by a proxy. */
import type http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'

/** An option of a request beside Node's: how its connection is opened. Left out: directly. */
export interface TunnelOption {
  readonly openTunnel?: () => Promise<Socket>
}

const handedOver = new WeakSet<Socket>()

/** Whether a connection comes from a proxy and serves its first request: bytes have come over it already. Asked once. */
export const isJustTunneled = (socket: Socket): boolean => handedOver.delete(socket)

/** @returns the same agent; one for https has its TLS inside of the tunnel */
export function tunneling<Agent extends http.Agent>(agent: Agent): Agent {
  const direct = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    const { openTunnel } = options as TunnelOption
    if (openTunnel === undefined) return direct(options, done)
    openTunnel()
      .then(socket =>
        agent instanceof https.Agent ? (direct(Object.assign({}, options, { socket })) as Socket) : socket,
      )
      .then(
        socket => {
          handedOver.add(socket)
          done?.(null, socket)
        },
        (error: Error) => done?.(error, undefined as never),
      )
    return undefined
  }
  return agent
}

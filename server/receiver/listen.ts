/** One port on every loopback address of this machine: a tunnel that connects to `localhost` may mean either. More only when asked. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../lib/errors.ts'
import { cannotListen, doors } from '../lib/ports.ts'

/** Codes of a machine without IPv6 (or without its loopback address). */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EPROTONOSUPPORT'])
const triesForFreePort = 5

interface Place {
  readonly address: string
  /** The machine may be without it. */
  readonly optional: boolean
}

/** Where to listen: both loopback addresses always, since tunnels and hookscope itself come there. */
function placesFor(host: string | null): readonly Place[] {
  const four = { address: host === '0.0.0.0' || host === '::' ? '0.0.0.0' : '127.0.0.1', optional: false }
  const six = { address: host === '::' ? '::' : '::1', optional: host !== '::' }
  return host === null || [four.address, six.address].includes(host)
    ? [four, six]
    : [four, six, { address: host, optional: false }]
}

/**
 * Listens on 127.0.0.1 and, when the machine has it, on ::1.
 * @param create makes one server; called once an address
 * @param port 0 for a free one
 * @param host an address to listen on as well; `0.0.0.0` is all of IPv4, `::` all there are
 * @throws UserError when the port or the address cannot be used; Node's error is its cause
 */
export async function listenHere(
  create: () => Server,
  port: number,
  host: string | null = null,
): Promise<{ port: number; servers: Server[] }> {
  for (let tries = 1; ; tries += 1) {
    const servers: Server[] = []
    let chosen = port
    let taken: NodeJS.ErrnoException | null = null
    for (const { address, optional } of placesFor(host)) {
      const server = create()
      const failure = await listen(server, chosen, address)
      if (failure === null) {
        servers.push(server)
        chosen = (server.address() as AddressInfo).port
      } else if (!optional || !noSuchAddress.has(failure.code ?? '')) {
        await Promise.all(servers.map(opened => new Promise(resolve => opened.close(resolve))))
        if (address === host && noSuchAddress.has(failure.code ?? '')) throw noAddress(host, failure)
        taken = failure
        break
      }
    }
    if (taken === null) return { port: chosen, servers }
    if (port !== 0 || servers.length === 0 || tries === triesForFreePort)
      throw cannotListen(doors.receiver, chosen, taken)
  }
}

const noAddress = (host: string, cause: Error) =>
  new UserError(
    `This machine does not have the address ${host}.`,
    'Give --host one of its own addresses, or 0.0.0.0 for all of them.',
    { cause },
  )

function listen(server: Server, port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise(resolve => {
    const onError = (error: NodeJS.ErrnoException) => resolve(error)
    server.once('error', onError)
    // Beside IPv4, which has a server of its own.
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', onError)
      resolve(null)
    })
  })
}

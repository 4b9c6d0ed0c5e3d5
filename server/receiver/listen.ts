/** One port on every loopback address of this machine: a tunnel that connects to `localhost` may mean either. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { cannotListen, doors } from '../lib/ports.ts'

/** Codes of a machine without IPv6 (or without its loopback address). */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EPROTONOSUPPORT'])
const triesForFreePort = 5

/**
 * Listens on 127.0.0.1 and, when the machine has it, on ::1.
 * @param create makes one server; called once an address
 * @param port 0 for a free one
 * @throws UserError when the port cannot be used; Node's error is its cause
 */
export async function listenOnLoopback(
  create: () => Server,
  port: number,
): Promise<{ port: number; servers: Server[] }> {
  for (let tries = 1; ; tries += 1) {
    const four = create()
    const failure = await listen(four, port, '127.0.0.1')
    if (failure) throw cannotListen(doors.receiver, port, failure)
    const chosen = (four.address() as AddressInfo).port
    const six = create()
    const failureSix = await listen(six, chosen, '::1')
    if (!failureSix) return { port: chosen, servers: [four, six] }
    if (noSuchAddress.has(failureSix.code ?? '')) return { port: chosen, servers: [four] }
    await new Promise(resolve => four.close(resolve))
    if (port !== 0 || tries === triesForFreePort) throw cannotListen(doors.receiver, chosen, failureSix)
  }
}

function listen(server: Server, port: number, host: string): Promise<NodeJS.ErrnoException | null> {
  return new Promise(resolve => {
    const onError = (error: NodeJS.ErrnoException) => resolve(error)
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      resolve(null)
    })
  })
}

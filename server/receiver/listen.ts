/** One port on every loopback address of this machine: a tunnel that connects to `localhost` may mean either. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../errors.ts'

/** Codes of a machine without IPv6 (or without its loopback address). */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL', 'EPROTONOSUPPORT'])
const triesForFreePort = 5

/**
 * Listens on 127.0.0.1 and, when the machine has it, on ::1.
 * @param create makes one server; called once an address
 * @param port 0 for a free one
 * @throws UserError when the port is in use or not allowed
 */
export async function listenOnLoopback(
  create: () => Server,
  port: number,
): Promise<{ port: number; servers: Server[] }> {
  for (let tries = 1; ; tries += 1) {
    const four = create()
    const failure = await listen(four, port, '127.0.0.1')
    if (failure) throw listenError(failure, port)
    const chosen = (four.address() as AddressInfo).port
    const six = create()
    const failureSix = await listen(six, chosen, '::1')
    if (!failureSix) return { port: chosen, servers: [four, six] }
    if (noSuchAddress.has(failureSix.code ?? '')) return { port: chosen, servers: [four] }
    await new Promise(resolve => four.close(resolve))
    if (port !== 0 || tries === triesForFreePort) throw listenError(failureSix, chosen)
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

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UserError(`Port ${port} is in use.`, 'Choose another with --port, or --port 0 for a free one.', {
      cause: error,
    })
  if (error.code === 'EACCES')
    return new UserError(
      `Port ${port} may not be used by this account.`,
      'Choose one above 1023 with --port, or --port 0 for a free one.',
      { cause: error },
    )
  return error
}

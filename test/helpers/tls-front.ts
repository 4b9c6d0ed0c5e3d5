/** A proxy that speaks TLS before a port of this machine, as those of servers do: what comes is handed on byte by byte, WebSockets too. */
import net from 'node:net'
import tls from 'node:tls'
import { testKey } from './certificates.ts'

export interface TlsFront {
  readonly port: number
  /** Cuts off what is open. @param certificate that is shown from then on */
  cut(certificate?: string): void
  close(): Promise<void>
}

/** @param certificates one for each name that is asked for; the first one also where none is */
export async function startTlsFront(to: number, certificates: Readonly<Record<string, string>>): Promise<TlsFront> {
  let others: string | null = null
  const open = new Set<net.Socket>()
  const contextOf = (name: string) =>
    tls.createSecureContext({ key: testKey, cert: others ?? certificates[name] ?? Object.values(certificates)[0] })
  const server = tls.createServer({ SNICallback: (name, done) => done(null, contextOf(name)) }, socket => {
    const onward = net.connect(to, '127.0.0.1')
    for (const one of [socket, onward]) {
      open.add(one)
      one.on('error', () => one.destroy())
      one.on('close', () => open.delete(one))
    }
    socket.on('close', () => onward.destroy())
    onward.on('close', () => socket.destroy())
    socket.pipe(onward).pipe(socket)
  })
  // Who does not trust the certificate leaves.
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = (certificate?: string) => {
    others = certificate ?? others
    for (const socket of open) socket.destroy()
  }
  return {
    port: (server.address() as net.AddressInfo).port,
    cut,
    async close() {
      cut()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

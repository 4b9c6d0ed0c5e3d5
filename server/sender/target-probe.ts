/** Whether anything takes connections at a target: a plain TCP connection, and not a byte over it. */
import net from 'node:net'
import type { AttemptError } from '../../core/deliveries/attempt.ts'
import { type AddressClass, addressClass } from './address-guard.ts'
import { cancelled, connectTimeout, failure } from './failure.ts'
import { targetGuard } from './send.ts'

/** What one look at a target found. */
export interface Probed {
  /** Null when it takes connections, else why not. */
  readonly error: AttemptError | null
  /** Where the connection led; null where there was none. */
  readonly place: AddressClass | null
}

/** Never rejects. @param connectMs until a host that does not answer is given up, milliseconds */
export function probeTarget(url: URL, signal: AbortSignal, connectMs = 5000): Promise<Probed> {
  return new Promise(resolve => {
    const socket = net.connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      lookup: targetGuard.lookup,
      autoSelectFamily: true,
    })
    const end = (error: AttemptError | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      const { remoteAddress } = socket
      socket.destroy()
      resolve({ error, place: remoteAddress === undefined ? null : addressClass(remoteAddress) })
    }
    // Not the `signal` of net.connect: Node leaves its listener on the signal when the socket has closed.
    const cancel = () => end(cancelled().error)
    signal.addEventListener('abort', cancel)
    const timer = setTimeout(() => end(connectTimeout(url, connectMs).error), connectMs)
    socket.once('connect', () => end(null))
    socket.on('error', error => end(failure(error, { url, connected: false, answering: null }).error))
  })
}

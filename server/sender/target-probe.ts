/** Whether anything takes connections at a target: a plain TCP connection, and not a byte over it. */
import net from 'node:net'
import type { AttemptError } from '../../core/deliveries/attempt.ts'
import { type HttpProxy, ProxyFailure } from '../proxy/proxy.ts'
import { proxyFor } from '../proxy/proxy-for.ts'
import { type AddressClass, addressClass } from './address-guard.ts'
import { cancelled, connectTimeout, failure } from './failure.ts'
import { targetGuard } from './send.ts'

/** What one look at a target found. */
export interface Probed {
  /** Null when it takes connections, else why not. */
  readonly error: AttemptError | null
  /** Where the connection led; null where there was none, and where a proxy alone knows. */
  readonly place: AddressClass | null
  /** The proxy that was asked to connect there; left out where none was. */
  readonly proxy?: string
  /** The proxy does not connect to such targets, so that nothing was seen of this one. */
  readonly isUnseen?: boolean
}

/** The code of a target that takes connections and lets go of them at once: a port proxy without an app behind it. */
export const closedAtOnce = 'CLOSED_AT_ONCE'

const closed = ({ host }: URL): AttemptError => ({
  code: closedAtOnce,
  message: `${host} accepts connections and closes them at once.`,
  hint: 'Start your app: what accepts them, Docker for example, has no app behind it.',
})

/**
 * Never rejects.
 * @param connectMs until a host that does not answer is given up, milliseconds
 * @param openMs how long the connection has to last, milliseconds
 */
export async function probeTarget(url: URL, signal: AbortSignal, connectMs = 5000, openMs = 0): Promise<Probed> {
  const looked = proxyFor(url)
  try {
    const proxy = looked && (await looked)
    if (proxy !== null) return await probeThrough(proxy, url, signal, connectMs)
  } catch (error) {
    return { error: reasonOf(error, url), place: null }
  }
  const first = await probeOnce(url, signal, connectMs, openMs)
  // An app that ends closes its connections too: whether it was that, the next one tells.
  return first.error?.code === closedAtOnce ? probeOnce(url, signal, connectMs, openMs) : first
}

const reasonOf = (error: unknown, url: URL) => failure(error, { url, connected: false, answering: null }).error

/** Has the proxy connect there, and says nothing over it. */
async function probeThrough(proxy: HttpProxy, url: URL, signal: AbortSignal, timeoutMs: number): Promise<Probed> {
  const found = { place: null, proxy: proxy.name }
  try {
    const socket = await proxy.connect(url, { signal, timeoutMs })
    socket.destroy()
    return { error: null, ...found }
  } catch (error) {
    if (signal.aborted) return { error: cancelled().error, ...found }
    // Many proxies connect to https ports alone, and relay http all the same.
    if (url.protocol === 'http:' && error instanceof ProxyFailure && error.code === 'PROXY_REFUSED')
      return { error: null, ...found, isUnseen: true }
    return { error: reasonOf(error, url), ...found }
  }
}

function probeOnce(url: URL, signal: AbortSignal, connectMs: number, openMs: number): Promise<Probed> {
  return new Promise(resolve => {
    const socket = net.connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      lookup: targetGuard.lookup,
      autoSelectFamily: true,
    })
    let place: Probed['place'] = null
    let isConnected = false
    let timer: NodeJS.Timeout | undefined
    const end = (error: AttemptError | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      socket.destroy()
      resolve({ error, place })
    }
    // Not the `signal` of net.connect: Node leaves its listener on the signal when the socket has closed.
    const cancel = () => end(cancelled().error)
    signal.addEventListener('abort', cancel)
    function endAfter(ms: number, error: AttemptError | null) {
      clearTimeout(timer)
      // What has happened at the socket while this process was busy is told first.
      const own = setTimeout(() => setImmediate(() => timer === own && end(error)), ms)
      timer = own
    }
    endAfter(connectMs, connectTimeout(url, connectMs).error)
    socket.once('connect', () => {
      const { remoteAddress } = socket
      place = remoteAddress === undefined ? null : addressClass(remoteAddress)
      isConnected = true
      endAfter(openMs, null)
      // Who says something without being asked, and then closes it, is there.
      socket.once('data', () => end(null))
    })
    socket.once('end', () => end(closed(url)))
    socket.on('error', error => end(isConnected ? closed(url) : reasonOf(error, url)))
  })
}

/** Whether anything takes connections at a target: a plain TCP connection, and not a byte over it but a TLS handshake where TCP says too little. */
import net from 'node:net'
import tls from 'node:tls'
import type { AttemptError } from '../../core/deliveries/attempt.ts'
import { type HttpProxy, ProxyFailure } from '../proxy/proxy.ts'
import { proxyFor } from '../proxy/proxy-for.ts'
import { type AddressClass, addressClass } from './address-guard.ts'
import { cancelled, connectTimeout, failure, told } from './failure.ts'
import { neverInsecure, targetGuard } from './send.ts'

/** What one look at a target found. */
export interface Probed {
  /** Null when it takes connections, else why not. */
  readonly error: AttemptError | null
  /** Where the connection led; null where there was none, and where a proxy alone knows. */
  readonly place: AddressClass | null
  /** The proxy that was asked to connect there; left out where none was. */
  readonly proxy?: string
  /** Through the proxy nothing was seen of this one: that it connects there says nothing of what it relays. */
  readonly isUnseen?: boolean
}

/** The code of a target that takes connections and lets go of them at once: a port proxy without an app behind it. */
export const closedAtOnce = 'CLOSED_AT_ONCE'

const closed = ({ host }: URL): AttemptError => ({
  code: closedAtOnce,
  message: `${host} accepts connections and closes them at once.`,
  hint: 'Start your app: what accepts them, Docker for example, has no app behind it.',
})

/** The same of what is behind a proxy: which of the two closes them is not known. */
const closedBehind = ({ host }: URL, { name }: HttpProxy): AttemptError => ({
  code: closedAtOnce,
  message: `The proxy ${name} connects to ${host}, and the connection is closed at once.`,
  hint: 'Start your app, or look at the log of the proxy: it may not lead there.',
})

/** How a look is made. */
interface LookOptions {
  /** Of an https target more is asked than a connection: the handshake. Behind a proxy it always is. */
  readonly shakesHands?: boolean
  /** Nothing is sent there but with its certificate unchecked. */
  readonly insecure?: boolean
}

/**
 * Never rejects.
 * @param connectMs until a host that does not answer is given up, milliseconds
 * @param openMs how long the connection has to last, milliseconds
 */
export async function probeTarget(
  url: URL,
  signal: AbortSignal,
  connectMs = 5000,
  openMs = 0,
  { shakesHands = false, insecure = false }: LookOptions = {},
): Promise<Probed> {
  const looked = proxyFor(url)
  try {
    const proxy = looked && (await looked)
    const untrusted = insecure ? neverInsecure(url, proxy) : null
    if (untrusted !== null) return { error: untrusted.error, place: null, ...(proxy !== null && { proxy: proxy.name }) }
    if (proxy !== null) return await probeThrough(proxy, url, signal, connectMs, openMs, !insecure)
  } catch (error) {
    return { error: reasonOf(error, url), place: null }
  }
  const first = await probeOnce(url, signal, connectMs, openMs)
  // An app that ends closes its connections too: whether it was that, the next one tells.
  const found = first.error?.code === closedAtOnce ? await probeOnce(url, signal, connectMs, openMs) : first
  if (found.error !== null || !shakesHands || url.protocol !== 'https:') return found
  const socket = net.connect({ ...placeOf(url), lookup: targetGuard.lookup, autoSelectFamily: true })
  return { ...found, error: await handshakeError(socket, url, signal, connectMs, false) }
}

const placeOf = ({ hostname, port, protocol }: URL) => ({
  host: hostname.replace(/^\[|\]$/g, ''),
  port: Number(port) || (protocol === 'https:' ? 443 : 80),
})

const reasonOf = (error: unknown, url: URL) => failure(error, { url, connected: false, answering: null }).error

/** Shakes hands over a connection, and ends it. @param checks whether the certificate counts @returns null once that is done */
function handshakeError(
  socket: net.Socket,
  url: URL,
  signal: AbortSignal,
  timeoutMs: number,
  checks: boolean,
): Promise<AttemptError | null> {
  return new Promise(resolve => {
    const { host } = placeOf(url)
    const shaking = tls.connect({
      socket,
      host,
      servername: net.isIP(host) === 0 ? host : '',
      rejectUnauthorized: checks,
    })
    const end = (error: AttemptError | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      shaking.destroy()
      socket.destroy()
      resolve(error)
    }
    const cancel = () => end(cancelled().error)
    const timer = setTimeout(() => end(connectTimeout(url, timeoutMs).error), timeoutMs)
    signal.addEventListener('abort', cancel)
    shaking.once('secureConnect', () => end(null))
    shaking.on('error', error => end(reasonOf(error, url)))
    if (signal.aborted) cancel()
  })
}

/** Whether a connection that a proxy has opened stays open so long. Who says something without being asked may be the proxy. */
function staysOpen(socket: net.Socket, signal: AbortSignal, ms: number): Promise<boolean> {
  return new Promise(resolve => {
    const end = (isOpen: boolean) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
      socket.destroy()
      resolve(isOpen)
    }
    const cancel = () => end(true)
    const timer = setTimeout(() => setImmediate(end, true), ms)
    signal.addEventListener('abort', cancel)
    socket.once('end', () => end(false))
    socket.on('error', () => end(false))
    socket.resume()
    if (signal.aborted) cancel()
  })
}

/** Has the proxy connect there, and says nothing over it but a TLS handshake: for http it would relay, so that nothing is proved. */
async function probeThrough(
  proxy: HttpProxy,
  url: URL,
  signal: AbortSignal,
  connectMs: number,
  openMs: number,
  checks: boolean,
): Promise<Probed> {
  const found = { place: null, proxy: proxy.name }
  try {
    const socket = await proxy.connect(url, { signal, timeoutMs: connectMs })
    if (url.protocol === 'https:') {
      const error = await handshakeError(socket, url, signal, connectMs, checks)
      return { error: error && told({ outcome: 'refused', error }, proxy.name).error, ...found }
    }
    const isOpen = await staysOpen(socket, signal, openMs)
    return isOpen ? { error: null, ...found, isUnseen: true } : { error: closedBehind(url, proxy), ...found }
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
    const socket = net.connect({ ...placeOf(url), lookup: targetGuard.lookup, autoSelectFamily: true })
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

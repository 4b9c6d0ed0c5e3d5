/**
 * Has a proxy connect to a host (CONNECT), by Node's own HTTP client: its parser bounds what the proxy says, and its answer is
 * read before the connection is handed on. https-proxy-agent hands a refusal on as if the target had answered.
 */
import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import {
  type ConnectOptions,
  type NamedProxy,
  proxyProblem,
  proxyRefusal,
  proxyTimeout,
  standsAt,
  toProxy,
} from './proxy.ts'

/** Host and port, as a proxy is asked for them. */
export const authorityOf = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`

/** See `HttpProxy.connect`. */
export function connectThrough(proxy: NamedProxy, url: URL, { signal, timeoutMs }: ConnectOptions): Promise<Socket> {
  const authority = authorityOf(url)
  return new Promise((resolve, reject) => {
    let isConnected = false
    const asking = (proxy.url.protocol === 'https:' ? https : http).request({
      ...toProxy(proxy),
      method: 'CONNECT',
      path: authority,
      agent: false,
      setHost: false,
      headers: {
        Host: authority,
        ...(proxy.authorization !== null && { 'Proxy-Authorization': proxy.authorization }),
      },
      ...(signal && { signal }),
    })
    const timer =
      timeoutMs === undefined ? undefined : setTimeout(() => asking.destroy(proxyTimeout(proxy, timeoutMs)), timeoutMs)
    asking.on('socket', socket => socket.once(standsAt(proxy), () => (isConnected = true)))
    asking.on('connect', (answer, socket, head) => {
      clearTimeout(timer)
      const { statusCode = 0, headersDistinct } = answer
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        reject(proxyRefusal(proxy, authority, statusCode, headersDistinct['proxy-authenticate']))
        return
      }
      if (head.length > 0) socket.unshift(head)
      resolve(socket as Socket)
    })
    asking.on('error', error => {
      clearTimeout(timer)
      reject(proxyProblem(error, proxy, isConnected))
    })
    asking.end()
  })
}

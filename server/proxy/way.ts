/** How a connection of our own, outside of any agent, gets to a URL's host. */
import type { ConnectionOptions } from 'node:tls'
import { isLoopbackName } from '../../core/http/loopback.ts'
import { loopbackLookup } from '../lib/loopback-lookup.ts'
import { proxyFor } from './proxy-for.ts'

export interface Way {
  /** The proxy's name; null: directly. */
  readonly proxy: string | null
  /** For node:tls: where it connects to, or what it connects over. */
  readonly options: Pick<ConnectionOptions, 'host' | 'port' | 'lookup' | 'socket'>
}

/** Has a proxy connect where one serves the URL; rejects with a ProxyFailure. @param url https */
export async function wayTo(url: URL, timeoutMs: number): Promise<Way> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const looked = proxyFor(url)
  const proxy = looked && (await looked)
  if (proxy === null) {
    const lookup = isLoopbackName(host) && { lookup: loopbackLookup }
    return { proxy, options: { host, port: url.port === '' ? 443 : Number(url.port), ...lookup } }
  }
  const socket = await proxy.connect(url, { timeoutMs })
  return { proxy: proxy.name, options: { host, socket } }
}

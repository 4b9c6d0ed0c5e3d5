/** Whether a URL leads back to this hookscope: what is sent there would come in again. */
import { networkInterfaces } from 'node:os'
import { isLoopback } from '../../core/http/loopback.ts'

export { isLoopback }

/** A public URL's path, with a slash at its end. */
const basePath = (publicUrl: string) => `${new URL(publicUrl).pathname.replace(/\/+$/, '')}/`

/**
 * @param ports of the receiver and the inspector
 * @param publicUrl the tunnel's base URL, when there is one
 * @param host the address that the receiver listens at beside loopback, when there is one
 */
export function isOwnUrl(
  url: URL,
  ports: readonly number[],
  publicUrl: string | null,
  host: string | null = null,
): boolean {
  // Behind a path of a proxy, the rest of its host is another's.
  if (publicUrl !== null && url.host === new URL(publicUrl).host && `${url.pathname}/`.startsWith(basePath(publicUrl)))
    return true
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return ports.includes(port) && (isLoopback(url.hostname) || isAddressOf(host, url.hostname))
}

/** Whether a URL's host is `host`, or any address of this machine where that stands for all. */
function isAddressOf(host: string | null, hostname: string): boolean {
  if (host === null) return false
  const address = hostname.replace(/^\[|\]$/g, '')
  if (host !== '0.0.0.0' && host !== '::') return address === host
  return Object.values(networkInterfaces()).some(cards => cards?.some(card => card.address === address))
}

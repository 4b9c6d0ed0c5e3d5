/** Whether a URL leads back to this hookscope: what is sent there would come in again. */
import { isLoopback } from '../../core/http/loopback.ts'

export { isLoopback }

/** A public URL's path, with a slash at its end. */
const basePath = (publicUrl: string) => `${new URL(publicUrl).pathname.replace(/\/+$/, '')}/`

/**
 * @param ports of the receiver and the inspector
 * @param publicUrl the tunnel's base URL, when there is one
 */
export function isOwnUrl(url: URL, ports: readonly number[], publicUrl: string | null): boolean {
  // Behind a path of a proxy, the rest of its host is another's.
  if (publicUrl !== null && url.host === new URL(publicUrl).host && `${url.pathname}/`.startsWith(basePath(publicUrl)))
    return true
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return isLoopback(url.hostname) && ports.includes(port)
}

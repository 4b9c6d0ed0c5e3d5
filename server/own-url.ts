/** Whether a URL leads back to this hookscope: what is sent there would come in again. */

const loopbackName =
  /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|\[::\]|0\.0\.0\.0|\[::ffff:7f[0-9a-f:]+\])$/

/** @param hostname of a URL */
export const isLoopback = (hostname: string): boolean => loopbackName.test(hostname.replace(/\.$/, ''))

/**
 * @param ports of the receiver and the inspector
 * @param publicUrl the tunnel's base URL, when there is one
 */
export function isOwnUrl(url: URL, ports: readonly number[], publicUrl: string | null): boolean {
  if (publicUrl !== null && url.host === new URL(publicUrl).host) return true
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return isLoopback(url.hostname) && ports.includes(port)
}

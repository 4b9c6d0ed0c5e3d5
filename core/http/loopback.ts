/** Host names and addresses that stand for this machine. */

/** @param hostname of a URL: `localhost` or a name below it, which no name service is asked for */
export const isLoopbackName = (hostname: string): boolean => /^(?:.+\.)?localhost\.?$/i.test(hostname)

const loopbackAddress = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|\[::\]|0\.0\.0\.0|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/

/** @param hostname of a URL */
export const isLoopback = (hostname: string): boolean => isLoopbackName(hostname) || loopbackAddress.test(hostname)

/** Whether two absolute URLs lead to the same place, whatever this machine is called in them. */
export function isSameTarget(one: string, other: string): boolean {
  const [first, second] = [new URL(one), new URL(other)]
  const place = ({ protocol, port, pathname, search }: URL) => [protocol, port, pathname, search].join(' ')
  const sameHost = first.hostname === second.hostname || (isLoopback(first.hostname) && isLoopback(second.hostname))
  return sameHost && place(first) === place(second)
}

/** Host names and addresses that stand for this machine. */

const loopbackName =
  /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|\[::\]|0\.0\.0\.0|\[::ffff:7f[0-9a-f:]+\])$/

/** @param hostname of a URL */
export const isLoopback = (hostname: string): boolean => loopbackName.test(hostname.replace(/\.$/, ''))

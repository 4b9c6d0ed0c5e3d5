/**
 * Whose request it is, behind proxies: X-Forwarded-For counts as far as proxies wrote it that are named as trusted, and no
 * further, since whoever asks can send that header along.
 */
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { headerValues, pairHeaders } from '../../core/http/headers.ts'
import { usageError } from '../lib/errors.ts'

/** What is asked of a request. */
type Asking = Pick<IncomingMessage, 'rawHeaders'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>
}

type Range = ReturnType<typeof ipaddr.parseCIDR>

/** More hops than these no chain of proxies has: a longer header is a stranger's. */
const mostHops = 50

/**
 * @param ranges addresses or ranges of the proxies that are believed, such as `10.0.0.0/8` or `127.0.0.1`; none: nobody is
 * @returns the address of the client of a request, without a port; empty when its connection is gone
 * @throws UserError for what is no range
 */
export function clientAddresses(ranges: readonly string[]): (request: Asking) => string {
  const trusted = ranges.map(readRange)
  const isTrusted = (address: ipaddr.IPv4 | ipaddr.IPv6) =>
    trusted.some(([network, bits]) => address.kind() === network.kind() && address.match([network, bits]))

  return ({ socket, rawHeaders }) => {
    const peer = socket.remoteAddress ?? ''
    let client = addressOf(peer)
    if (client === null) return peer
    if (!isTrusted(client)) return client.toString()
    const hops = headerValues(pairHeaders(rawHeaders), 'x-forwarded-for').flatMap(line => line.split(','))
    // From the nearest: each trusted one tells who asked it.
    for (const hop of hops.slice(-mostHops).reverse()) {
      const before = addressOf(hop.trim())
      if (before === null) break
      client = before
      if (!isTrusted(client)) break
    }
    return client.toString()
  }
}

/** An IPv4 address within IPv6 as what it is; null for what is none. Proxies may write a port behind it. */
function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d{1,5}$/.exec(text)?.[1] ?? text
  // Short and octal forms are nobody's address: 10.1 would be 10.0.0.1.
  const isWritten = ipaddr.IPv4.isValidFourPartDecimal(bare) || (bare.includes(':') && ipaddr.IPv6.isValid(bare))
  return isWritten ? ipaddr.process(bare) : null
}

function readRange(text: string): Range {
  const [written = '', bits, ...rest] = text.trim().split('/')
  const address = addressOf(written)
  const all = address?.kind() === 'ipv4' ? 32 : 128
  const count = bits === undefined ? all : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
  if (address === null || rest.length > 0 || count < 0 || count > all)
    throw usageError(
      `--trusted-proxy should be an address or a range of addresses, not “${text.slice(0, 60)}”.`,
      'Name the addresses that your proxy connects from, such as 127.0.0.1 or 10.0.0.0/8.',
    )
  if (count === 0)
    throw usageError(
      `--trusted-proxy ${text} would believe everybody.`,
      'Name the addresses that your proxy connects from: anybody else could claim any address.',
    )
  return [address, count]
}

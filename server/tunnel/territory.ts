/** Where a tunnel server may send us: it is a stranger, and what it names is connected to. */
import { lookup } from 'node:dns/promises'
import { isLoopback } from '../../core/http/loopback.ts'

/** The server's host, and what the user allows beside it (`--tunnel-domain`): names, IPv4 or IPv6 addresses. */
export interface Territory {
  readonly server: string
  readonly allowed: readonly string[]
}

/** The public service answers under one domain and hands out names under another. */
const publicService: ReadonlySet<string> = new Set(['localtunnel.me', 'loca.lt'])

const bare = (host: string) => host.toLowerCase().replace(/^\[|\]$/g, '')
const isWithin = (host: string, domain: string) => host === domain || host.endsWith(`.${domain}`)

/** Whether a host is the server's own, under its domain, or allowed by the user. */
export function belongs(host: string, { server, allowed }: Territory): boolean {
  const [name, own] = [bare(host), bare(server)]
  if (isLoopback(own)) return isLoopback(name)
  const domains = publicService.has(own) ? [own, ...publicService] : [own]
  return [...domains, ...allowed.map(bare)].some(domain => isWithin(name, domain))
}

/**
 * The host that relay connections go to.
 * @param ip what the server named, if it did
 * @param url the public URL's host
 * @returns that address when it is one of the server's or of the URL's, or allowed; otherwise the server's name
 */
export async function relayHost(ip: string | null, url: string, territory: Territory): Promise<string> {
  const { server, allowed } = territory
  if (ip === null) return bare(server)
  if (allowed.some(one => bare(one) === ip)) return ip
  const known = await Promise.all([addressesOf(bare(server)), addressesOf(bare(url))])
  return known.flat().includes(ip) ? ip : bare(server)
}

async function addressesOf(host: string): Promise<string[]> {
  return lookup(host, { all: true }).then(
    found => found.map(({ address }) => address),
    () => [],
  )
}

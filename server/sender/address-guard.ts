/**
 * The rebinding check. The first answer of the name service for a target's name settles which kinds of address the name
 * may have: this machine, a private network, the public internet. A later answer with another kind is refused, so that
 * whoever owns a public name cannot turn forwards against this machine or the network around it, nor the other way round.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { isLoopbackName } from '../../core/http/loopback.ts'
import { loopbackLookup } from '../lib/loopback-lookup.ts'

export type AddressClass = 'this machine' | 'a private network' | 'the internet'

/** Resolves a name to all of its addresses. */
export type Resolve = (
  hostname: string,
  options: { readonly all: true; readonly family?: number; readonly hints?: number },
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

export interface AddressGuard {
  /** For the `lookup` option of node:http and node:net; fails with code `TARGET_REBOUND` when a name changed its kind. */
  readonly lookup: LookupFunction
  /** Takes the next answer for this name as its first: a person named the target anew. */
  forget(hostname: string): void
}

/** Which kind an IP address is; one that carries an IPv4 address inside counts as that. */
export function addressClass(address: string): AddressClass {
  const parsed = ipaddr.process(address)
  const range = parsed.range()
  if (parsed instanceof ipaddr.IPv6 && (range === 'rfc6052' || range === 'rfc6145'))
    return addressClass(parsed.toByteArray().slice(12).join('.'))
  // A connection to the unspecified address reaches this machine.
  if (range === 'loopback' || range === 'unspecified') return 'this machine'
  return range === 'unicast' ? 'the internet' : 'a private network'
}

/** Where the host of a URL is, as its own name or address says; null for a name that has to be looked up. */
export function addressClassOf({ hostname }: URL): AddressClass | null {
  const address = hostname.replace(/^\[|\]$/g, '')
  return isLoopbackName(hostname) ? 'this machine' : isIP(address) === 0 ? null : addressClass(address)
}

/**
 * @param resolve the name service; default: the system's
 * @param remembered at most this many names, the longest unused forgotten first
 */
export function openAddressGuard(resolve: Resolve = systemLookup, remembered = 1000): AddressGuard {
  const known = new Map<string, ReadonlySet<AddressClass>>()

  /** @returns the class that was not there before, or undefined when all is as it was. */
  function changed(hostname: string, addresses: readonly LookupAddress[]): AddressClass | undefined {
    const name = hostname.toLowerCase()
    const classes = new Set(addresses.map(({ address }) => addressClass(address)))
    const before = known.get(name) ?? classes
    known.delete(name)
    known.set(name, before)
    const oldest = known.keys().next()
    if (known.size > remembered && !oldest.done) known.delete(oldest.value)
    return [...classes].find(kind => !before.has(kind))
  }

  return {
    lookup(hostname, options, callback) {
      if (isLoopbackName(hostname)) return loopbackLookup(hostname, options, callback)
      const { family, hints } = options
      const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family
      const ask = {
        all: true,
        ...(wanted !== undefined && { family: wanted }),
        ...(hints !== undefined && { hints }),
      } as const
      resolve(hostname, ask, (error, addresses) => {
        const [first] = addresses ?? []
        if (error || !first) return callback(error ?? noAddress(hostname), [])
        const kind = changed(hostname, addresses)
        if (kind) return callback(rebound(hostname, kind), [])
        if (options.all) callback(null, [...addresses])
        else callback(null, first.address, first.family)
      })
    },
    forget(hostname) {
      known.delete(hostname.toLowerCase())
    },
  }
}

/** A lookup that gives no address on the internet: for a connection whose certificate is not checked. */
export const nearLookup =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      const found = typeof address === 'string' ? [{ address }] : address
      const isFar = error === null && found.some(one => addressClass(one.address) === 'the internet')
      if (isFar) callback(notNear(hostname), [])
      else callback(error, address, family)
    })

/** Why nothing is sent where its certificate would have to be checked. */
export const notNear = (hostname: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${hostname} is on the internet, and its certificate would not be checked`), {
    code: 'INSECURE_TARGET',
  })

function rebound(hostname: string, kind: AddressClass): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} now points into ${kind}, which it did not before`), {
    code: 'TARGET_REBOUND',
  })
}

function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' })
}

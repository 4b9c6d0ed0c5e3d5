/** `localhost` and every name below it are this machine (RFC 6761, 6.3), whatever the name service knows of them. */
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'

const addresses: readonly LookupAddress[] = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
]

/** For the `lookup` option of node:http, node:net and node:tls, for a name that `isLoopbackName` takes. */
export const loopbackLookup: LookupFunction = (_hostname, { family, all }, callback) => {
  const wanted = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : family
  const found = addresses.filter(one => !wanted || one.family === wanted)
  // As the name service would: never before the caller has returned.
  process.nextTick(() => {
    const [first] = found
    if (all || first === undefined) callback(null, found)
    else callback(null, first.address, first.family)
  })
}

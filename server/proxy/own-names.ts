/**
 * Names that lead to this machine, as its hosts file says of `shop.test`: no proxy knows them. What a name is when it is first
 * asked for holds until the end, so that whoever owns a public name cannot turn requests that go through the proxy against this
 * machine.
 */

import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isLoopback } from '../../core/http/loopback.ts'

/** @returns whether a name leads here; false as well where that is not known soon */
export type OwnNames = (hostname: string) => Promise<boolean>

/** At most this many names, the first forgotten first. */
const remembered = 1000

const isHere = ({ address, family }: LookupAddress) => isLoopback(family === 6 ? `[${address}]` : address)

/**
 * @param resolve default: the system's
 * @param waitMs a hosts file answers at once; where no name service is reached, a look takes seconds
 */
export function openOwnNames(
  resolve: (hostname: string) => Promise<readonly LookupAddress[]> = name => lookup(name, { all: true }),
  waitMs = 300,
): OwnNames {
  const known = new Map<string, Promise<boolean>>()

  function look(hostname: string): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>(done => {
      timer = setTimeout(done, waitMs, false)
    })
    const found = resolve(hostname).then(
      addresses => addresses.length > 0 && addresses.every(isHere),
      () => false,
    )
    return Promise.race([found, late]).finally(() => clearTimeout(timer))
  }

  return hostname => {
    const name = hostname.toLowerCase()
    const looked = known.get(name) ?? look(name)
    known.set(name, looked)
    const oldest = known.keys().next()
    if (known.size > remembered && !oldest.done) known.delete(oldest.value)
    return looked
  }
}

/** Which host names of a URL stand for this machine. */
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { expect, it } from 'vitest'
import { isLoopback } from '../../../core/http/loopback.ts'

const hostname = (address: string) => new URL(`http://${address.includes(':') ? `[${address}]` : address}/`).hostname

/** As the registry of addresses has it; the unspecified address leads to this machine as well. */
function isHere(address: string): boolean {
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress())
    return parsed.toIPv4Address().range() === 'loopback'
  return (
    range === 'loopback' || parsed.toString() === '0.0.0.0' || (range === 'unspecified' && parsed.kind() === 'ipv6')
  )
}

const bytes = fc.oneof(fc.constantFrom(0, 1, 7, 127, 128, 255), fc.nat(255))
const v4 = fc.tuple(bytes, bytes, bytes, bytes).map(parts => parts.join('.'))
const mapped = v4.map(address => `::ffff:${address}`)
const v6 = fc
  .tuple(fc.constantFrom('::', '::ffff:', '::7f00:', '7f00::'), fc.constantFrom('1', '7f:1', '7f00:1', '7fff:0'))
  .map(parts => parts.join(''))

it('are those that the registry of addresses says', () => {
  fc.assert(
    fc.property(fc.oneof(v4, mapped, v6.filter(ipaddr.isValid)), address => {
      expect(isLoopback(hostname(address)), address).toBe(isHere(address))
    }),
    { numRuns: 2000 },
  )
})

it.each([
  ['[::ffff:7f:1]', false],
  ['[::ffff:7f00:1]', true],
  ['[::ffff:7fff:ffff]', true],
  ['[::ffff:7f0:1]', false],
  ['localhost.', true],
  ['a.localhost', true],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
])('%s: %s', (name, here) => {
  expect(isLoopback(name)).toBe(here)
})

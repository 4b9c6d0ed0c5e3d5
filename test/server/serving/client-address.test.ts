/** Whose request it is: what proxies say counts only from those that are trusted. */
import { expect, it, test } from 'vitest'
import { clientAddresses } from '../../../server/serving/client-address.ts'

const request = (remoteAddress: string | undefined, ...lines: string[]) => ({
  socket: { remoteAddress },
  rawHeaders: lines.flatMap(line => ['X-Forwarded-For', line]),
})
const trusting = clientAddresses(['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])

test.each([
  ['no proxy', '203.0.113.9', [], '203.0.113.9'],
  ['a stranger who claims an address', '203.0.113.9', ['127.0.0.1'], '203.0.113.9'],
  ['the proxy says who asked', '127.0.0.1', ['203.0.113.9'], '203.0.113.9'],
  ['what the client sent stands before what the proxy adds', '127.0.0.1', ['1.1.1.1, 203.0.113.9'], '203.0.113.9'],
  ['the same in lines of their own', '127.0.0.1', ['1.1.1.1', '203.0.113.9'], '203.0.113.9'],
  ['two proxies, both trusted', '127.0.0.1', ['6.6.6.6, 203.0.113.9, 10.1.2.3'], '203.0.113.9'],
  ['a trusted address in front of an untrusted one is a claim', '127.0.0.1', ['10.9.9.9, 203.0.113.9'], '203.0.113.9'],
  ['a proxy that adds nothing', '127.0.0.1', [], '127.0.0.1'],
  ['what is no address ends it at who said so', '10.0.0.2', ['203.0.113.9, unknown'], '10.0.0.2'],
  ['a short form is no address', '10.0.0.2', ['10.1'], '10.0.0.2'],
  ['nor is a script', '10.0.0.2', ['<script>'], '10.0.0.2'],
  ['with a port', '10.0.0.2', ['203.0.113.9:4711'], '203.0.113.9'],
  ['IPv6 in brackets', '10.0.0.2', ['[2001:db8::1]:443'], '2001:db8::1'],
  ['IPv6', 'fd00::1', ['2001:DB8:0::1'], '2001:db8::1'],
  ['IPv4 within IPv6, as a socket of both has it', '::ffff:127.0.0.1', ['::ffff:203.0.113.9'], '203.0.113.9'],
  ['a connection that is gone', undefined, ['203.0.113.9'], ''],
])('%s', (_, peer, lines, client) => {
  expect(trusting(request(peer, ...lines))).toBe(client)
})

it('believes nobody unless told', () => {
  expect(clientAddresses([])(request('127.0.0.1', '203.0.113.9'))).toBe('127.0.0.1')
})

it('looks at the nearest hops of an endless header only', () => {
  expect(trusting(request('127.0.0.1', `203.0.113.9${', 10.0.0.1'.repeat(1000)}`))).toBe('10.0.0.1')
})

test.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', '::1/129', ''])('%s is no range', text => {
  expect(() => clientAddresses([text])).toThrow('should be an address or a range')
})

test.each(['0.0.0.0/0', '::/0'])('%s would be everybody', text => {
  expect(() => clientAddresses([text])).toThrow('would believe everybody')
})

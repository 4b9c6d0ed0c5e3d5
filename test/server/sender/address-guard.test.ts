import type { LookupAddress } from 'node:dns'
import { expect, test } from 'vitest'
import { type AddressGuard, addressClass, openAddressGuard } from '../../../server/sender/address-guard.ts'
import { send } from '../../../server/sender/send.ts'
import { startMerchant } from '../../helpers/merchants.ts'

test.each([
  ['127.0.0.1', 'this machine'],
  ['127.8.9.1', 'this machine'],
  ['::1', 'this machine'],
  ['0.0.0.0', 'this machine'],
  ['::', 'this machine'],
  ['::ffff:127.0.0.1', 'this machine'],
  ['64:ff9b::7f00:1', 'this machine'],
  ['10.1.2.3', 'a private network'],
  ['192.168.0.9', 'a private network'],
  ['172.16.0.1', 'a private network'],
  ['169.254.169.254', 'a private network'],
  ['100.64.0.1', 'a private network'],
  ['fe80::1', 'a private network'],
  ['fd00::1', 'a private network'],
  ['::ffff:10.0.0.1', 'a private network'],
  ['64:ff9b::a00:1', 'a private network'],
  ['93.184.215.14', 'the internet'],
  ['2606:2800:21f:cb07::1', 'the internet'],
  ['64:ff9b::5db8:d70e', 'the internet'],
])('%s is an address of %s', (address, kind) => {
  expect(addressClass(address)).toBe(kind)
})

/** A name service whose next answers are given; and the guard that asks it. */
function namesThatSay(...answers: string[][]) {
  const guard = openAddressGuard((_hostname, _options, done) => {
    const addresses = answers.length > 1 ? answers.shift() : answers[0]
    done(
      null,
      (addresses ?? []).map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  })
  return guard
}

/** What a connection to the name would go to, or the code of the refusal. */
function resolved(guard: AddressGuard, hostname: string): Promise<unknown> {
  return new Promise(resolve =>
    guard.lookup(hostname, { all: true }, (error, addresses) =>
      resolve(error ? error.code : Array.isArray(addresses) && addresses.map(({ address }) => address)),
    ),
  )
}

const publicAddress = '93.184.215.14'
test.each([
  ['the internet, then this machine', [[publicAddress], ['127.0.0.1']], 'TARGET_REBOUND'],
  ['the internet, then a private network', [[publicAddress], ['10.0.0.1']], 'TARGET_REBOUND'],
  ['the internet, then one of each', [[publicAddress], [publicAddress, '169.254.169.254']], 'TARGET_REBOUND'],
  ['this machine, then the internet', [['127.0.0.1'], [publicAddress]], 'TARGET_REBOUND'],
  ['a private network, then this machine', [['192.168.1.2'], ['::1']], 'TARGET_REBOUND'],
  ['the internet, then elsewhere there', [[publicAddress], ['93.184.215.99']], ['93.184.215.99']],
  ['both loopbacks, then one', [['::1', '127.0.0.1'], ['127.0.0.1']], ['127.0.0.1']],
  ['one loopback, then both', [['127.0.0.1'], ['::1', '127.0.0.1']], ['::1', '127.0.0.1']],
])('a name that points to %s', async (_name, answers, expected) => {
  const guard = namesThatSay(...answers)
  expect(await resolved(guard, 'shop.test')).toEqual(answers[0])
  expect(await resolved(guard, 'SHOP.test')).toEqual(expected)
})

test('a refused answer changes nothing: the name stays bound to its first kind', async () => {
  const guard = namesThatSay([publicAddress], ['127.0.0.1'], ['127.0.0.1'], [publicAddress])
  await resolved(guard, 'shop.test')
  expect(await resolved(guard, 'shop.test')).toBe('TARGET_REBOUND')
  expect(await resolved(guard, 'shop.test')).toBe('TARGET_REBOUND')
  expect(await resolved(guard, 'shop.test')).toEqual([publicAddress])
})

test('a name that was set anew may point elsewhere, and other names are their own', async () => {
  const guard = namesThatSay([publicAddress], ['127.0.0.1'])
  await resolved(guard, 'shop.test')
  expect(await resolved(guard, 'other.test')).toEqual(['127.0.0.1'])
  expect(await resolved(guard, 'shop.test')).toBe('TARGET_REBOUND')
  guard.forget('shop.test')
  expect(await resolved(guard, 'shop.test')).toEqual(['127.0.0.1'])
})

test('only so many names are remembered', async () => {
  const guard = openAddressGuard((_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]), 2)
  for (const name of ['a', 'b', 'c', 'a']) expect(await resolved(guard, name)).toEqual(['127.0.0.1'])
})

test('a name without addresses is not found', async () => {
  expect(await resolved(namesThatSay([]), 'shop.test')).toBe('ENOTFOUND')
})

test('one address is given where one is asked for', async () => {
  const guard = namesThatSay(['::1', '127.0.0.1'])
  const answer = await new Promise(resolve =>
    guard.lookup('shop.test', {}, (_error, address, family) => resolve([address, family])),
  )
  expect(answer).toEqual(['::1', 6])
})

test('nothing is sent to a name that was rebound to this machine', async () => {
  const target = await startMerchant()
  // The first answer is of a network that is set aside for documentation: private by kind, and nobody is there.
  const guard = namesThatSay(['192.0.2.1'], ['127.0.0.1'])
  await resolved(guard, 'shop.test')
  const url = `http://shop.test:${target.port}/`
  const result = await send(
    { method: 'POST', url, headers: [['Content-Length', '0']], body: new Uint8Array() },
    { guard },
  )
  await target.close()
  expect(result).toMatchObject({ outcome: 'refused', error: { code: 'TARGET_REBOUND' } })
  expect(result.error?.message).toContain('nothing was sent')
  expect(target.connections).toBe(0)
})

test.each(['shop.localhost', 'localhost', 'a.b.LocalHost.'])(
  '%s is this machine, and no name service is asked',
  async name => {
    const guard = openAddressGuard(() => {
      throw new Error('asked')
    })
    expect(await resolved(guard, name)).toEqual(['::1', '127.0.0.1'])
    const four = await new Promise(resolve =>
      guard.lookup(name, { family: 4 }, (_error, address, family) => resolve([address, family])),
    )
    expect(four).toEqual(['127.0.0.1', 4])
  },
)

test('a target below localhost is reached, and keeps its Host', async () => {
  const target = await startMerchant()
  const url = `http://shop.localhost:${target.port}/in`
  const { outcome } = await send({
    method: 'POST',
    url,
    headers: [['Host', new URL(url).host]],
    body: new Uint8Array(),
  })
  expect([outcome, target.received[0]?.headers[0]]).toEqual(['answered', ['Host', `shop.localhost:${target.port}`]])
  await target.close()
})

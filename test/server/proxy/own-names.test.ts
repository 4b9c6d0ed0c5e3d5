/** Which names are this machine's own, so that no proxy is asked for them. */
import type { LookupAddress } from 'node:dns'
import { expect, it } from 'vitest'
import { openOwnNames } from '../../../server/proxy/own-names.ts'

const here = { address: '127.0.0.1', family: 4 }
const alsoHere = { address: '::1', family: 6 }
const far = { address: '93.184.215.14', family: 4 }

it.each<[string, readonly LookupAddress[], boolean]>([
  ['only here', [here, alsoHere], true],
  ['here and elsewhere', [here, far], false],
  ['elsewhere', [far], false],
  ['nowhere', [], false],
])('a name that leads %s', async (_where, addresses, own) => {
  expect(await openOwnNames(async () => addresses)('shop.test')).toBe(own)
})

it('what a name is at first holds, however it is written', async () => {
  const answers = [[far], [here]]
  const isOwn = openOwnNames(async () => answers.shift() ?? [])
  expect([await isOwn('shop.test'), await isOwn('SHOP.test'), await isOwn('shop.test')]).toEqual([false, false, false])
})

it('a name that cannot be found, or not soon, is none of them', async () => {
  const missing = openOwnNames(() => Promise.reject(new Error('ENOTFOUND')))
  expect(await missing('shop.test')).toBe(false)
  const silent = openOwnNames(() => new Promise(() => {}), 1)
  expect(await silent('shop.test')).toBe(false)
})

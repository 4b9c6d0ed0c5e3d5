import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestHook } from '../../../server/hooks/nearest-path.ts'

const shop = { path: '/kT9sQ2mWv_x-7Lb4RzYc1DfE' }
const other = { path: '/Aa0Bb1Cc2Dd3Ee4Ff5Gg6Hh7' }
const hooks = [other, shop]

test.each([
  ['the path itself, for a hook that was removed', shop.path],
  ['a slash at its end', `${shop.path}/`],
  ['a query', `${shop.path}?from=gateway`],
  ['a full stop of the sentence around it', `${shop.path}.`],
  ['a space', `${shop.path}%20`],
  ['the quote around it', `${shop.path}%22`],
  ['a slash twice', `/${shop.path}`],
  ['all in lower case', shop.path.toLowerCase()],
  ['all in upper case', shop.path.toUpperCase()],
  ['a folder before it', `/webhooks${shop.path}`],
  ['a word after it', `${shop.path}/events`],
  ['its end missing', shop.path.slice(0, 12)],
  ['its last letter missing', shop.path.slice(0, -1)],
  ['its beginning missing', `/${shop.path.slice(12)}`],
  ['two letters swapped', '/kT9sQ2mWv_x-7Lb4RzcY1DfE'],
  ['a letter for a digit', '/kT9sQ2mWv_x-7Lb4RzYclDfE'],
  ['an underscore lost', '/kT9sQ2mWvx-7Lb4RzYc1DfE'],
  ['an escape that is none', `${shop.path}%`],
])('%s', (_, path) => {
  expect(nearestHook(path, hooks)).toBe(shop)
})

test.each(['/', '', '/webhooks', '/wp-login.php', '/kT9', '/api/status', '/Aa1', `/${'x'.repeat(20_000)}`, '/%00%ff'])(
  '%s means none',
  path => {
    expect(nearestHook(path, hooks)).toBeNull()
  },
)

test('only the beginning of a path is read: a stranger chooses how long it is', () => {
  const decorated = (length: number) => `/${'.'.repeat(length)}a${shop.path}`
  expect(nearestHook(decorated(400), hooks)).toBe(shop)
  expect(nearestHook(decorated(30_000), hooks)).toBeNull()
})

test('without hooks there is nothing to mean', () => {
  expect(nearestHook(shop.path, [])).toBeNull()
})

test('whatever strangers ask for is answered, with a hook that is there or with none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: 'binary' }), path => {
      const found = nearestHook(`/${path}`, hooks)
      expect(found === null || hooks.includes(found)).toBe(true)
    }),
  )
})

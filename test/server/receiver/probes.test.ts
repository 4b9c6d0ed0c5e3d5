/** Probes of several processes behind one public URL. */
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { openProbes, sharedProbes } from '../../../server/receiver/probes.ts'

test('whichever process is asked answers the probe of another, for some minutes, and nobody else’s', () => {
  const key = randomBytes(32)
  let now = Date.parse('2026-12-01T12:00:00Z')
  const [one, other, stranger] = [key, key, randomBytes(32)].map(own =>
    sharedProbes(
      () => own,
      () => now,
    ),
  )
  const probe = one?.issue()
  expect(probe?.path).toMatch(/^\/probe\/[A-Za-z0-9_-]{32}$/)
  expect(other?.use(probe?.path ?? '')).toBe(probe?.expected)
  expect(stranger?.use(probe?.path ?? '')).toBeUndefined()
  for (const path of ['/probe/', `/probe/${'A'.repeat(32)}`, `${probe?.path}A`, '/other'])
    expect([path, one?.use(path)]).toEqual([path, undefined])
  now += 4 * 60_000
  expect(other?.use(probe?.path ?? '')).toBeUndefined()
})

test('a process that is alone answers each of its probes once', () => {
  const probes = openProbes()
  const { path, expected } = probes.issue()
  expect([probes.use(path), probes.use(path)]).toEqual([expected, undefined])
})

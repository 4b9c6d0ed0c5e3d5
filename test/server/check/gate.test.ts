/** A plain sale that is not taken: which question it answers, in which words, and what to do about it. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Authentication } from '../../../core/hook.ts'
import { runCheck } from '../../../server/check/run.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { credentials, openShop } from '../../merchants/shop.ts'

const open: ShopServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

const basic: Authentication = { kind: 'basic', ...credentials }
const none: Authentication = { kind: 'none' }

/** The findings about an endpoint that gives everyone the same answer. */
async function findingsOf(status: number, authentication = basic, key: string | null = 'a key') {
  const server = await startNodeShop({ ...openShop(), say: () => ({ status }) })
  open.push(server)
  const { findings, requests } = await runCheck({
    url: server.url,
    authentication,
    key: key === null ? null : { kind: 'signature-key', key },
    only: ['takes'],
    skip: [],
    failOn: 'fail',
    baseline: new Set(),
    effect: null,
    rate: null,
  })
  expect(requests).toBe(1)
  return findings
}

describe('an endpoint that takes no plain sale', () => {
  it.each<[number, Authentication, string | null, RegExp]>([
    [401, basic, 'a key', /^Compare the key, the user name and the password that you gave/],
    [403, none, 'a key', /^Compare the key that you gave .* If it demands Basic authentication/],
    [401, basic, null, /^Compare the user name and the password that you gave .* If it verifies signatures/],
    [401, none, null, /^Give the check what the endpoint demands/],
    [404, basic, 'a key', /^Correct the URL/],
    [405, basic, 'a key', /^Correct the URL/],
  ])('but answers %i, with %j and the key %j, comes with its own advice', async (status, authentication, key, says) => {
    const [first, ...rest] = await findingsOf(status, authentication, key)
    expect(first).toMatchObject({
      probe: 'every-event',
      outcome: 'fail',
      sentence: expect.stringMatching(new RegExp(`^It answered ${status} to a plain sale`)),
      advice: expect.stringMatching(says),
    })
    expect(new Set(rest.map(({ outcome, sentence }) => `${outcome}: ${sentence}`))).toEqual(
      new Set([`unknown: Nothing could be asked: it answered ${status} to a plain sale.`]),
    )
  })

  it('but fails has the advice of the question itself', async () => {
    const [first] = await findingsOf(500)
    expect(first).toMatchObject({ outcome: 'fail', sentence: 'It answered 500 to a plain sale.' })
    expect(first).not.toHaveProperty('advice')
  })
})

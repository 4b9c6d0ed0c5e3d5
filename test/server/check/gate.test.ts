/** A plain sale that is not taken: what it ends, which question it answers, in which words, and what to do about it. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Finding } from '../../../core/check/finding.ts'
import type { Authentication } from '../../../core/hooks/hook.ts'
import { check } from '../../../server/check/check.ts'
import { type CheckRequest, runCheck } from '../../../server/check/run.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { said, sale } from '../../merchants/flaws/flaw.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { credentials, key, openShop, type Shop } from '../../merchants/shop.ts'

const open: ShopServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

const basic: Authentication = { kind: 'basic', ...credentials }
const none: Authentication = { kind: 'none' }

async function requestTo(plant: Partial<Shop>, changes: Partial<CheckRequest> = {}): Promise<CheckRequest> {
  const server = await startNodeShop({ ...openShop(), ...plant })
  open.push(server)
  return {
    url: server.url,
    authentication: basic,
    key: { kind: 'signature-key', key },
    only: ['takes'],
    skip: [],
    failOn: 'fail',
    baseline: new Set(),
    effect: null,
    rate: null,
    ...changes,
  }
}

const of = (findings: readonly Finding[], id: Finding['probe']) => findings.find(({ probe }) => probe === id)

describe('an endpoint that refuses the first genuine event ends the check at once', () => {
  it.each<[number, Authentication, string | null, string, RegExp]>([
    [401, basic, 'a key', 'are these the key and the password it uses?', /^Compare the key, the user name and the/],
    [403, none, 'a key', 'is this the key it uses?', /^Compare the key given here .* If it requires Basic/],
    [401, basic, null, 'is this the password it uses?', /^Compare the user name .* If it verifies signatures/],
    [401, none, null, 'it expects a key or a password.', /^Give the check what the endpoint requires/],
  ])('%i, with %j and the key %j', async (status, authentication, given, asks, hint) => {
    let came = 0
    const say = () => {
      came += 1
      return said(status)
    }
    const signing = given === null ? null : ({ kind: 'signature-key', key: given } as const)
    const error: unknown = await runCheck(await requestTo({ say }, { authentication, key: signing })).catch(e => e)
    expect(error).toBeInstanceOf(UserError)
    expect(error).toMatchObject({
      message: `Your endpoint refused our ${given === null ? '' : 'signed '}event (${status}): ${asks}`,
      hint: expect.stringMatching(hint),
      exitCode: 2,
      code: 'event-refused',
    })
    expect(came).toBe(1)
  })

  it('asks for the credentials that the endpoint asks for', async () => {
    const say = () => ({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="shop"' } })
    await expect(runCheck(await requestTo({ say }, { authentication: none }))).rejects.toMatchObject({
      hint: 'It requires Basic authentication: give user name and password.',
    })
  })

  it('names what stands in front of it, with its mend, whatever the status', async () => {
    // The page comes after a stylesheet that is longer than what a report shows of an answer.
    const page = `<style>${'p { color: #223 }\n'.repeat(600)}</style><h1>The change you wanted was rejected.</h1>`
    const { url } = await requestTo({ say: () => said(422, page) })
    await expect(check({ url, signatureKey: key, basicAuth: credentials })).rejects.toMatchObject({
      message:
        'Your endpoint refused our signed event (422): the forgery protection of Rails answers before your action',
      hint: expect.stringContaining('skip_forgery_protection'),
    })
  })

  it('but not before what needs no event was looked at', async () => {
    const { findings } = await runCheck(await requestTo({ say: () => said(401) }, { only: ['https'] }))
    expect(findings).toHaveLength(1)
  })
})

describe('an endpoint that takes no genuine event', () => {
  it.each([404, 405])('but answers %i, comes with its own advice after one request', async status => {
    const { findings, requests } = await runCheck(await requestTo({ say: () => said(status) }))
    expect(requests).toBe(1)
    expect(of(findings, 'every-event')).toMatchObject({
      outcome: 'fail',
      sentence: `It answered ${status} to a plain sale.`,
      advice: expect.stringMatching(/^Correct the URL/),
    })
  })

  it('but fails has the advice of the probe itself, and its own words in the sentence', async () => {
    const say = () => said(500, 'TypeError: event.order is undefined\n    at handle (app.js:1:1)')
    const { findings, requests } = await runCheck(await requestTo({ say }))
    const [first, ...rest] = findings
    expect(first).toMatchObject({
      probe: 'every-event',
      outcome: 'fail',
      sentence: 'It answered 500 to a plain sale (“TypeError: event.order is undefined”).',
    })
    expect(first).not.toHaveProperty('advice')
    expect(requests).toBe(25)
    expect(new Set(rest.map(({ outcome, sentence }) => `${outcome}: ${sentence}`))).toEqual(
      new Set(['unknown: Not tested: it answered 500 to a plain sale (“TypeError: event.order is undefined”).']),
    )
  })
})

describe('an endpoint that breaks on every sale', () => {
  const breaksOnSales = {
    act: async (event: Record<string, unknown>) => said(sale(event) ? 500 : 200, 'TypeError: no such order'),
  }

  it('is examined with an event that it takes, which refusals are compared with', async () => {
    const request = await requestTo(breaksOnSales, { only: ['every-event', 'nulls', 'refuses', 'duplicate', 'sturdy'] })
    const { findings } = await runCheck(request)
    expect(of(findings, 'every-event')?.outcome).toBe('fail')
    expect(findings.filter(({ outcome }) => outcome === 'unknown').map(({ probe }) => probe)).toEqual([
      'nulls',
      'duplicate',
    ])
    expect(of(findings, 'nulls')?.sentence).toMatch(/^It does not even accept a plain sale/)
    expect(of(findings, 'signature-missing')).toMatchObject({ outcome: 'pass' })
    expect(of(findings, 'body-changed')).toMatchObject({ outcome: 'pass' })
  })

  it('and checks nothing besides accepts what is forged', async () => {
    const { findings } = await runCheck(
      await requestTo({ ...breaksOnSales, signed: () => true }, { only: ['signature-missing', 'body-changed'] }),
    )
    expect(findings.map(({ outcome }) => outcome)).toEqual(['fail', 'fail'])
  })
})

describe('a refusal', () => {
  it('counts for nothing where the genuine event beside it is refused as well', async () => {
    let came = 0
    // Breaks from the second event on, signed or not; it verifies nothing.
    const say = () => (++came === 1 ? said(200) : said(500))
    const only = ['signature-missing', 'signature-other-body', 'credentials-missing', 'connection-reused']
    const { findings } = await runCheck(await requestTo({ say }, { only, limits: { returnMs: 300 } }))
    expect(findings.map(({ outcome }) => outcome)).toEqual(only.map(() => 'unknown'))
    expect(findings[0]?.sentence).toBe('It answered 500 to a genuine event beside it, so its refusals prove nothing.')
  })

  it('with an error is a warning where the genuine event beside it is taken', async () => {
    const say: Shop['say'] = (given, came) => (came.headers['x-signature'] === undefined ? said(500) : given)
    const { findings } = await runCheck(await requestTo({ say }, { only: ['signature-missing'] }))
    expect(findings[0]).toMatchObject({
      outcome: 'warn',
      title: 'Refuses an event without a signature, but not with 401',
    })
  })
})

/** How a check goes about it: what it sends, what it never does, and how it ends when the endpoint or a person ends it. */
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { probeGroups } from '../../../core/check/finding.ts'
import type { ProbeId } from '../../../core/check/probes.ts'
import { checkLimits } from '../../../server/check/limits.ts'
import { probeRuns } from '../../../server/check/probes/index.ts'
import { type CheckRequest, planCheck, runCheck } from '../../../server/check/run.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { portApart } from '../../helpers/ports.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { type Came, Crash, credentials, key, openShop, type Said, type Shop } from '../../merchants/shop.ts'

const open: ShopServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function requestTo(
  plant: Partial<Shop> | ((right: Shop) => Partial<Shop>),
  changes: Partial<CheckRequest> = {},
): Promise<CheckRequest> {
  const right = openShop()
  const server = await startNodeShop({ ...right, ...(typeof plant === 'function' ? plant(right) : plant) })
  open.push(server)
  return requestFor(server.url, changes)
}

const requestFor = (url: URL, changes: Partial<CheckRequest> = {}): CheckRequest => ({
  url,
  authentication: { kind: 'basic', ...credentials },
  key: { kind: 'signature-key', key },
  only: [],
  skip: [],
  failOn: 'fail',
  baseline: new Set(),
  effect: null,
  rate: null,
  limits: { burst: 40, returnMs: 300 },
  ...changes,
})

/** Says something else to each so-manieth request. */
function every(count: number, instead: Said): Shop['say'] {
  let came = 0
  return given => (++came % count === 0 ? instead : given)
}

describe('what is sent', () => {
  it('carries the mark in every event, and no secret is in the report, though the endpoint answers all it gets', async () => {
    const came: Came[] = []
    const request = await requestTo({
      say: (given, one) => {
        came.push(one)
        return { ...given, body: `${one.headers.authorization} ${key} ${credentials.password} ${one.body}` }
      },
    })
    const report = await runCheck(request)
    const events = came.map(({ body }) => body.toString()).filter(text => text.includes('"event_id"'))
    expect(events.length).toBeGreaterThan(150)
    expect(events.filter(text => !text.includes(`"merch_key":`) || !text.includes(report.mark))).toEqual([])
    const told = JSON.stringify(report)
    for (const secret of [key, credentials.password, Buffer.from(`gateway:${credentials.password}`).toString('base64')])
      expect(told).not.toContain(secret)
  })

  it('waits for its turn, however slow the rate', async () => {
    const stop = new AbortController()
    const came: Came[] = []
    const request = await requestTo(
      {
        say: (given, one) => {
          came.push(one)
          // Whatever would go at once is there by then.
          setTimeout(() => stop.abort(), 100)
          return given
        },
      },
      { rate: 1e-9, only: ['takes'] },
    )
    expect(await runCheck(request, { signal: stop.signal })).toMatchObject({ complete: false, requests: 1 })
    expect(came).toHaveLength(1)
  })

  it('shows no credentials, not even those that are too short to be looked for in an answer', async () => {
    const request = await requestTo(
      { allowed: () => true },
      { authentication: { kind: 'basic', username: 'u', password: 'p' } },
    )
    const told = JSON.stringify(await runCheck({ ...request, only: ['every-event'] }))
    expect(told).toContain('["Authorization","Basic ••••"]')
    expect(told).not.toContain(`Basic ${Buffer.from('u:p').toString('base64')}`)
  })

  it('shows nobody a signature that could be used again; an endpoint that repeats it gives nothing away', async () => {
    const signatures: string[] = []
    const request = await requestTo({
      say: (given, { headers }) => {
        const signature = String(headers['x-signature'] ?? '')
        signatures.push(...(signature.match(/[\da-f]{64}/gi) ?? []))
        return { ...given, body: `got ${signature}` }
      },
    })
    const report = await runCheck(request)
    const told = JSON.stringify(report)
    expect(signatures.length).toBeGreaterThan(150)
    expect(signatures.filter(signature => told.includes(signature))).toEqual([])
    expect(told.match(/\["X-Signature","[\da-f]{6}••••"\]/g)?.length).toBeGreaterThan(20)
    expect(report.findings.find(({ probe }) => probe === 'no-internals')?.outcome).toBe('pass')
  })

  it('shows of an answer no card number, no control character, and not all of a header without an end', async () => {
    const request = await requestTo({
      say: (given, { headers }) => ({
        ...given,
        status: headers['x-signature'] === '' ? 200 : given.status,
        headers: { 'x-evil': `\u009b31m${'y'.repeat(8000)}`, 'x-card': '4111111111111111' },
        body: 'card 4111111111111111 \u061cx',
      }),
    })
    const told = JSON.stringify(await runCheck({ ...request, only: ['signature-empty'] }))
    expect(told).toContain('4111xxxxxxxx1111')
    expect(told).not.toContain('4111111111111111')
    expect(told).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
    expect(told).toContain('x-evil')
    expect(told).not.toContain('y'.repeat(3000))
  })

  it('follows no redirect', async () => {
    let asked = 0
    const other = await requestTo({
      say: given => {
        asked += 1
        return given
      },
    })
    const request = await requestTo({ say: () => ({ status: 307, headers: { Location: other.url.href } }) })
    const { findings } = await runCheck(request)
    expect(asked).toBe(0)
    expect(findings.filter(({ outcome }) => outcome === 'fail').map(({ probe }) => probe)).toEqual(['redirect'])
  })

  const parts = [...Object.keys(probeGroups), 'duplicate', 'keep-alive']
  const awkward: readonly [string, () => Partial<Shop>][] = [
    ['does everything right', () => ({})],
    ['believes everyone', () => ({ signed: () => true, allowed: () => true, parse: () => ({}), serves: () => true })],
    ['fails now and then', () => ({ say: every(3, { status: 503 }) })],
  ]
  it.each(
    awkward.flatMap(([how, plant]) => [[], ...parts.map(name => [name])].map(only => [how, only, plant] as const)),
  )('is no more than was said before, to an endpoint that %s, for --only %j', async (_, only, plant) => {
    let came = 0
    const planted = plant()
    const request = await requestTo(
      right => ({
        ...planted,
        say(given, one) {
          came += 1
          return (planted.say ?? right.say)(given, one)
        },
      }),
      { only, effect: async () => ({ orders: 0 }), limits: { burst: 10, returnMs: 300, effectMs: 100 } },
    )
    const plan = planCheck(request, 'mark')
    const report = await runCheck(request)
    expect(report.findings.map(({ probe }) => probe)).toEqual(plan.probes)
    expect(report.requests).toBeLessThanOrEqual(plan.requests)
    expect(came).toBeLessThanOrEqual(report.requests)
  })

  it('is, for each probe, no more than that probe says', async () => {
    const request = await requestTo({})
    const limits = { ...checkLimits, ...request.limits }
    let before = 0
    const over: string[] = []
    await runCheck(request, {
      onProgress(progress) {
        if (progress.kind !== 'finding') return
        const { finding, sent } = progress
        // The plain sale and the GET that open the check are in front of the first probe that sends.
        const opening = before === 0 && sent > 0 ? 2 : 0
        if (sent - before - opening > probeRuns[finding.probe].requests(limits)) over.push(finding.probe)
        before = sent
      },
    })
    expect(over).toEqual([])
  })

  it('goes out again where a kept connection is reset before an answer, and none is kept from then on', async () => {
    const ids: unknown[] = []
    const used = new Set<object>()
    const request = await requestTo(
      right => ({
        async act(event, came) {
          ids.push(event['event_id'])
          if (used.has(came.connection)) (came.connection as Socket).destroy()
          used.add(came.connection)
          return right.act(event, came)
        },
      }),
      { only: ['answer-alone'] },
    )
    const { findings, requests } = await runCheck(request)
    expect(findings.map(({ outcome }) => outcome)).toEqual(['pass'])
    // One of them was the GET that opens the check.
    expect(ids).toHaveLength(requests - 1)
    expect(new Set(ids).size).toBe(requests - 2)
  })

  it('that ends the endpoint on a kept connection is said to have ended it', async () => {
    let dead = false
    const request = await requestTo(
      {
        parse(body) {
          dead ||= body.includes('disputed')
          if (dead) throw new Crash()
          return JSON.parse(body.toString())
        },
      },
      { only: ['new-fields', 'unknown-event'] },
    )
    const { findings } = await runCheck(request)
    expect(findings.at(-1)?.sentence).toMatch(/^It ended the connection without an answer to /)
  })
})

it.each([
  [1, 'pass'],
  [2, 'warn'],
])('%i slow answers of many are a %s: no verdict hangs on one', async (slow, outcome) => {
  let came = 0
  const request = await requestTo(
    right => ({
      async act(event, one) {
        came += 1
        // The first sale only finds out whether sales are taken.
        if (came > 1 && came <= 1 + slow) await new Promise(resolve => setTimeout(resolve, 1800))
        return right.act(event, one)
      },
    }),
    { only: ['answer-alone'], limits: { recommendedMs: 1500 } },
  )
  const { findings } = await runCheck(request)
  expect(findings.map(finding => finding.outcome)).toEqual([outcome])
})

describe('a check that is not finished', () => {
  it('leaves a report of what was found so far when it is stopped', async () => {
    const stop = new AbortController()
    const report = await runCheck(await requestTo({}), {
      signal: stop.signal,
      onProgress: progress => {
        if (progress.kind === 'finding' && progress.finding.probe === 'nulls') stop.abort()
      },
    })
    expect(report).toMatchObject({ complete: false, ready: false })
    expect(report.findings.map(({ probe }) => probe)).toContain('nulls')
    expect(report.findings.map(({ probe }) => probe)).not.toContain('signature-missing')
  })

  it('says so of what could not be asked any more when the endpoint dies for good', async () => {
    let dead = false
    const server = await startNodeShop({
      ...openShop(),
      parse(body) {
        dead ||= body.includes('disputed')
        if (dead) throw new Crash()
        return JSON.parse(body.toString())
      },
    })
    open.push(server)
    const { findings, complete, ready } = await runCheck(requestFor(server.url))
    const of = (id: ProbeId) => findings.find(({ probe }) => probe === id)
    expect({ complete, ready }).toEqual({ complete: true, ready: false })
    expect(of('every-event')?.outcome).toBe('pass')
    expect(of('unknown-event')?.outcome).toBe('fail')
    expect(of('unicode')).toMatchObject({
      outcome: 'unknown',
      sentence: expect.stringMatching(
        /^Since transaction\.sale\.disputed, which does not exist yet, it .*: later probes are not tested\.$/,
      ),
    })
    expect(of('body-cut')?.outcome).toBe('unknown')
    expect(of('no-internals')?.outcome).toBe('pass')
  })

  it('does not begin where nothing listens', async () => {
    const url = new URL(`http://127.0.0.1:${await portApart()}/`)
    await expect(runCheck(requestFor(url))).rejects.toThrow(UserError)
  })
})

describe('an endpoint that is not on this machine', () => {
  it.each<[string, string, readonly string[], readonly ProbeId[]]>([
    ['has no address', 'https://nowhere.invalid/in', [], ['dns']],
    ['has a private address', 'https://192.168.7.7/in', ['public-address'], ['public-address']],
    ['is plain http', 'http://192.168.7.7/in', ['https'], ['https']],
  ])('%s', async (_, url, only, red) => {
    const { findings } = await runCheck(requestFor(new URL(url), { only }))
    const bad = findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')
    expect(bad.map(({ probe }) => probe)).toEqual(red)
  })
})

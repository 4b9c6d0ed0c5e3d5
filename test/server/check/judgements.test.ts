/** What real servers do, and what the check makes of it: no right one is blamed for its manners. */
import { describe, expect, it } from 'vitest'
import type { CheckReport, Finding } from '../../../core/check/finding.ts'
import type { ProbeId } from '../../../core/check/probes.ts'
import type { CheckLimits } from '../../../server/check/limits.ts'
import { hex, said, signatureOf } from '../../merchants/flaws/flaw.ts'
import { bad, examine, those } from '../../merchants/matrix.ts'
import { startNodeShop } from '../../merchants/node.ts'
import { type Came, Crash, openShop, type Shop } from '../../merchants/shop.ts'

/** A report about a shop, and its findings by probe. */
async function reportOn(
  plant: (right: Shop) => Partial<Shop>,
  only: readonly string[],
  given: Partial<CheckLimits> = {},
): Promise<{ report: CheckReport; of: Partial<Record<ProbeId, Finding>> }> {
  const right = openShop()
  const report = await examine(startNodeShop, { shop: { ...right, ...plant(right) }, only, given })
  return { report, of: Object.fromEntries(report.findings.map(finding => [finding.probe, finding])) }
}

/** The answers of a shop to some questions, by probe. */
const answersOf = async (plant: (right: Shop) => Partial<Shop>, only: readonly ProbeId[]) =>
  (await reportOn(plant, only)).of

describe('two signature headers', () => {
  const lines = ({ rawHeaders }: Came) => rawHeaders.filter((_, index) => rawHeaders[index - 1] === 'X-Signature')
  it.each<[string, (came: Came) => boolean, string, string]>([
    ['joins them', () => false, 'Refuses two signature headers, one of them forged', '401, 401'],
    [
      'reads the first',
      came => lines(came)[0] === hex(came.body),
      'Reads the first of two signature headers',
      '401, 200',
    ],
    [
      'reads the last',
      came => lines(came).at(-1) === hex(came.body),
      'Reads the last of two signature headers',
      '200, 401',
    ],
    [
      'takes either',
      came => lines(came).includes(hex(came.body)),
      'Accepts two signature headers, one of them forged',
      '200, 200',
    ],
  ])('are told of a server that %s, and never held against it', async (_, also, title, statuses) => {
    const { 'signature-twice': twice } = await answersOf(
      right => ({ signed: came => right.signed(came) || also(came) }),
      ['signature-twice'],
    )
    expect(twice).toMatchObject({ outcome: 'told', title })
    expect(twice?.sentence.match(/\d{3}/g)?.join(', ')).toBe(statuses)
  })
})

describe('501', () => {
  it('is a refusal of a method, as servers answer one that they do not have', async () => {
    const { 'other-methods': methods } = await answersOf(
      () => ({ say: (given, { method }) => (method === 'POST' ? given : { status: 501 }) }),
      ['other-methods'],
    )
    expect(methods).toMatchObject({ outcome: 'pass' })
  })
})

describe('a rate limit', () => {
  it('is told as it says of itself, and keeps no other question from its answer', async () => {
    let count = 0
    const headers = {
      'Retry-After': '0',
      'RateLimit-Policy': '"default"; q=10; w=60',
      RateLimit: '"default"; r=0; t=0',
    }
    const { report, of } = await reportOn(
      () => ({ say: given => (++count % 11 === 0 ? { status: 429, headers } : given) }),
      ['takes', 'refuses', 'rate-limit'],
    )
    expect(bad(report)).toEqual([
      'rate-limit fail: It answered 429 to a genuine event. Its limit is 10 requests in 60 s; the gateway sends hundreds of events in a minute, 20 at once.',
    ])
    expect(of['rate-limit']).toMatchObject({ title: 'Rate limit below the gateway’s bursts' })
  })

  it('that lasts longer than the check waits leaves questions open, and answers none of them', async () => {
    let count = 0
    const { report, of } = await reportOn(
      right => ({
        act: right.act,
        say: given => (++count > 20 ? { status: 429, headers: { 'Retry-After': '900' } } : given),
      }),
      ['takes', 'signature-missing', 'other-methods', 'rate-limit'],
    )
    expect(those(report, 'fail', 'warn')).toEqual(['rate-limit'])
    expect(those(report, 'unknown')).toContain('signature-missing')
    expect(those(report, 'unknown')).toContain('other-methods')
    expect(of['rate-limit']?.sentence).toMatch(/It had answered 20 requests within \d+ s, and it asks to wait 900 s;/)
  })
})

describe('the retry of an error', () => {
  it('is waited for with a word of how long', async () => {
    let count = 0
    const [right, waits] = [openShop(), [] as number[]]
    const turned = { status: 429, headers: { 'Retry-After': '1' } }
    await examine(startNodeShop, {
      shop: { ...right, say: given => (++count === 2 ? turned : given) },
      only: ['takes', 'signature-missing'],
      onProgress: progress => {
        if (progress.kind === 'wait') waits.push(Math.round(progress.ms / 1000))
      },
    })
    expect(waits).toEqual([1])
  })

  it('is not that of an event which a probe made odd, and a 429 is no error', async () => {
    const seen = new Set<unknown>()
    const { of } = await reportOn(
      right => ({
        async act(event, came) {
          const type = String(event['event_type'])
          if (!type.endsWith('disputed')) return right.act(event, came)
          if (seen.has(event['event_id'])) return { status: 409 }
          seen.add(event['event_id'])
          return { status: 500 }
        },
      }),
      ['unknown-event', 'retry-after-error'],
    )
    expect(of['unknown-event']).toMatchObject({ outcome: 'fail' })
    expect(of['retry-after-error']).toMatchObject({ outcome: 'skipped' })
  })
})

describe('what answers everything alike', () => {
  const alike = (): Partial<Shop> => ({ say: () => ({ status: 200, headers: { Server: 'Caddy' } }) })

  it('stands in front, and is told before anything about signatures', async () => {
    const { report, of } = await reportOn(
      right => ({ ...alike(), order: right.order, act: async () => said(200) }),
      [],
      {
        effectMs: 200,
      },
    )
    expect(those(report, 'fail', 'warn')).toEqual(['app-answers'])
    expect(of['app-answers']?.sentence).toMatch(/^It answered an empty 200 \(Server: Caddy\) to a genuine event, a GET/)
    expect(of['signature-missing']).toMatchObject({ outcome: 'unknown' })
    expect(report.score).toBe(0)
  })

  it('is the app itself when an event had an effect', async () => {
    const { of } = await reportOn(
      right => ({ ...alike(), serves: () => true, signed: () => true, allowed: () => true, act: right.act }),
      ['app-answers', 'signature-missing'],
    )
    expect(of['app-answers']).toMatchObject({ outcome: 'pass' })
    expect(of['signature-missing']).toMatchObject({ outcome: 'fail' })
  })
})

describe('an endpoint that is gone after a request', () => {
  it('costs the score what could not be asked, and is named with that request', async () => {
    let ended = false
    const ending = (right: Shop): Partial<Shop> => ({
      allowed(came) {
        ended ||= String(signatureOf(came)).startsWith('zzz')
        if (ended) throw new Crash()
        return right.allowed(came)
      },
    })
    const only = ['takes', 'refuses', 'no-body', 'stays-up']
    const { report, of } = await reportOn(ending, only, { returnMs: 400 })
    expect(of['stays-up']).toMatchObject({
      outcome: 'fail',
      title: 'A single request ends your app: an event with 64 letters that are not hexadecimal',
      sentence: expect.stringMatching(
        /^After an event with 64 letters that are not hexadecimal, it .* did not recover within 0\.4 s\.$/,
      ),
    })
    expect(those(report, 'unknown')).toContain('no-body')
    const right = await reportOn(() => ({}), only)
    expect(right.report.score).toBe(100)
    // What was asked before was answered well: by that alone it would be 49.
    expect(report.score).toBeLessThan(49)
  })
})

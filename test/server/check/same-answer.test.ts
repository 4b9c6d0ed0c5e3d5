/** The same question gets the same answer: an endpoint that does not change has the same outcomes and score in every run. */
import { describe, expect, it } from 'vitest'
import type { CheckReport } from '../../../core/check/finding.ts'
import { type CheckRequest, runCheck } from '../../../server/check/run.ts'
import { said, sale, textOf } from '../../merchants/flaws/flaw.ts'
import { flaws } from '../../merchants/flaws/index.ts'
import { objectOf } from '../../merchants/json.ts'
import { startNodeShop } from '../../merchants/node.ts'
import { type Came, credentials, key, openShop, type Shop } from '../../merchants/shop.ts'

const runs = 10
const limits = { burst: 8, connections: 4, connectMs: 20_000, readMs: 20_000, promptConnectMs: 15_000 }
/** They run side by side: each takes as long as all of them. */
const slowest = 600_000

/** Verifies nothing, and breaks on every event that lacks what some sales have: what it scored was a matter of luck. */
const careless = (right: Shop): Partial<Shop> => ({
  signed: () => true,
  allowed: () => true,
  async act(event, came) {
    const { avs, receipts, amount_detail: detail } = objectOf(event) as Record<string, Record<string, string>>
    const broken = new TypeError("Cannot read properties of undefined (reading 'result_code')")
    if (avs?.['result_code'] === undefined || receipts === undefined || detail?.['tax'] === undefined)
      return said(500, broken.message)
    return right.act(event, came)
  },
})

const planted = (name: string) => {
  const flaw = flaws.find(one => one.name === name)
  if (flaw === undefined) throw new Error(`There is no flaw “${name}”`)
  return (right: Shop) => flaw.plant?.(right, () => null) ?? {}
}

const merchants: readonly [name: string, plant: (right: Shop) => Partial<Shop>][] = [
  ['does everything right', () => ({})],
  ['verifies nothing and breaks on missing fields', careless],
  ['breaks on every sale', () => ({ act: async event => said(sale(event) ? 500 : 200) })],
  ...[
    'no signature check',
    'remembers signatures that were right once',
    'checks only the signature',
    'double-counts duplicates',
    'relies on a field that may be missing',
    'no way back from captured to sold',
    'notes an event as seen before its work fails',
    'serves every method',
    'stack traces',
  ].map(name => [name, planted(name)] as [string, (right: Shop) => Partial<Shop>]),
]

async function inARow(plant: (right: Shop) => Partial<Shop>, changes: Partial<CheckRequest> = {}) {
  const right = openShop()
  const came: Came[] = []
  const shop: Shop = { ...right, ...plant(right) }
  const server = await startNodeShop({
    ...shop,
    say(given, one) {
      came.push(one)
      return shop.say(given, one)
    },
  })
  const reports: CheckReport[] = []
  const bodies: string[][] = []
  try {
    for (let run = 0; run < runs; run++) {
      came.splice(0)
      const report = await runCheck({
        url: server.url,
        authentication: { kind: 'basic', ...credentials },
        key: { kind: 'signature-key', key },
        only: [],
        skip: [],
        failOn: 'fail',
        baseline: new Set(),
        effect: null,
        rate: null,
        limits,
        ...changes,
      })
      reports.push(report)
      bodies.push(came.filter(({ method }) => method === 'POST').map(textOf))
    }
  } finally {
    await server.close()
  }
  return { reports, bodies }
}

const inShort = ({ findings, score }: CheckReport) =>
  [`score ${score}`, ...findings.map(({ probe, outcome, title }) => `${probe} ${outcome}: ${title}`)].join('\n')

describe.concurrent(`${runs} checks in a row of a merchant that`, () => {
  it.for(merchants)('%s', { timeout: slowest }, async ([, plant], { expect: expectHere }) => {
    const { reports } = await inARow(plant)
    expectHere(reports).toHaveLength(runs)
    const [first, ...rest] = reports.map(inShort)
    for (const one of rest) expectHere(one).toBe(first)
  })
})

/** What an event has, and of which kind: all but ids and times. */
function shapeOf(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), (name, value) =>
      /^(?:event_id|key|refnum|batchrefnum|uri|merch_key|invoice|orderid|authcode)$/.test(name)
        ? typeof value
        : typeof value === 'string'
          ? value.replace(/\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?|\b\d{4}\b/g, '')
          : value,
    )
  } catch {
    return body
  }
}

it('a seed decides what events look like, and is in the report; ids are new in every check', async () => {
  const only = ['every-event', 'unicode', 'reverse-order']
  const sent = async (seed: number | undefined) => {
    const { reports, bodies } = await inARow(() => ({}), { only, ...(seed !== undefined && { seed }) })
    return { seed: reports[0]?.seed, bodies }
  }
  const [usual, other] = [await sent(undefined), await sent(7)]
  expect([usual.seed, other.seed]).toEqual([1, 7])
  for (const { bodies } of [usual, other]) {
    const [first = [], second = []] = bodies
    expect(second.map(shapeOf)).toEqual(first.map(shapeOf))
    const ids = bodies.flat().flatMap(body => JSON.parse(body).event_id as string)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter(id => !/^[\da-f]{64}$/.test(id))).toEqual([])
  }
  expect(other.bodies[0]?.map(shapeOf)).not.toEqual(usual.bodies[0]?.map(shapeOf))
})

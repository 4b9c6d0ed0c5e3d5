/** What a whole check sends is what its questions promise: events, sizes, repeats, ages, methods. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import { checkLimits } from '../../../server/check/limits.ts'
import { runCheck } from '../../../server/check/run.ts'
import { textOf } from '../../merchants/flaws/flaw.ts'
import { isObject } from '../../merchants/json.ts'
import { type ShopServer, startNodeShop } from '../../merchants/node.ts'
import { type Came, key, openShop } from '../../merchants/shop.ts'

const spellings: readonly string[] = catalogue.flatMap(entry =>
  'alternative' in entry ? [entry.type, entry.alternative] : [entry.type],
)
const came: Came[] = []
let server: ShopServer
let startedAt: number
/** Those of them that are events. */
let events: Record<string, unknown>[]

function eventIn(one: Came): Record<string, unknown>[] {
  try {
    const json: unknown = JSON.parse(textOf(one))
    return isObject(json) && 'event_id' in json ? [json] : []
  } catch {
    return []
  }
}

beforeAll(async () => {
  const right = openShop()
  startedAt = Date.now()
  server = await startNodeShop({
    ...right,
    allowed: () => true,
    say(given, one) {
      came.push(one)
      return given
    },
  })
  await runCheck({
    url: server.url,
    authentication: { kind: 'none' },
    key: { kind: 'signature-key', key },
    only: [],
    skip: ['fast'],
    failOn: 'fail',
    baseline: new Set(),
    effect: null,
    rate: null,
  })
  events = came.flatMap(eventIn)
})
afterAll(() => server.close())

describe('a whole check', () => {
  it('sends every event of the catalogue, and both spellings of the card updater', () => {
    const types = new Set(events.map(event => event['event_type']))
    expect(spellings.filter(type => !types.has(type))).toEqual([])
    expect(catalogue).toHaveLength(25)
  })

  it('sends a type that no catalogue has', () => {
    const unknown = new Set(events.map(event => String(event['event_type'])).filter(type => !spellings.includes(type)))
    expect([...unknown]).toEqual(['transaction.sale.disputed'])
  })

  it('sends one event 20 times, and none more often', () => {
    const counts = new Map<unknown, number>()
    for (const event of events) counts.set(event['event_id'], (counts.get(event['event_id']) ?? 0) + 1)
    expect(Math.max(...counts.values())).toBe(20)
  })

  it('sends a body of 256 KiB, and 10,000 nested brackets', () => {
    expect(Math.max(...came.map(({ body }) => body.length))).toBeGreaterThanOrEqual(256 * 1024)
    expect(came.map(textOf)).toContain('['.repeat(10_000) + ']'.repeat(10_000))
  })

  it('sends an event that is three days old', () => {
    const ages = events.map(event => startedAt - new Date(String(event['event_triggered'])).getTime())
    expect(Math.max(...ages) / 3_600_000).toBeGreaterThan(71)
  })

  it('tries the other methods, and two signatures at once', () => {
    expect(new Set(came.map(({ method }) => method))).toEqual(new Set(['POST', 'GET', 'PUT', 'PATCH', 'DELETE']))
    const signatures = came.map(({ rawHeaders }) => rawHeaders.filter(name => name === 'X-Signature').length)
    expect(Math.max(...signatures)).toBe(2)
  })
})

it('measures against the limits of the gateway, and those that the questions name', () => {
  expect(checkLimits).toMatchObject({ connectMs: 5000, readMs: 45_000, connections: 20, recommendedMs: 5000 })
  expect(checkLimits).toMatchObject({ burst: 500, renewDays: 14 })
})

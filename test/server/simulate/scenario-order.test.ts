/** The steps of one scenario go out one after the other, those of different ones side by side. */
import { afterEach, describe, expect, it } from 'vitest'
import type { SimulationRequest } from '../../../core/simulate/simulation.ts'
import { departure } from '../../../server/simulate/apply-faults.ts'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { configuredHook, simulationRequest, toUrl, useSimulator } from './simulated.ts'

const merchants: Merchant[] = []
afterEach(async () => {
  for (const merchant of merchants.splice(0)) await merchant.close()
})
async function merchant(manner?: Manner): Promise<Merchant> {
  const started = await startMerchant(manner)
  merchants.push(started)
  return started
}

const cardSale = ['transaction.sale.success', 'transaction.sale.captured', 'settlement.batch.success'] as const
const items: SimulationRequest['items'] = [{ kind: 'journey', name: 'card-sale' }]
const bodyOf = (received: Merchant['received'][number]): { event_id: string; event_type: string } =>
  JSON.parse(received.body.toString())
const types = (app: Merchant) => app.received.map(one => bodyOf(one).event_type)

/**
 * Takes 200 ms for a sale and answers everything else at once; tells what came and what was answered, in that order.
 * @param together so many sales come before the first is answered
 */
function slowForSales(together = 1) {
  const log: { readonly what: 'came' | 'answered'; readonly id: string }[] = []
  let underWay = 0
  let most = 0
  const held: (() => void)[] = []
  const manner: Manner = (socket, received) => {
    const { event_id: id, event_type: type } = bodyOf(received)
    log.push({ what: 'came', id })
    most = Math.max(most, ++underWay)
    const answer = () => {
      underWay--
      log.push({ what: 'answered', id })
      manners.answers()(socket, received)
    }
    if (type !== cardSale[0]) return answer()
    held.push(() => setTimeout(answer, 200))
    if (most >= together) for (const begin of held.splice(0)) begin()
  }
  return { manner, log, most: () => most }
}

describe('to a slow app', () => {
  const place = useSimulator()

  it('the next step comes once the one before is answered', async () => {
    const { manner, log } = slowForSales()
    const app = await merchant(manner)
    const events = await place.sent({ recipients: toUrl(app.url), items })
    expect(types(app)).toEqual(cardSale)
    expect(log).toEqual(
      events.flatMap(({ eventId: id }) => [
        { what: 'came', id },
        { what: 'answered', id },
      ]),
    )
    expect(events.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('fifty scenarios run side by side, each in its order', async () => {
    const { manner, log, most } = slowForSales(20)
    const app = await merchant(manner)
    const events = await place.sent({ recipients: toUrl(app.url), items, count: 50 })
    expect(app.received).toHaveLength(150)
    for (let first = 0; first < events.length; first += 3) {
      const ids = events.slice(first, first + 3).map(({ eventId }) => eventId)
      expect(log.filter(({ id }) => ids.includes(id))).toEqual(
        ids.flatMap(id => [
          { what: 'came', id },
          { what: 'answered', id },
        ]),
      )
    }
    expect(most()).toBe(20)
  })

  it('each recipient gets them in order, and none waits for another', async () => {
    const held = holdAnswers()
    const stuck = await merchant(held.manner)
    const quick = await merchant()
    place.hooks = [
      configuredHook({ id: 'stuck', customUrl: stuck.url }),
      configuredHook({ id: 'quick', customUrl: quick.url }),
    ]
    const { id } = await place.simulator.start(simulationRequest({ items }))
    await quick.arrived(3)
    expect([types(quick), types(stuck)]).toEqual([cardSale, [cardSale[0]]])
    stuck.behave(manners.answers())
    held.release()
    await place.simulator.settled(id)
    expect(types(stuck)).toEqual(cardSale)
  })

  it('events that were asked for one by one wait for none', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    const [first, ...rest] = cardSale.map(type => ({ kind: 'event', type }) as const)
    const { id } = await place.simulator.start(
      simulationRequest({ recipients: toUrl(app.url), items: first ? [first, ...rest] : items }),
    )
    await app.arrived(3)
    held.release()
    await place.simulator.settled(id)
  })

  it('at a rate, none goes before its time', async () => {
    const app = await merchant()
    const events = await place.sent({ recipients: toUrl(app.url), items, count: 4, rate: 20 })
    const [first] = events
    for (const [index, { tries }] of events.entries())
      expect(Date.parse(tries[0]?.startedAt ?? '')).toBeGreaterThanOrEqual(
        Date.parse(first?.createdAt ?? '') + 50 * index,
      )
  })
})

describe('a first step that comes to nothing', () => {
  const place = useSimulator({ limits: { readMs: 60 } })

  it('is waited for until its time is up', async () => {
    let timedOut: number | null = null
    const app = await merchant((socket, received) => {
      if (app.received.length > 1) manners.answers()(socket, received)
      else socket.on('close', () => (timedOut = app.received.length))
    })
    const events = await place.sent({ recipients: toUrl(app.url), items })
    expect(types(app)).toEqual(cardSale)
    expect(timedOut).toBe(1)
    expect(events.map(({ state, tries }) => [state, tries[0]?.outcome])).toEqual([
      ['failed', 'timed-out'],
      ['delivered', 'answered'],
      ['delivered', 'answered'],
    ])
  })

  it('holds the others up for its first try alone, however long it is tried again', async () => {
    const app = await merchant((socket, received) =>
      manners.answers(app.received.length === 1 ? '500 Internal Server Error' : '200 OK')(socket, received),
    )
    const clock = { kind: 'times', factor: 1 } as const
    const { id } = await place.simulator.start(
      simulationRequest({ recipients: toUrl(app.url), items, retries: 'schedule', clock }),
    )
    await app.arrived(3)
    await expect.poll(() => place.simulator.status()).toEqual({ waiting: 1, sending: 0 })
    const states = async () => (await place.simulator.events(id, null)).map(({ state }) => state)
    expect(await states()).toEqual(['waiting', 'delivered', 'delivered'])
    await place.simulator.hurry('all')
    await place.simulator.settled(id)
    expect(types(app)).toEqual([...cardSale, cardSale[0]])
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('is tried without waiting on the instant clock, and the others follow', async () => {
    const app = await merchant((socket, received) => {
      const isSale = bodyOf(received).event_type === cardSale[0]
      manners.answers(isSale ? '500 Internal Server Error' : '200 OK')(socket, received)
    })
    const events = await place.sent({ recipients: toUrl(app.url), items, retries: 'schedule' })
    expect(events.map(({ state, tries }) => [state, tries.length])).toEqual([
      ['failed', 36],
      ['delivered', 1],
      ['delivered', 1],
    ])
    const came = types(app)
    expect(came.indexOf(cardSale[1])).toBeGreaterThan(0)
    expect(came.indexOf(cardSale[2])).toBeGreaterThan(came.indexOf(cardSale[1]))
  })
})

describe('in the middle of a scenario', () => {
  const place = useSimulator()

  it('a kill loses no order: what waits goes on one after the other', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), items }))
    await app.arrived(1)
    const { manner, log } = slowForSales()
    app.behave(manner)
    await place.crash()
    await place.simulator.settled(id)
    const [, ...others] = await place.simulator.events(id, null)
    expect(types(app)).toEqual(cardSale)
    expect(log).toEqual(
      others.flatMap(({ eventId: id }) => [
        { what: 'came', id },
        { what: 'answered', id },
      ]),
    )
    held.release()
  })

  it('a restart lets the step end that is under way, and then goes on', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), items }))
    await app.arrived(1)
    const again = await place.reopen()
    held.release()
    await again
    await place.simulator.settled(id)
    expect(types(app)).toEqual(cardSale)
  })

  it('a step that is cancelled is left out, and the next waits for the one before it', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), items }))
    await app.arrived(1)
    const [, second] = await place.simulator.events(id, null)
    expect(await place.simulator.cancel([second?.id ?? 0])).toBe(1)
    expect(place.simulator.status()).toEqual({ waiting: 1, sending: 1 })
    expect(app.received).toHaveLength(1)
    app.behave(manners.answers())
    held.release()
    expect(await place.simulator.settled(id)).toMatchObject({ delivered: 2, cancelled: 1 })
    expect(types(app)).toEqual([cardSale[0], cardSale[2]])
  })
})

describe('faults within a scenario', () => {
  const place = useSimulator()

  it('duplicates: both go out together, and the next step after both', async () => {
    const held = holdAnswers()
    const app = await merchant(held.manner)
    const weather = { duplicates: 1 }
    const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), items, weather }))
    await app.arrived(2)
    const { manner, log } = slowForSales()
    app.behave(manner)
    held.release()
    await place.simulator.settled(id)
    expect(types(app)).toEqual(cardSale.flatMap(type => [type, type]))
    expect(log.map(({ what }) => what)).toHaveLength(8)
  })

  it('disorder: later steps arrive before it, all the same one after the other', async () => {
    const { manner, log } = slowForSales()
    const app = await merchant(manner)
    const seed = 3
    const weather = { disorder: 1 }
    await place.sent({ recipients: toUrl(app.url), items, weather, seed })
    const places = cardSale.map((type, index) => ({ type, ...departure(index, { weather, seed, rate: null }) }))
    const expected = places.toSorted((one, other) => one.place - other.place).map(({ type }) => type)
    expect(expected).not.toEqual(cardSale)
    expect(types(app)).toEqual(expected)
    expect(log.map(({ what }) => what)).toEqual(expected.flatMap(() => ['came', 'answered']))
  })
})

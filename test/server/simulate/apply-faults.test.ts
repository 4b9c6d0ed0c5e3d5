import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildEvents } from '../../../core/events/generator/event-builder.ts'
import { headerValue } from '../../../core/http/headers.ts'
import type { FaultKind } from '../../../core/simulate/faults.ts'
import { departure, withFaults } from '../../../server/simulate/apply-faults.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { type Door, openDoor } from '../receiver/door.ts'
import { configuredHook, simulationRequest, useSimulator } from './simulated.ts'

const key = 'the-key-of-the-merchant'
const guarded = configuredHook({
  authentication: { kind: 'basic', username: 'shop', password: 'open sesame' },
  signing: { kind: 'hmac', keys: [{ kind: 'source-key', key }] },
})

describe('what the receiver sees', () => {
  const place = useSimulator({ limits: { slowMs: 60 } })
  let door: Door
  beforeEach(async () => {
    door = await openDoor({ hooks: () => [guarded] })
    place.hooks = [{ ...guarded, customUrl: `http://127.0.0.1:${door.port}${guarded.path}` }]
  })
  afterEach(() => door.close())

  async function through(...kinds: readonly FaultKind[]) {
    const weather = Object.fromEntries(kinds.map(kind => [kind, 1]))
    const [event] = await place.sent({ weather })
    return { event, tries: event?.tries ?? [], deliveries: await door.stored(1) }
  }

  it.each([
    ['wrong-signature', ['signature-wrong']],
    ['no-signature', ['signature-missing']],
    ['wrong-credentials', ['credentials-wrong']],
    ['no-credentials', ['credentials-missing']],
    ['tamper', ['signature-wrong']],
  ] as const)('%s: rejected as %s', async (kind, reasons) => {
    const { event, tries, deliveries } = await through(kind)
    expect(deliveries.map(({ reasons }) => reasons)).toEqual([reasons])
    expect(tries).toMatchObject([{ status: 401, weather: [kind] }])
    expect(event?.state).toBe('failed')
  })

  it('a byte changed: exactly one, and the JSON stays JSON', async () => {
    const { tries, deliveries } = await through('tamper')
    const sent = await place.simulator.try(tries[0]?.id ?? 0)
    const [delivery] = deliveries
    const signature = headerValue(delivery?.headers ?? [], 'X-Signature')
    const original = await place.store.simulations.body(1)
    expect(createHmac('sha256', key).update(original).digest('hex')).toBe(signature)
    const differing = [...original.keys()].filter(index => original[index] !== delivery?.body[index])
    expect(differing).toHaveLength(1)
    expect(JSON.parse(Buffer.from(delivery?.body ?? []).toString())).toMatchObject({ type: 'event' })
    expect(sent?.request.body.base64).toBe(Buffer.from(delivery?.body ?? []).toString('base64'))
  })

  it('slow sending: arrives whole all the same', async () => {
    const { event, tries, deliveries } = await through('slow')
    expect(event?.state).toBe('delivered')
    expect(tries[0]?.weather).toEqual(['slow'])
    expect(deliveries).toMatchObject([{ verdict: 'verified' }])
  })

  it.each([[['cut'] as const], [['slow', 'cut'] as const]])('%j: the body never comes whole', async kinds => {
    const { event, tries, deliveries } = await through(...kinds)
    expect(deliveries).toMatchObject([{ verdict: 'rejected', reasons: ['body-incomplete'] }])
    expect(tries).toMatchObject([{ outcome: 'reset', status: null, error: { code: 'CUT' }, weather: kinds }])
    expect(event?.state).toBe('failed')
  })

  it('duplicates: the same event twice', async () => {
    const events = await place.sent({ weather: { duplicates: 1 } })
    const deliveries = await door.stored(2)
    expect(events).toHaveLength(2)
    expect(new Set(deliveries.map(({ eventId }) => eventId)).size).toBe(1)
    expect(events.map(({ tries }) => tries[0]?.weather)).toEqual([['duplicates'], ['duplicates']])
  })

  it('mixed: several at once', async () => {
    const { tries, deliveries } = await through('no-signature', 'wrong-credentials')
    expect(deliveries[0]?.reasons).toEqual(['signature-missing', 'credentials-wrong'])
    expect(tries[0]?.weather).toEqual(['no-signature', 'wrong-credentials'])
  })

  it('a wrong signature needs no key: it is made with a random one, the same for the same seed', async () => {
    place.hooks = [configuredHook({ customUrl: `http://127.0.0.1:${door.port}${guarded.path}` })]
    const { tries, deliveries } = await through('wrong-signature')
    expect(tries).toMatchObject([{ status: 401, weather: ['wrong-signature'] }])
    expect(deliveries.map(({ reasons }) => reasons)).toEqual([['signature-wrong', 'credentials-missing']])
    const signature = (seed: number) => {
      const secrets = { authentication: { kind: 'none' }, key: null } as const
      const made = { url: 'http://127.0.0.1/', body: Buffer.from('{}'), secrets, ordinal: 0, number: 1, slowMs: 0 }
      const { request } = withFaults({ ...made, faults: { 'wrong-signature': 1 }, seed })
      return headerValue(request.headers, 'X-Signature')
    }
    expect(signature(1)).toMatch(/^[0-9a-f]{64}$/)
    expect(signature(1)).toBe(signature(1))
    expect(signature(1)).not.toBe(signature(2))
  })

  it.each([
    ['no-signature', 'nothing is signed'],
    ['no-credentials', 'nothing is sent with a user name and password'],
    ['wrong-credentials', 'nothing is sent with a user name and password'],
    ['disorder', 'only one event is sent'],
  ] as const)('%s that can befall nobody is refused, and nothing is sent', async (kind, why) => {
    place.hooks = [configuredHook({ customUrl: `http://127.0.0.1:${door.port}${guarded.path}` })]
    const request = simulationRequest({ weather: { [kind]: 1 } })
    await expect(place.simulator.start(request)).rejects.toThrow(`The fault ${kind} has no effect: ${why}.`)
    await expect(place.simulator.preview(request)).rejects.toThrow(why)
    expect(await place.simulator.simulations()).toEqual([])
    // One of several who can be befallen is enough.
    place.hooks = [...place.hooks, { ...guarded, id: 'other', customUrl: place.hooks[0]?.customUrl ?? '' }]
    if (kind !== 'disorder') await expect(place.simulator.preview(request)).resolves.toMatchObject({ events: 2 })
  })
})

describe('in what order events go out', () => {
  const place = useSimulator({ limits: { connections: 1 } })
  let app: Merchant
  beforeEach(async () => {
    app = await startMerchant(manners.answers())
    place.hooks = [configuredHook({ customUrl: app.url })]
  })
  afterEach(() => app.close())

  async function arrivedInOrder(weather: Partial<Record<FaultKind, number>>, count = 30) {
    const request = simulationRequest({ count, weather })
    await place.sent(request)
    const made = buildEvents(request, [], new Date())
    const ids = made.ok ? Array.from(made.events, ({ eventId }) => eventId) : []
    return app.received.map(({ body }) => ids.indexOf(JSON.parse(body.toString()).event_id))
  }
  const asAsked = Array.from({ length: 30 }, (_, index) => index)

  it('over one connection and in good weather, as they were asked for', async () => {
    expect(await arrivedInOrder({})).toEqual(asAsked)
  })

  it('disorder: later events overtake', async () => {
    const order = await arrivedInOrder({ disorder: 0.5 })
    expect(order).not.toEqual(asAsked)
    expect(order.toSorted((one, other) => one - other)).toEqual(asAsked)
  })

  it('disorder: each late one is overtaken, however long it takes to make those that overtake it', async () => {
    const order = await arrivedInOrder({ disorder: 1 }, 600)
    const places = order.map(index => departure(index, { weather: { disorder: 1 }, seed: 1, rate: null }).place)
    expect(places).toEqual(places.toSorted((one, other) => one - other))
  })
})

describe('departures', () => {
  const request = { weather: { burst: 1 }, seed: 7, rate: 10 }
  it('in bursts: 20 in one instant, when the last of them is there', () => {
    const at = Array.from({ length: 60 }, (_, index) => departure(index, request).afterMs)
    expect(new Set(at.slice(0, 20))).toEqual(new Set([1900]))
    expect(new Set(at.slice(20, 40))).toEqual(new Set([3900]))
    expect(new Set(at.slice(40))).toEqual(new Set([5900]))
  })
  it('at a rate: one after the other', () => {
    const at = [0, 1, 2].map(index => departure(index, { ...request, weather: {} }).afterMs)
    expect(at).toEqual([0, 100, 200])
  })
  it('befall the share that was asked for, the same events each time', () => {
    const befallen = (seed: number) =>
      Array.from({ length: 2000 }, (_, index) =>
        departure(index, { weather: { duplicates: 0.25 }, seed, rate: null }),
      ).map(({ copies }) => copies === 2)
    expect(befallen(1)).toEqual(befallen(1))
    expect(befallen(1)).not.toEqual(befallen(2))
    const share = befallen(1).filter(Boolean).length / 2000
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.3)
  })
})

describe('the same seed', () => {
  const place = useSimulator()
  it('gives the same events and the same weather', async () => {
    const app = await startMerchant()
    place.hooks = [configuredHook({ customUrl: app.url, signing: guarded.signing })]
    const weather = { 'wrong-signature': 0.5, tamper: 0.3, duplicates: 0.3 } as const
    const one = await place.sent({ count: 20, seed: 4, weather })
    const other = await place.sent({ count: 20, seed: 4, weather })
    const fate = (events: typeof one) => events.map(({ eventId, tries }) => [eventId, tries[0]?.weather])
    expect(fate(other)).toEqual(fate(one))
    expect(fate(await place.sent({ count: 20, seed: 5, weather }))).not.toEqual(fate(one))
    await app.close()
  })
})

describe('a preview', () => {
  const place = useSimulator()
  it('is what then goes out, weather and all', async () => {
    const app = await startMerchant()
    place.hooks = [{ ...guarded, customUrl: app.url }]
    const request = simulationRequest({ weather: { 'wrong-signature': 1 } })
    const { requests, events } = await place.simulator.preview(request)
    expect(app.received).toHaveLength(0)
    expect(events).toBe(1)
    await place.sent(request)
    const [received] = app.received
    const names = ['X-Signature', 'Authorization', 'Content-Type', 'Hookscope-Source'] as const
    const [shown] = requests
    for (const name of names) expect(headerValue(received?.headers ?? [], name)).toBeDefined()
    for (const name of ['Authorization', 'Content-Type', 'Hookscope-Source'] as const)
      expect(headerValue(shown?.headers ?? [], name)).toBe(headerValue(received?.headers ?? [], name))
    expect(shown).toMatchObject({ hook: 'main', method: 'POST', url: app.url })
    expect(JSON.parse(shown?.body.text ?? '').event_id).toBe(JSON.parse(received?.body.toString() ?? '').event_id)
    await app.close()
  })
})

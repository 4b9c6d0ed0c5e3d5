import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  Sample,
  SimulatedAttemptView,
  SimulatedEvent,
  Simulation,
  SimulationPreview,
} from '../../../core/simulate/simulation.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
let app: Merchant
beforeEach(async () => {
  door = await openDoor({ ui: false })
  app = await startMerchant()
})
afterEach(async () => {
  await door.close()
  await app.close()
})

const request = (parts: Record<string, unknown> = {}) => ({
  items: [{ kind: 'event', type: 'transaction.sale.success' }],
  recipients: { kind: 'target', url: app.url, authentication: { kind: 'none' }, key: null },
  count: 1,
  rate: null,
  seed: 1,
  retries: 'off',
  clock: { kind: 'instant' },
  weather: {},
  ...parts,
})

/** The answer's JSON, once it has this status. */
async function call<Shape>(path: string, body?: unknown, expected = 200, method?: string): Promise<Shape> {
  const { status, json, text } = await door.call(path, {
    ...(body !== undefined && { body }),
    ...(method !== undefined && { method }),
  })
  expect([status, text]).toEqual([expected, text])
  return json as Shape
}

/** Starts one and waits until nothing of it is left to do. */
async function sent(parts: Record<string, unknown> = {}) {
  const { simulation } = await call<{ simulation: Simulation }>('/api/simulations', request(parts), 202)
  const done = await new Promise<Simulation>((resolve, reject) => {
    const look = async () => {
      const now = await door.store.simulations.get(simulation.id)
      if (now?.state !== 'done') return
      stop()
      resolve(now)
    }
    const stop = door.store.changes.onChange(() => void look().catch(reject))
    look().catch(reject)
  })
  const { events } = await call<{ events: SimulatedEvent[] }>(`/api/simulations/${simulation.id}/events`)
  return { simulation: done, events }
}

describe('a simulation', () => {
  it('is started, listed, and shows its events, tries and their bytes', async () => {
    app.behave(manners.answers('201 Created', ['Content-Type: text/plain'], 'thank you'))
    const { simulation, events } = await sent({ count: 2 })
    expect(simulation).toMatchObject({ title: '2 × transaction.sale.success', events: 2, delivered: 2, state: 'done' })
    expect(await call('/api/simulations')).toEqual({ simulations: [simulation] })
    const [first, second] = events
    expect(await call(`/api/simulations/${simulation.id}/events?after=${first?.id}`)).toEqual({ events: [second] })
    const { try: view } = await call<{ try: SimulatedAttemptView }>(`/api/simulations/tries/${first?.tries[0]?.id}`)
    expect(view).toMatchObject({ number: 1, status: 201, outcome: 'answered', weather: [], error: null })
    expect(view.answer?.body.text).toBe('thank you')
    expect(view.request).toMatchObject({ method: 'POST', url: app.url })
    expect(JSON.parse(view.request.body.text ?? '')).toMatchObject({ event_id: first?.eventId })
  })

  it('is told on the stream as it goes', async () => {
    const before = door.store.changes.cursor()
    const { events } = await sent()
    const after = await door.store.changes.after(before, 100)
    expect(after).toMatchObject({ kind: 'changes', changes: [{ kind: 'simulated', event: events[0] }] })
  })

  it('waits, is hurried and cancelled', async () => {
    app.behave(manners.answers('500 Internal Server Error'))
    const slowly = { retries: 'schedule', clock: { kind: 'times', factor: 1 }, rate: 0.001, count: 3 }
    const { simulation } = await call<{ simulation: Simulation }>('/api/simulations', request(slowly), 202)
    await app.arrived(1)
    const { events } = await call<{ events: SimulatedEvent[] }>('/api/simulations/pending')
    const last = events.at(-1)
    expect(last?.next?.number).toBe(1)
    expect(await call('/api/simulations/pending/hurry', { events: [last?.id] })).toEqual({ events: 1 })
    await app.arrived(2)
    expect(await call(`/api/simulations/${simulation.id}`, undefined, 200, 'DELETE')).toEqual({ cancelled: 3 })
    expect(await call('/api/simulations/pending/cancel', { events: 'all' })).toEqual({ events: 0 })
  })
})

it('the slowest that can be asked for has instants that can be told', async () => {
  app.behave(manners.answers('500 Internal Server Error'))
  const slowest = { retries: 'schedule', clock: { kind: 'times', factor: 0.000_001 }, rate: 0.000_001, count: 100 }
  await call('/api/simulations', request(slowest), 202)
  await app.arrived(1)
  const { events } = await call<{ events: SimulatedEvent[] }>('/api/simulations/pending')
  expect(events.at(-1)?.next?.at).toMatch(/^[+\d]\d{3}/)
})

it('a preview sends nothing, and shows credentials only when asked to', async () => {
  const authentication = { kind: 'basic', username: 'shop', password: 'open sesame' }
  const recipients = { kind: 'target', url: app.url, authentication, key: { kind: 'signature-key', key: 'a key' } }
  const body = request({ recipients, count: 7 })
  const masked = await call<SimulationPreview>('/api/simulations/preview', body)
  const shown = await call<SimulationPreview>('/api/simulations/preview?reveal=1', body)
  expect(masked).toMatchObject({ events: 7, unsubscribed: [], remarks: [] })
  expect(masked.requests[0]?.headers).toContainEqual(['Authorization', 'Basic ••••'])
  const credentials = Buffer.from('shop:open sesame').toString('base64')
  expect(shown.requests[0]?.headers).toContainEqual(['Authorization', `Basic ${credentials}`])
  expect(app.received).toHaveLength(0)
})

describe('what cannot be', () => {
  it.each([
    [{ items: [{ kind: 'event', type: 'transaction.sale.succes' }] }, 422, 'transaction.sale.success'],
    [{ items: [{ kind: 'journey', name: 'no-such-journey' }] }, 422, 'no-such-journey'],
    [{ items: [{ kind: 'sample', name: 'mine' }] }, 422, 'mine'],
    [{ recipients: { kind: 'hook', hook: 'nobody' } }, 422, 'There is no such hook.'],
    [
      { recipients: { kind: 'target', url: 'ftp://x.example/', authentication: { kind: 'none' }, key: null } },
      422,
      'neither http nor https',
    ],
    [
      { items: [{ kind: 'body', text: '{}' }], recipients: { kind: 'subscribed' } },
      422,
      'No hook is subscribed to a body without an event type',
    ],
    [{ count: 0 }, 400, 'count'],
    [{ seed: -1 }, 400, 'seed'],
    [{ rate: 0 }, 400, 'rate'],
    [{ rate: 1e-300 }, 400, 'rate'],
    [{ weather: { hail: 1 } }, 400, 'weather'],
    [{ weather: { cut: 1.5 } }, 400, 'weather'],
    [{ clock: { kind: 'times', factor: 0 } }, 400, 'clock'],
    [{ clock: { kind: 'times', factor: 1e-300 } }, 400, 'clock'],
    [{ items: [] }, 400, 'items'],
    [{ weather: { 'no-signature': 1 } }, 400, '"fault-without-effect","message":"The fault no-signature has no effect'],
    [{ weather: { 'no-credentials': 0.5 } }, 400, 'fault-without-effect'],
    [{ weather: { burst: 1 } }, 400, 'fault-without-effect'],
    [{ colour: 'red' }, 400, 'colour'],
  ])('%j is answered %i', async (parts, expected, word) => {
    const { status, text } = await door.call('/api/simulations', { body: request(parts) })
    expect(text).toContain(word)
    expect(status).toBe(expected)
    expect(await call('/api/simulations')).toEqual({ simulations: [] })
  })

  it.each(['/api/simulations/99', '/api/simulations/tries/99', '/api/simulations/x', '/api/simulations/tries/0'])(
    'GET %s is answered 404',
    async path => void (await call(path, undefined, 404)),
  )
})

describe('samples', () => {
  const secret = 'Ada Sample'
  const captured = () => {
    const event = saleEvent()
    return arrival({ body: JSON.stringify({ ...event, cardholder: secret }) })
  }

  it('are saved from a delivery, listed, sent with a new event_id, and removed', async () => {
    const [delivery = 0] = await door.add(captured())
    const { sample } = await call<{ sample: Sample }>('/api/samples', { delivery, name: 'large-sale' }, 201)
    expect(sample).toMatchObject({ name: 'large-sale', eventType: 'transaction.sale.success', delivery })
    expect(sample.body).not.toContain(secret)
    expect(await call('/api/samples')).toEqual({ samples: [sample] })
    await sent({ items: [{ kind: 'sample', name: 'large-sale' }], count: 2 })
    const ids = app.received.map(({ body }) => JSON.parse(body.toString()).event_id)
    expect(new Set([...ids, JSON.parse(sample.body).event_id]).size).toBe(3)
    expect(await call('/api/samples/large-sale', undefined, 200, 'DELETE')).toEqual({ removed: true })
    await call('/api/samples/large-sale', undefined, 404, 'DELETE')
    expect(await call('/api/samples')).toEqual({ samples: [] })
  })

  it.each([
    ['', 'cannot be the name'],
    ['Large', 'cannot be the name'],
    ['-large', 'cannot be the name'],
    ['../etc', 'cannot be the name'],
    ['a'.repeat(101), 'cannot be the name'],
    ['ach.settled', 'event type of the gateway'],
    ['cardupdate.created', 'cannot be the name|event type of the gateway'],
  ])('cannot be called “%s”', async (name, reason) => {
    const [delivery = 0] = await door.add(captured())
    const { status, text } = await door.call('/api/samples', { body: { delivery, name } })
    expect(text).toMatch(new RegExp(reason))
    expect(status).toBe(422)
  })

  it('have names of their own, a delivery that is there, and JSON', async () => {
    const [delivery = 0, other = 0] = await door.add(captured(), arrival({ body: 'not JSON' }))
    await call('/api/samples', { delivery, name: 'one' }, 201)
    const refusals = [
      [{ delivery, name: 'one' }, 'The sample “one” already exists.'],
      [{ delivery: other, name: 'two' }, 'has no JSON body'],
      [{ delivery: 999, name: 'two' }, 'There is no delivery #999.'],
    ] as const
    for (const [body, message] of refusals) {
      const { status, text } = await door.call('/api/samples', { body })
      expect(text).toContain(message)
      expect(status).toBe(422)
    }
  })
})

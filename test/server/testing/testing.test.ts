/** `hookscope/testing`: events as the gateway signs them, and a receiver that waits for what a search finds. */
import { Agent, request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogue, type EventType } from '../../../core/events/catalogue.ts'
import { scenarioEvents, scenarios } from '../../../core/events/generator/scenarios.ts'
import { verifyWebhook } from '../../../core/library/verify.ts'
import {
  type SignedEvent,
  scenario,
  signedEvent,
  startReceiver,
  type TestReceiverOptions,
} from '../../../server/testing/testing.ts'
import { signatureOf } from '../../helpers/gateway.ts'

const key = 'sk_testing_31f0'
const basicAuth = { username: 'shop', password: 'pä:ss' }
const when = new Date(2026, 10, 30, 9, 15, 0)

describe('a signed event', () => {
  it.each(catalogue.map(({ type }) => type))('%s is verified, and is of its type', async type => {
    const { body, headers } = await signedEvent(type, { key, basicAuth })
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'X-Signature': signatureOf(key, Buffer.from(body)),
    })
    const result = await verifyWebhook({ body, headers, keys: key, basicAuth })
    expect(result).toMatchObject({ ok: true, event: { type } })
  })

  it('is the same for a seed, and another one without', async () => {
    const [one, again, other] = await Promise.all([
      signedEvent('ach.settled', { key, when }),
      signedEvent('ach.settled', { key, when }),
      signedEvent('ach.settled', { key, when, seed: 7 }),
    ])
    expect(await signedEvent('ach.settled', { key, when, seed: one.seed })).toEqual(one)
    expect(await signedEvent('ach.settled', { key, when, seed: 7 })).toEqual(other)
    expect(JSON.parse(again.body).event_id).not.toBe(JSON.parse(one.body).event_id)
    expect(JSON.parse(one.body).event_triggered).toBe('2026-11-30 09:15:00')
  })

  it('has what is set, by the paths of trigger --set, and lacks what is taken out', async () => {
    const { body, headers } = await signedEvent('transaction.sale.success', {
      key,
      seed: 3,
      set: { amount: '12.50', 'event_body.merchant.merch_key': 'mine' },
      unset: ['authcode'],
    })
    const { event_body: made } = JSON.parse(body)
    expect([made.object.amount, made.merchant.merch_key]).toEqual(['12.50', 'mine'])
    expect(made.object).not.toHaveProperty('authcode')
    expect(headers['X-Signature']).toBe(signatureOf(key, Buffer.from(body)))
  })

  it('is a stranger’s without a key', async () => {
    const { headers } = await signedEvent('ach.voided')
    expect(headers).toEqual({ 'Content-Type': 'application/json' })
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['a type', () => signedEvent('ach.settle' as EventType), /There is no event type “ach\.settle”.*ach\.settled/],
    ['a path', () => signedEvent('ach.settled', { set: { order: '1' } }), /There is no “order”.*orderid/],
    ['a scenario', () => scenario('card-sail' as 'card-sale'), /no scenario “card-sail”.*card-sale/],
    ['an end that is in several places', () => signedEvent('cau.updated_card', { set: { number: '1' } }), /several/],
    ['an empty key', () => signedEvent('ach.settled', { key: '' }), /key is empty/],
  ])('%s that there is not is named, with what is near', async (_, made, message) => {
    await expect(made()).rejects.toThrow(message)
    await expect(made()).rejects.toBeInstanceOf(TypeError)
  })
})

/** As JavaScript lets it through. */
const wrong = (value: unknown) => value as never

it.each<[string, () => Promise<unknown>, RegExp]>([
  ...[-1, 1.5, Number.NaN, 2 ** 32, '7'].map((seed): [string, () => Promise<unknown>, RegExp] => [
    `the seed ${seed}`,
    () => signedEvent('ach.settled', { seed: wrong(seed) }),
    /^seed is .*: give a whole number from 0 to 4294967295\.$/,
  ]),
  ...[Number.POSITIVE_INFINITY, 2 ** 31, -1, Number.NaN].map((timeoutMs): [string, () => Promise<unknown>, RegExp] => [
    `waiting for ${timeoutMs} ms`,
    async () => {
      const receiver = await startReceiver()
      return receiver.waitFor('type:ach.*', { timeoutMs }).finally(receiver.close)
    },
    /^timeoutMs is .*: give a whole number from 0 to 2147483647\.$/,
  ]),
  ...[{}, 'shop:pass', { username: 'shop' }, null].flatMap((basicAuth): [string, () => Promise<unknown>, RegExp][] => [
    [
      `an event with the credentials ${JSON.stringify(basicAuth)}`,
      () => signedEvent('ach.settled', { basicAuth: wrong(basicAuth) }),
      /^basicAuth is incomplete: give \{ username, password \}, both of them strings\.$/,
    ],
    [
      `a receiver with the credentials ${JSON.stringify(basicAuth)}`,
      () => startReceiver({ basicAuth: wrong(basicAuth) }),
      /^basicAuth is incomplete/,
    ],
  ]),
  [
    'an event with the key null',
    () => signedEvent('ach.settled', { key: wrong(null) }),
    /^The key is null: give a str/,
  ],
  ['an event with several keys', () => signedEvent('ach.settled', { key: wrong(['a']) }), /^The key is an array: give/],
  ['an event of no day', () => signedEvent('ach.settled', { when: new Date(Number.NaN) }), /^when is an invalid date/],
  [
    'a receiver with the key null',
    () => startReceiver({ key: wrong(null) }),
    /^The key is null: give a string, or sev/,
  ],
  ['a receiver with no key', () => startReceiver({ key: [] }), /^Nothing to verify with/],
  ['a receiver with a key that is not set', () => startReceiver({ key: [wrong(undefined)] }), /^The key is empty/],
])('%s is refused with what to give', async (_, made, message) => {
  await expect(made()).rejects.toThrow(message)
  await expect(made()).rejects.toBeInstanceOf(TypeError)
})

it.each(scenarios)('the scenario $name comes in its order, each event signed', async ({ name, steps }) => {
  const events = await scenario(name, { key, seed: 11, when })
  expect(events.map(({ body }) => JSON.parse(body).event_type)).toEqual(steps)
  expect(events.map(({ body }) => JSON.parse(body))).toEqual(scenarioEvents(name, 11, when))
  for (const { body, headers } of events) expect(headers['X-Signature']).toBe(signatureOf(key, Buffer.from(body)))
})

it('a scenario takes what is set into the events that have it', async () => {
  const events = await scenario('check-sale', { key, set: { orderid: 'order-9' } })
  expect(events.map(({ body }) => JSON.parse(body).event_body.object.orderid)).toEqual([
    undefined,
    'order-9',
    'order-9',
  ])
})

describe('a receiver', () => {
  const closers: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  async function open(options?: TestReceiverOptions) {
    const receiver = await startReceiver(options)
    closers.push(receiver.close)
    const post = async ({ body, headers }: Pick<SignedEvent, 'body' | 'headers'>, url = receiver.hookUrl) =>
      (await fetch(url, { method: 'POST', body, headers })).status
    return { receiver, post }
  }

  it('verifies, answers and keeps what arrives', async () => {
    const { receiver, post } = await open({ key, basicAuth })
    const event = await signedEvent('transaction.sale.success', {
      key,
      basicAuth,
      set: { amount: '64.10', auth_amount: '64.10' },
    })
    expect(await post(event)).toBe(200)
    expect(await post({ ...event, headers: { 'X-Signature': '0'.repeat(64) } })).toBe(401)
    expect(await post({ body: '{', headers: event.headers })).toBe(401)
    expect(await post(event, receiver.hookUrl.replace('/webhook', '/other'))).toBe(404)
    expect(receiver.received).toMatchObject([
      { id: 1, verdict: 'verified', reasons: [], status: 200, event: { type: 'transaction.sale.success' } },
      { id: 2, verdict: 'rejected', reasons: ['signature-wrong', 'credentials-missing'], status: 401 },
      { id: 3, verdict: 'rejected', event: null, problem: 'body-not-json', notes: ['body-not-json'] },
    ])
    expect(Buffer.from(receiver.received[0]?.body ?? []).toString()).toBe(event.body)
    expect(receiver.received[0]?.summary).toContain('64.10')
  })

  it('takes the next delivery over a connection whose body was too large', async () => {
    const { receiver } = await open({ key })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    closers.push(async () => agent.destroy())
    const send = ({ body, headers }: Pick<SignedEvent, 'body' | 'headers'>) =>
      new Promise<number | undefined>((resolve, reject) => {
        // Less than a connection may be idle: a request behind a body would come through once its connection is given up.
        const signal = AbortSignal.timeout(3000)
        const sent = request(receiver.hookUrl, { method: 'POST', headers, agent, signal }, answer => {
          answer.resume().on('end', () => resolve(answer.statusCode))
        })
        sent.on('error', reject).end(body)
      })
    const event = await signedEvent('ach.settled', { key })
    for (const bytes of [1_050_000, 8_000_000])
      expect([await send({ ...event, body: 'a'.repeat(bytes) }), await send(event)]).toEqual([401, 200])
    expect(receiver.received.map(({ reasons }) => reasons)).toEqual([['body-too-large'], [], ['body-too-large'], []])
  })

  it('waits for what a search finds, also where it came before', async () => {
    const { receiver, post } = await open({ key })
    const [sale, submitted, settled] = await scenario('check-sale', { key, seed: 5 })
    if (!sale || !submitted || !settled) throw new Error('a step is missing')
    await post(sale)
    expect((await receiver.waitFor('type:transaction.*')).id).toBe(1)
    const waiting = receiver.waitFor('type:ach.* is:verified', { since: 1 })
    const late = receiver.waitFor('family:ach type:ach.settled')
    await post({ ...submitted, headers: { ...submitted.headers, 'X-Signature': 'no' } })
    await post(submitted)
    await post(settled)
    expect([(await waiting).id, (await late).id]).toEqual([3, 4])
    await post(settled)
    const again = await receiver.waitFor('is:duplicate')
    expect([again.id, again.notes]).toEqual([5, ['retry']])
    expect((await receiver.waitFor('is:rejected reason:signature-malformed')).id).toBe(2)
  })

  it('says what did arrive where time is up', async () => {
    const { receiver, post } = await open()
    await expect(receiver.waitFor('type:ach.*', { timeoutMs: 30 })).rejects.toThrow(
      /^No delivery that matches “type:ach\.\*” arrived within 30 ms\. Nothing arrived\.$/,
    )
    await post(await signedEvent('transaction.sale.voided'))
    await expect(receiver.waitFor('type:ach.*', { timeoutMs: 30 })).rejects.toThrow(
      /1 delivery arrived: #1 transaction\.sale\.voided, unchecked\.$/,
    )
  })

  it.each([
    ['colour:red', /colour/],
    ['is:forwarded', /“is:forwarded” asks about hooks or forwarding/],
    ['status:5xx', /“status:5xx” asks about hooks or forwarding/],
    ['-hook:main', /“-hook:main” asks about hooks or forwarding/],
  ])('refuses the search %s at once', async (query, message) => {
    const { receiver } = await open()
    await expect(receiver.waitFor(query, { timeoutMs: 60_000 })).rejects.toThrow(message)
  })

  it('tells who waits that it was closed, and an empty key before it starts', async () => {
    const { receiver } = await open()
    const waiting = expect(receiver.waitFor('type:ach.*')).rejects.toThrow('was closed before')
    await receiver.close()
    await waiting
    await expect(startReceiver({ key: '' })).rejects.toThrow(/key is empty/i)
  })
})

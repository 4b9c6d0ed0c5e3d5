import { afterEach, describe, expect, it } from 'vitest'
import { attemptInstants } from '../../../core/simulate/schedule.ts'
import { type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { configuredHook, simulationRequest, toUrl, useSimulator } from './simulated.ts'

const place = useSimulator()
const merchants: Merchant[] = []
afterEach(async () => {
  for (const merchant of merchants.splice(0)) await merchant.close()
})
async function merchant(...options: Parameters<typeof startMerchant>): Promise<Merchant> {
  const started = await startMerchant(...options)
  merchants.push(started)
  return started
}

/** Answers the first so many requests with a status, then 200. */
function failsFirst(times: number, status = '500 Internal Server Error') {
  let left = times
  return (...[socket, received]: Parameters<ReturnType<typeof manners.answers>>) => {
    const answer = left > 0 ? manners.answers(status) : manners.answers()
    left--
    answer(socket, received)
  }
}

describe('an app that fails and then answers', () => {
  it('gets the same event again, at the instants of the schedule', async () => {
    const app = await merchant(failsFirst(2))
    const [event] = await place.sent({
      recipients: toUrl(app.url),
      retries: 'schedule',
      clock: { kind: 'times', factor: 10_000 },
    })
    const ids = app.received.map(({ body }) => JSON.parse(body.toString()).event_id)
    expect(ids).toEqual([event?.eventId, event?.eventId, event?.eventId])
    expect(new Set(app.received.map(({ body }) => body.toString())).size).toBe(1)
    expect(event?.state).toBe('delivered')
    expect(event?.next).toBeNull()
    expect(event?.tries.map(({ number, instantMs, status }) => [number, instantMs, status])).toEqual([
      [1, 0, 500],
      [2, 300_000, 500],
      [3, 600_000, 200],
    ])
    // Never early: 5 minutes are 30 ms on this clock.
    const due = Date.parse(event?.createdAt ?? '')
    for (const { startedAt, instantMs } of event?.tries ?? [])
      expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(due + instantMs / 10_000)
  })

  it('is tried 36 times and then given up', async () => {
    const app = await merchant(manners.answers('503 Service Unavailable'))
    const [event] = await place.sent({ recipients: toUrl(app.url), retries: 'schedule' })
    expect(event?.state).toBe('failed')
    expect(event?.tries.map(({ instantMs }) => instantMs)).toEqual(attemptInstants)
    expect(app.received).toHaveLength(36)
  })

  it.each([
    ['a redirect', '302 Found'],
    ['a refusal', '401 Unauthorized'],
  ])('is not pleased with %s', async (_what, status) => {
    const app = await merchant(failsFirst(1, status))
    const [event] = await place.sent({ recipients: toUrl(app.url), retries: 'schedule' })
    expect(event?.tries.map(({ status }) => status)).toEqual([Number(status.slice(0, 3)), 200])
  })
})

it('is tried once when retries are off', async () => {
  const url = `http://127.0.0.1:${await portApart()}/`
  const [event] = await place.sent({ recipients: toUrl(url) })
  expect(event).toMatchObject({ state: 'failed', next: null, target: url })
  expect(event?.tries).toMatchObject([{ outcome: 'refused', status: null, error: { code: 'ECONNREFUSED' } }])
})

it('goes to every hook that is subscribed, at its Hook URL, signed and authenticated as that hook says', async () => {
  const one = await merchant()
  const other = await merchant()
  const silent = await merchant()
  place.hooks = [
    configuredHook({
      id: 'one',
      customUrl: one.url,
      signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key: 'first' }] },
    }),
    configuredHook({
      id: 'other',
      customUrl: other.url,
      authentication: { kind: 'basic', username: 'Zoë', password: 'a:b:ü' },
    }),
    configuredHook({ id: 'silent', customUrl: silent.url, events: ['ach.settled'] }),
  ]
  const events = await place.sent({})
  expect(events.map(({ hook, state }) => [hook, state])).toEqual([
    ['one', 'delivered'],
    ['other', 'delivered'],
  ])
  expect(silent.received).toHaveLength(0)
  expect(one.received[0]?.head).toContain('\r\nX-Signature: ')
  expect(one.received[0]?.head).not.toContain('Authorization')
  const credentials = Buffer.from('Zoë:a:b:ü').toString('base64')
  expect(other.received[0]?.head).toContain(`\r\nAuthorization: Basic ${credentials}\r\n`)
  expect(other.received[0]?.head).not.toContain('X-Signature')
  expect(one.received[0]?.head).toContain('\r\nHookscope-Source: simulate\r\n')
})

it('says what it sent and where it stands', async () => {
  const app = await merchant()
  const { id } = await place.simulator.start(simulationRequest({ recipients: toUrl(app.url), count: 3 }))
  expect(await place.simulator.settled(id)).toMatchObject({
    id,
    title: '3 × transaction.sale.success',
    events: 3,
    delivered: 3,
    failed: 0,
    cancelled: 0,
    state: 'done',
    unsubscribed: [],
    asked: { count: 3, recipients: { kind: 'target', url: app.url } },
  })
  expect(place.simulator.status()).toEqual({ waiting: 0, sending: 0 })
})

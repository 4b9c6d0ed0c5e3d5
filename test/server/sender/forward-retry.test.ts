/** What nobody took is tried again while the app restarts: each delivery once, in order, and never after bytes of an answer. */
import net from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Forwarder, type ForwarderOptions, openForwarder } from '../../../server/sender/forward.ts'
import type { SendNews } from '../../../server/sender/leftovers.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { type Kept, openKept } from '../../helpers/kept.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { listenApart, portApart } from '../../helpers/ports.ts'
import { startProxy, type TestProxyOptions } from '../../helpers/proxy-server.ts'
import { setProxies } from '../../helpers/proxy-variables.ts'

let kept: Kept
const closing: (() => Promise<void>)[] = []
beforeEach(() => {
  kept = openKept()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  vi.unstubAllEnvs()
  await kept.close()
})

async function forwarder(url: string, options: Partial<ForwarderOptions> = {}) {
  const { store } = kept
  const news: SendNews[] = []
  const targets = [{ url: new URL(url) }]
  const open: Forwarder = await openForwarder({
    ...{ store, targets, isOwnUrl: () => false, rejectedToo: false, retryMs: 30_000 },
    news: one => void news.push(one),
    ...options,
  })
  const stop = store.deliveries.onIndexed(open.offer)
  closing.push(async () => {
    stop()
    await open.close(0)
  })
  return { open, news }
}

async function arrive(count: number, from = 0): Promise<number[]> {
  const ids: number[] = []
  for (let index = from; index < from + count; index++)
    ids.push(await kept.store.deliveries.append(arrival({ body: saleEvent({ id: String(index).padStart(64, '0') }) })))
  await kept.store.deliveries.settled()
  return ids
}

async function merchant(...parameters: Parameters<typeof startMerchant>) {
  const app = await startMerchant(...parameters)
  closing.push(app.close)
  return app
}

const idsAt = (app: { received: readonly { body: Buffer }[] }) =>
  app.received.map(({ body }) => Number(JSON.parse(body.toString()).event_id) + 1)
const outcomesOf = async (id: number) =>
  (await kept.store.attempts.ofDelivery(id)).map(({ outcome, status }) => status ?? outcome).sort()

test('an app that comes back gets each delivery once and in order, those that came meanwhile included', async () => {
  const port = await portApart()
  const { open, news } = await forwarder(`http://127.0.0.1:${port}/webhooks`)
  const first = await arrive(25)
  // Twenty at most: where the first is refused before the others have come, they wait without an attempt.
  await kept.ended(1)
  await expect.poll(() => open.status()?.targets[0]).toMatchObject({ waiting: 25, retryUntil: expect.any(String) })
  const more = await arrive(5, 25)
  expect(news).toEqual([{ kind: 'retrying', target: `http://127.0.0.1:${port}/webhooks`, why: 'refused', ms: 30_000 }])
  const app = await merchant(undefined, { port })
  await app.arrived(30)
  expect(idsAt(app)).toEqual([...first, ...more])
  await expect.poll(() => open.status()?.targets[0]).toMatchObject({ waiting: 0, retryUntil: null })
  expect(app.received.length).toBe(30)
  expect(await outcomesOf(1)).toEqual([200, 'refused'])
})

test('what nobody takes in its time has a last attempt, is told of, and is over', async () => {
  const url = `http://127.0.0.1:${await portApart()}/webhooks`
  const { open, news } = await forwarder(url, { retryMs: 700 })
  const ids = await arrive(3)
  await expect
    .poll(() => news.filter(({ kind }) => kind === 'gave-up'))
    .toEqual([{ kind: 'gave-up', target: url, why: 'refused', ids }])
  expect(open.status()).toMatchObject({ waiting: 0, targets: [{ retryUntil: null }] })
  for (const id of ids) expect(await outcomesOf(id)).toEqual(['refused', 'refused'])
})

test.each([
  ['that cuts off once more is not sent it a third time', manners.resets(), 2],
  ['of which bytes of an answer came is never sent it again', manners.answersHalfHeader(), 1],
  ['that answers 503 is not sent it again', manners.answers('503 Service Unavailable'), 1],
])('an app %s', async (_, manner, times) => {
  const app = await merchant(manner)
  const { open } = await forwarder(app.url)
  await arrive(1)
  await app.arrived(times)
  await kept.ended(times)
  app.behave(manners.answers())
  await arrive(1, 1)
  await app.arrived(times + 1)
  await kept.ended(times + 1)
  expect(idsAt(app)).toEqual([...Array.from({ length: times }, () => 1), 2])
  expect(open.status()?.waiting).toBe(0)
})

test('of an app that took the connection and ended it, nobody is told that it took none', async () => {
  const app = await merchant(manners.resets())
  const { news } = await forwarder(app.url)
  await arrive(1)
  const target = app.url
  await expect
    .poll(() => news)
    .toEqual([
      { kind: 'retrying', target, why: 'cut-off', ms: 30_000 },
      { kind: 'gave-up', target, why: 'cut-off', ids: [1] },
    ])
})

test('what was sent and not taken is told apart from what was never sent', async () => {
  const url = `http://127.0.0.1:${await portApart()}/webhooks`
  const { open } = await forwarder(url)
  await arrive(1)
  await kept.ended(1)
  await expect.poll(() => open.waitsFor(1)).toEqual([url])
  await arrive(1, 1)
  expect(open.unsent()).toEqual([{ target: url, ids: [1, 2], tried: [1] }])
  const other = `http://127.0.0.1:${await portApart()}/webhooks`
  open.pause(true)
  await open.setTargets([{ url: new URL(other) }])
  expect(open.unsent()).toEqual([{ target: other, ids: [1, 2], tried: [] }])
})

test('what somebody waits for is sent at once, whether anybody is there or not', async () => {
  const url = `http://127.0.0.1:${await portApart()}/webhooks`
  const { open } = await forwarder(url, { isFollowed: delivery => delivery === 2 })
  const settled: number[] = []
  open.onSettled(id => settled.push(id))
  await arrive(1)
  await kept.ended(1)
  await arrive(1, 1)
  await kept.ended(2)
  await expect.poll(() => settled).toEqual([2])
  expect(open.waitsFor(1)).toEqual([url])
})

test('what ends within the TLS handshake was not sent: it is tried as what was refused, and no app may have read it', async () => {
  const server = net.createServer(socket => void socket.once('data', () => socket.destroy()).on('error', () => {}))
  const target = `https://127.0.0.1:${await listenApart(server)}/`
  closing.push(async () => void server.close())
  const { news } = await forwarder(target, { retryMs: 600 })
  const ids = await arrive(1)
  await expect
    .poll(() => news, { timeout: 5000 })
    .toEqual([
      { kind: 'retrying', target, why: 'refused', ms: 600 },
      { kind: 'gave-up', target, why: 'refused', ids },
    ])
})

const squid502 = 'HTTP/1.1 502 Bad Gateway\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: 0\r\n\r\n'

test.each<[string, TestProxyOptions]>([
  ['does not connect there', { only: 'CONNECT', refuses: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n' }],
  ['connects there', { only: 'POST', refuses: squid502 }],
])('where a proxy that %s relays to nobody, a delivery is sent a few times and not without end', async (_, options) => {
  const app = await merchant()
  const leads: Record<string, number> = options.only === 'POST' ? { 'shop.example:80': app.port } : {}
  const proxy = await startProxy({ ...options, leads })
  closing.push(proxy.close)
  setProxies({ HTTP_PROXY: proxy.url })
  const target = 'http://shop.example/'
  const { news } = await forwarder(target, { retryMs: 800 })
  const ids = await arrive(3)
  await expect.poll(() => news.filter(({ kind }) => kind === 'gave-up'), { timeout: 5000 }).toHaveLength(1)
  expect(news).toEqual([
    { kind: 'retrying', target, why: 'refused', ms: 800 },
    { kind: 'gave-up', target, why: 'refused', ids },
  ])
  const each = await Promise.all(ids.map(outcomesOf))
  // The first, one on trial, and the last.
  for (const outcomes of each) expect(outcomes.length).toBeLessThanOrEqual(3)
})

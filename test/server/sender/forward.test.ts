import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { UserError } from '../../../server/lib/errors.ts'
import { type Forwarder, type ForwarderOptions, openForwarder } from '../../../server/sender/forward.ts'
import { type ArrivalParts, arrival, asItCame, saleEvent } from '../../helpers/deliveries.ts'
import { type Kept, openKept } from '../../helpers/kept.ts'
import { holdAnswers, type Manner, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'

let kept: Kept
const closing: (() => Promise<void>)[] = []
beforeEach(() => {
  kept = openKept()
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  await kept.close()
})

async function merchant(manner?: Manner): Promise<Merchant> {
  const started = await startMerchant(manner)
  closing.push(started.close)
  return started
}

const to = (...urls: readonly string[]) => urls.map(url => ({ url: new URL(url) }))
const waiting = (open: Forwarder) => open.status()?.waiting

/** A forwarder that is offered what the store indexes, as the session does it. */
async function forwarder(
  targets: string | readonly string[],
  options: Partial<ForwarderOptions> = {},
): Promise<Forwarder> {
  const { store } = kept
  const opened = await openForwarder({
    store,
    targets: to(...[targets].flat()),
    isOwnUrl: () => false,
    rejectedToo: false,
    ...options,
  })
  const stop = store.deliveries.onIndexed(opened.offer)
  closing.push(async () => {
    stop()
    await opened.close()
  })
  return opened
}

async function arrive(parts: ArrivalParts = {}): Promise<number> {
  const id = await kept.store.deliveries.append(arrival(parts))
  await kept.store.deliveries.settled()
  return id
}

/** Several deliveries of different events. */
async function arriveMany(count: number): Promise<number[]> {
  const bodies = Array.from({ length: count }, (_, index) => saleEvent({ id: String(index).padStart(64, '0') }))
  const ids = await Promise.all(bodies.map(body => kept.store.deliveries.append(arrival({ body }))))
  await kept.store.deliveries.settled()
  return ids
}

const json = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()) as unknown

test('a delivery goes on with its bytes, query and header lines, marked, and the attempt is kept', async () => {
  const target = await merchant(manners.answers('202 Accepted', ['X-App: shop'], 'taken'))
  await forwarder(`${target.url}?shop=1`)
  const body = gzipSync(Buffer.from([0xff, 0x00, 0x80]))
  const id = await arrive({
    path: '/in/secret?wc-api=usaepay&token="a|b"\'&é',
    body,
    headers: [
      ['host', 'abc.tunnel.example'],
      ['Authorization', 'Basic YTpi'],
      ['X-Twice', 'one'],
      ['Content-Encoding', 'gzip'],
      ['x-twice', 'two'],
      ['connection', 'close'],
      ['Expect', '100-continue'],
      ['content-length', String(body.length)],
    ],
  })
  const [ended] = await kept.ended(1)
  expect(target.received[0]?.path).toBe('/webhooks?shop=1&wc-api=usaepay&token="a|b"\'&é')
  expect(target.received[0]?.body).toEqual(body)
  expect(target.received[0]?.headers).toEqual([
    ['host', `127.0.0.1:${target.port}`],
    ['Authorization', 'Basic YTpi'],
    ['X-Twice', 'one'],
    ['Content-Encoding', 'gzip'],
    ['x-twice', 'two'],
    ['content-length', String(body.length)],
    ['Hookscope-Source', 'forward'],
    ['Hookscope-Delivery', String(id)],
    ['Connection', 'keep-alive'],
  ])
  expect(ended).toMatchObject({
    delivery: id,
    source: 'forward',
    target: `${target.url}?shop=1`,
    outcome: 'answered',
    status: 202,
  })
  const [attempt] = await kept.store.attempts.ofDelivery(id)
  expect(attempt?.request.url).toBe(`${target.url}?shop=1&wc-api=usaepay&token="a|b"'&é`)
  expect(attempt?.request.headers).toEqual(target.received[0]?.headers)
  expect(Buffer.from(attempt?.request.body ?? [])).toEqual(body)
  expect(attempt?.answer?.headers).toContainEqual(['X-App', 'shop'])
  expect(Buffer.from(attempt?.answer?.body ?? []).toString()).toBe('taken')
})

test('an attempt shows as pending while the app has not answered', async () => {
  const { manner, release } = holdAnswers()
  const target = await merchant(manner)
  await forwarder(target.url)
  const id = await arrive()
  await target.arrived(1)
  expect(await kept.store.attempts.ofDelivery(id)).toMatchObject([{ outcome: 'pending', status: null, ms: null }])
  release()
  expect(await kept.ended(1)).toMatchObject([{ outcome: 'answered', status: 200 }])
})

test.each([
  ['resets', manners.resets(), 'reset'],
  ['answers garbage', manners.says('garbage\r\n\r\n'), 'invalid-answer'],
  ['answers half', manners.answersHalf(), 'reset'],
  ['fails', manners.answers('500 Oops'), 'answered'],
])('an app that %s does not stop the next delivery', async (_name, manner, outcome) => {
  const target = await merchant(manner)
  await forwarder(target.url)
  await arriveMany(2)
  expect(await kept.ended(2)).toMatchObject([{ outcome }, { outcome }])
})

test('rejected, looped, unrouted and incomplete deliveries are passed over', async () => {
  const target = await merchant()
  await forwarder(target.url)
  await arrive({ verdict: { kind: 'rejected', reasons: ['signature-wrong'] }, status: 401 })
  await arrive({ headers: [['hookscope-source', 'forward']] })
  await arrive({ headers: [['Hookscope-Source', 'replay']] })
  await arrive({ hook: 'unrouted', status: 404 })
  const good = await arrive()
  const simulated = await arrive({ headers: [['Hookscope-Source', 'simulate']] })
  expect((await kept.ended(2)).map(({ delivery }) => delivery)).toEqual([good, simulated])
  expect(target.received).toHaveLength(2)
})

test('when only observing, rejected deliveries go on, but none that came in part', async () => {
  const target = await merchant()
  await forwarder(target.url, { rejectedToo: true })
  const tooLarge = { kind: 'rejected', reasons: ['body-too-large'] } as const
  await arrive({ verdict: tooLarge, body: new Uint8Array(), bytes: 5_000_000, status: 413 })
  const wrong = await arrive({ verdict: { kind: 'rejected', reasons: ['signature-wrong'] } })
  expect(await kept.ended(1)).toMatchObject([{ delivery: wrong }])
})

test('at most 20 connections at once, and the rest waits its turn', async () => {
  const { manner, release } = holdAnswers()
  const target = await merchant(manner)
  const open = await forwarder(target.url)
  const ids = await arriveMany(50)
  await target.arrived(20)
  expect(waiting(open)).toBe(30)
  expect(target.received).toHaveLength(20)
  const held = ids.slice(0, 20).map(String)
  expect(
    target.received.map(({ headers }) => headers.find(([name]) => name === 'Hookscope-Delivery')?.[1]).sort(),
  ).toEqual(held.sort())
  release()
  const ended = await kept.ended(50)
  expect(new Set(ended.map(({ delivery }) => delivery))).toEqual(new Set(ids))
  expect(waiting(open)).toBe(0)
})

test('a pause holds deliveries; afterwards they go out in the order they came', async () => {
  const target = await merchant()
  const open = await forwarder(target.url)
  const changes: unknown[] = []
  open.onChange(() => changes.push(waiting(open)))
  open.pause(true)
  expect(open.status()?.paused).toBe(true)
  const ids = await arriveMany(8)
  expect(waiting(open)).toBe(8)
  expect(target.received).toEqual([])
  open.pause(false)
  await kept.ended(8)
  expect(await kept.store.attempts.ofDelivery(ids[0] ?? 0)).toHaveLength(1)
  const starts = (await kept.store.deliveries.summaries(ids)).map(({ lastAttempt }) => lastAttempt?.id ?? 0)
  expect(starts).toEqual([...starts].sort((one, other) => one - other))
  await open.close()
  expect(changes.at(-1)).toBe(0)
})

test('the end waits for an answer as long as the app may take, and tells what was not sent', async () => {
  const { manner, release } = holdAnswers()
  const target = await merchant(manner)
  const open = await forwarder(target.url)
  const sent = await arrive()
  await target.arrived(1)
  open.pause(true)
  const [first, second] = await arriveMany(2)
  expect([open.inFlight, open.unsent()]).toEqual([1, [{ target: target.url, ids: [first, second], tried: [] }]])
  // Only from here on: the time-outs of the send itself run on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closed = open.close()
  vi.advanceTimersByTime(49_000)
  vi.useRealTimers()
  release()
  await closed
  expect((await kept.store.attempts.ofDelivery(sent))[0]?.outcome).toBe('answered')
  expect([open.inFlight, open.unsent()]).toEqual([0, [{ target: target.url, ids: [first, second], tried: [] }]])
  expect(target.received).toHaveLength(1)
})

test('it says which deliveries it sends', async () => {
  const open = await forwarder((await merchant()).url)
  const [delivery] = await kept.store.deliveries.summaries([await arrive()])
  if (delivery === undefined) throw new Error('it is there')
  const rejected = { ...delivery, verdict: 'rejected' } as const
  expect(open.sends(delivery)).toBe(1)
  expect(open.sends(rejected)).toBe(0)
  expect((await forwarder((await merchant()).url, { rejectedToo: true })).sends(rejected)).toBe(1)
  expect(open.sends({ ...delivery, notes: ['loop'] })).toBe(0)
  open.pause(true)
  expect(open.sends(delivery)).toBe(0)
  open.pause(false)
  await open.setTargets([])
  expect(open.sends(delivery)).toBe(0)
})

test('a new target takes the deliveries from then on; none stops forwarding', async () => {
  const [first, second] = [await merchant(), await merchant()]
  const open = await forwarder([])
  await arrive()
  await open.setTargets(to(first.url))
  await arrive()
  await kept.ended(1)
  await open.setTargets(to(second.url))
  await arrive()
  await kept.ended(2)
  open.pause(true)
  await arrive()
  await open.setTargets([], true)
  expect(open.status()).toBeNull()
  open.pause(false)
  await arrive()
  expect([first.received.length, second.received.length]).toEqual([1, 1])
})

test('the receiver’s own URL is no target', async () => {
  const isOwnUrl = (url: URL) => url.port === '4000'
  await expect(forwarder('http://localhost:4000/in/x', { isOwnUrl })).rejects.toThrow(UserError)
  const open = await forwarder([], { isOwnUrl })
  expect(() => open.setTargets(to('http://localhost:4000/'))).toThrow(/back to hookscope/)
  expect(open.targets).toEqual([])
})

test('the app’s answer goes back to the gateway', async () => {
  const target = await merchant(manners.answers('422 No', ['X-App: shop'], '{"a":1}'))
  const open = await forwarder(target.url)
  const came = arrival()
  const id = await kept.store.deliveries.append(came)
  const answer = await open.answer(id, came)
  expect(answer.status).toBe(422)
  expect(answer.headers).toContainEqual(['X-App', 'shop'])
  expect(json(answer.body)).toEqual({ a: 1 })
  await kept.store.deliveries.settled()
  const next = await arrive()
  expect((await kept.ended(2)).map(({ delivery }) => delivery)).toEqual([id, next])
  expect(target.received).toHaveLength(2)
})

test('one that the app answered and that was dropped before it was indexed is settled all the same', async () => {
  const target = await merchant()
  const { store } = kept
  const open = await openForwarder({ store, targets: to(target.url), isOwnUrl: () => false, rejectedToo: false })
  closing.push(open.close)
  const settled: number[] = []
  open.onSettled(id => settled.push(id))
  const came = arrival()
  const id = await store.deliveries.append(came)
  await open.answer(id, came)
  expect(settled).toEqual([])
  const next = await arrive()
  open.offer(await store.deliveries.summaries([next]))
  expect(settled).toEqual([id])
})

test('an answer in sloppy HTTP goes back well-formed, and what is wrong with it is kept', async () => {
  const target = await merchant(manners.says('HTTP/1.1 204 No Content\r\nX-App: shop\r\n\r\nOK'))
  const open = await forwarder(target.url)
  const came = arrival()
  const id = await kept.store.deliveries.append(came)
  expect(await open.answer(id, came)).toMatchObject({
    status: 204,
    headers: [['X-App', 'shop']],
    body: new Uint8Array(),
  })
  const sloppy = ['The answer had a body after 204, which HTTP does not allow.']
  expect(await kept.store.attempts.ofDelivery(id)).toMatchObject([
    { outcome: 'answered', status: 204, error: null, sloppy },
  ])
  await kept.store.deliveries.settled()
  expect(await kept.store.deliveries.get(id)).toMatchObject({ lastAttempt: { sloppy } })
})

test('a long answer goes back whole, though no more than 256 KiB of it are kept', async () => {
  const bytes = 8 * 1024 * 1024
  const target = await merchant(manners.answersHuge(bytes))
  const open = await forwarder(target.url)
  const came = arrival()
  const id = await kept.store.deliveries.append(came)
  const answer = await open.answer(id, came)
  expect([answer.status, answer.body.byteLength]).toEqual([200, bytes])
  const [attempt] = await kept.store.attempts.ofDelivery(id)
  expect(attempt?.answer).toMatchObject({ status: 200, bodyBytes: bytes })
  expect(attempt?.answer?.body.byteLength).toBe(256 * 1024)
})

test.each([
  ['resets', manners.resets(), 502, 'reset'],
  ['answers more than 8 MiB', manners.answersHuge(8 * 1024 * 1024 + 1), 502, 'answer-too-large'],
  ['answers without end', manners.floods(), 502, 'answer-too-large'],
  ['closes', manners.closes(), 502, 'reset'],
  ['answers garbage', manners.says('nonsense\r\n\r\n'), 502, 'invalid-answer'],
  ['answers with no HTTP status', manners.answers('799 What'), 502, 'invalid-answer'],
  ['hangs', manners.hangs(), 504, 'timed-out'],
  ['redirects', manners.redirects('http://localhost/'), 302, null],
])('for an app that %s the gateway is answered', async (_name, manner, status, code) => {
  const target = await merchant(manner)
  const open = await forwarder(target.url, { send: { readMs: status === 504 ? 100 : 20_000 } })
  const came = arrival()
  const answer = await open.answer(await kept.store.deliveries.append(came), came)
  expect(answer.status).toBe(status)
  if (code !== null) expect(json(answer.body)).toMatchObject({ error: { code, message: expect.any(String) } })
})

test('for an app that does not run, for a pause, for no target and for a loop the gateway is answered at once', async () => {
  const open = await forwarder(`http://127.0.0.1:${await portApart()}/`)
  const answered = async (parts: ArrivalParts = {}) => {
    const came = arrival(parts)
    const { status, body } = await open.answer(await kept.store.deliveries.append(came), came)
    return [status, json(body)]
  }
  expect(await answered()).toEqual([
    502,
    { error: { code: 'refused', message: expect.stringMatching(/Nothing listens/) } },
  ])
  open.pause(true)
  expect(await answered()).toMatchObject([502, { error: { code: 'paused' } }])
  await open.setTargets([])
  expect(await answered()).toMatchObject([502, { error: { code: 'no-target' } }])
  expect(await answered({ headers: [['Hookscope-Source', 'replay']] })).toMatchObject([
    508,
    { error: { code: 'loop' } },
  ])
})

test('closing lets what is in flight end, and sends nothing more', async () => {
  const { manner, release } = holdAnswers()
  const target = await merchant(manner)
  const open = await forwarder(target.url)
  await arrive()
  await target.arrived(1)
  const closed = open.close()
  await arrive()
  release()
  await closed
  expect(await kept.ended(1)).toMatchObject([{ outcome: 'answered' }])
  expect(target.received).toHaveLength(1)
})

describe('several targets', () => {
  test('each gets every delivery, and one that hangs delays none of the others', async () => {
    const { manner, release } = holdAnswers()
    const [stuck, good] = [await merchant(manner), await merchant()]
    const open = await forwarder([stuck.url, good.url])
    const ids = await arriveMany(50)
    await good.arrived(50)
    expect(open.status()).toMatchObject({
      target: stuck.url,
      waiting: 30,
      oldestWaiting: ids[20],
      targets: [
        { target: stuck.url, waiting: 30 },
        { target: good.url, waiting: 0 },
      ],
    })
    expect(open.unsent()).toEqual([{ target: stuck.url, ids: ids.slice(20), tried: [] }])
    expect([ids[19], ids[20]].map(id => open.waitsFor(id ?? 0))).toEqual([[], [stuck.url]])
    release()
    const ended = await kept.ended(100)
    for (const { url } of [stuck, good])
      expect(new Set(ended.filter(({ target }) => target === url).map(({ delivery }) => delivery))).toEqual(
        new Set(ids),
      )
  })

  test('a delivery is failed as long as one target did not take it, whichever answered last', async () => {
    const { manner, release } = holdAnswers()
    const [bad, slow] = [await merchant(manners.answers('500 Oops')), await merchant(manner)]
    const open = await forwarder([bad.url, slow.url])
    const id = await arrive()
    await kept.ended(1)
    await slow.arrived(1)
    release()
    await kept.ended(2)
    const shown = async () => (await kept.store.deliveries.summaries([id]))[0]?.lastAttempt
    expect(await shown()).toMatchObject({ target: bad.url, status: 500 })
    expect(await kept.store.attempts.ofDelivery(id)).toMatchObject([{ status: 500 }, { status: 200 }])
    expect((await kept.store.deliveries.facets()).failed).toBe(1)
    // A replay to another target makes good for nothing.
    const request = asItCame(arrival(), slow.url)
    const replayTo = (target: string) =>
      kept.store.attempts.start({ delivery: id, source: 'replay', target, startedAt: Date.now(), request })
    await replayTo(slow.url)
    expect(await shown()).toMatchObject({ source: 'forward', status: 500 })
    await replayTo(bad.url)
    expect(await shown()).toMatchObject({ source: 'replay', target: bad.url, outcome: 'pending' })
    await open.close()
  })

  test('the first one answers the gateway, and the others get the delivery once it is indexed', async () => {
    const [first, second] = [await merchant(manners.answers('202 Taken')), await merchant(manners.answers('500 Oops'))]
    const open = await forwarder([first.url, second.url])
    const came = arrival()
    const id = await kept.store.deliveries.append(came)
    expect((await open.answer(id, came)).status).toBe(202)
    await kept.store.deliveries.settled()
    expect((await kept.ended(2)).map(({ target, status }) => [target, status])).toEqual([
      [first.url, 202],
      [second.url, 500],
    ])
    expect([first.received.length, second.received.length]).toEqual([1, 1])
  })

  test('one that stays keeps what waits for it, one in its place gets it, a further one begins anew', async () => {
    const [one, two, three] = [await merchant(), await merchant(), await merchant()]
    const open = await forwarder([one.url, two.url])
    open.pause(true)
    const ids = await arriveMany(3)
    await open.setTargets(to(two.url), true)
    expect(open.unsent()).toEqual([{ target: two.url, ids, tried: [] }])
    await open.setTargets(to(three.url, one.url))
    expect(open.unsent()).toEqual([{ target: three.url, ids, tried: [] }])
    await open.setTargets(to(three.url, one.url, three.url))
    expect(open.targets.map(({ url }) => url.href)).toEqual([three.url, one.url])
    open.pause(false)
    await kept.ended(3)
    expect([one, two, three].map(({ received }) => received.length)).toEqual([0, 0, 3])
  })

  test('there can be 20', async () => {
    const many = (count: number) => to(...Array.from({ length: count }, (_, index) => `http://localhost:3000/${index}`))
    const open = await forwarder([])
    await open.setTargets(many(20))
    expect(() => open.setTargets(many(21))).toThrow('20 targets at most; 21')
    expect(open.targets).toHaveLength(20)
  })
})

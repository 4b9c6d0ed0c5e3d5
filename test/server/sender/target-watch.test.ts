/** What is known of targets: nobody takes deliveries there, somebody does again, and what was missed meanwhile. */
import { getEventListeners } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import type { AttemptSummary } from '../../../core/deliveries/attempt.ts'
import { probeTarget } from '../../../server/sender/target-probe.ts'
import { openTargetWatch, type TargetNews, type TargetWatch } from '../../../server/sender/target-watch.ts'
import { listenApart, portApart } from '../../helpers/ports.ts'
import { attemptSummary } from '../../helpers/summaries.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** A watch that looks again every few milliseconds, what it tells, and attempts to tell it of. */
function opened(probe: typeof probeTarget = probeTarget) {
  const news: TargetNews[] = []
  const waiting = new Set<() => void>()
  let attempted: (attempt: AttemptSummary) => void = () => {}
  const watch: TargetWatch = openTargetWatch({
    store: {
      attempts: {
        onEnded(listener) {
          attempted = listener
          return () => {}
        },
      },
    },
    changed: () => {
      for (const check of waiting) check()
    },
    firstMs: 20,
    everyMs: 20,
    probe,
  })
  closers.push(() => watch.close())
  watch.onNews(one => news.push(one))
  const becomes = (target: string, state: string, code?: string) =>
    new Promise<void>(resolve => {
      const check = () => {
        const now = watch.of(target)
        if (now.state !== state || now.error?.code !== (code ?? now.error?.code)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return { watch, news, becomes, attempted: (attempt: Partial<AttemptSummary>) => attempted(attemptSummary(attempt)) }
}

const refused = { code: 'ECONNREFUSED', message: 'Nothing listens.', hint: 'Start it.' }
const failure = { outcome: 'refused', status: null, error: refused } as const

async function listenAt(port: number): Promise<void> {
  const server = http.createServer((_, response) => response.end())
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  closers.push(() => new Promise(resolve => server.close(resolve)))
}

it('says that nothing listens, and once something does, exactly which deliveries were missed', async () => {
  const { watch, news, becomes, attempted } = opened()
  const port = await portApart()
  const target = `http://127.0.0.1:${port}/in`
  watch.watch([new URL(target)])
  await becomes(target, 'down')
  expect(news).toMatchObject([{ state: 'down', target, seenBy: 'probe', error: { code: 'ECONNREFUSED' } }])
  for (const [delivery, more] of [
    [9, {}],
    [4, { target: `${target}?a=1` }],
    [5, { source: 'replay' }],
    [6, { target: 'http://127.0.0.1:1/' }],
  ] as const)
    attempted({ target, delivery, ...failure, ...more })
  expect(watch.of(target)).toMatchObject({ state: 'down', missed: 2 })
  const late: TargetNews[] = []
  watch.onNews(one => late.push(one))
  expect(late).toHaveLength(1)
  await listenAt(port)
  await becomes(target, 'up')
  expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [4, 9] }])
  expect(watch.of(target)).toEqual({
    ...{ state: 'up', error: null, missed: 0, watched: true },
    ...{ seenAt: expect.any(String), answered: null },
  })
})

it('learns from attempts, and takes no answer or certificate for a target that is gone', async () => {
  const { watch, news, becomes, attempted } = opened()
  const server = http.createServer()
  const port = await listenApart(server)
  closers.push(() => server.close())
  const target = `http://127.0.0.1:${port}/`
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  attempted({ target, status: 500 })
  attempted({ target, ...failure, error: { ...refused, code: 'CERT_HAS_EXPIRED' } })
  attempted({ target, outcome: 'timed-out', status: null, error: { ...refused, code: 'READ_TIMEOUT' } })
  expect(news).toEqual([])
  attempted({ target, delivery: 7, ...failure })
  expect(watch.of(target).state).toBe('down')
  attempted({ target, delivery: 8 })
  expect(news).toMatchObject([
    { state: 'down', seenBy: 'attempt' },
    { state: 'up', missed: [7] },
  ])
})

it('sees by itself that nobody listens any more, by connections without a byte', async () => {
  const { watch, news, becomes } = opened()
  let [looks, bytes] = [0, 0]
  const server = net.createServer(socket => {
    looks++
    socket.on('data', ({ length }) => {
      bytes += length
    })
  })
  const port = await listenApart(server)
  closers.push(() => server.close())
  const target = `http://127.0.0.1:${port}/`
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  await expect.poll(() => looks).toBeGreaterThan(3)
  expect([watch.of(target).watched, news]).toEqual([true, []])
  server.close()
  await becomes(target, 'down')
  expect(news).toMatchObject([{ state: 'down', target, seenBy: 'probe', error: { code: 'ECONNREFUSED' } }])
  expect(bytes).toBe(0)
  await listenAt(port)
  await becomes(target, 'up')
  expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [] }])
})

it('knocks once at a host on the internet, and every few seconds at one nearby', async () => {
  const looks: string[] = []
  const { watch, becomes, attempted } = opened(async ({ hostname }) => {
    looks.push(hostname)
    return { error: null, place: hostname === 'near.example' ? 'a private network' : 'the internet' }
  })
  const [near, far] = ['http://near.example/', 'https://far.example/']
  watch.watch([new URL(far), new URL(near)])
  await becomes(far, 'up')
  attempted({ target: far, status: 200 })
  attempted({ target: far, status: 503 })
  await expect.poll(() => looks.filter(host => host === 'near.example').length).toBeGreaterThan(3)
  expect(looks.filter(host => host === 'far.example')).toHaveLength(1)
  expect(watch.of(near).watched).toBe(true)
  expect(watch.of(far)).toMatchObject({ watched: false, answered: { status: 503, at: expect.any(String) } })
})

it('looks again at a host on the internet that answered 503 and then took no connection', async () => {
  const target = 'https://far.example/'
  let isUp = true
  const { watch, news, becomes, attempted } = opened(async () =>
    isUp ? { error: null, place: 'the internet' } : { error: refused, place: null },
  )
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  attempted({ target, delivery: 1, status: 503 })
  isUp = false
  attempted({ target, delivery: 2, ...failure })
  isUp = true
  await becomes(target, 'up')
  expect(news).toMatchObject([{ state: 'down' }, { state: 'up', missed: [1, 2] }])
})

it.each([
  ['http://localhost:1/', null, true],
  ['http://[::1]:1/', null, true],
  ['http://near.example/', 'a private network', true],
  ['http://far.example/', null, false],
] as const)('says of %s, which is down, whether it is looked at every few seconds', async (target, place, watched) => {
  vi.useFakeTimers()
  closers.push(() => vi.useRealTimers())
  let looks = 0
  const { watch, becomes } = opened(async () => {
    looks++
    return { error: refused, place }
  })
  watch.watch([new URL(target)])
  await becomes(target, 'down')
  const minutes = 10
  await vi.advanceTimersByTimeAsync(minutes * 60_000)
  expect([watch.of(target).watched, looks > minutes * 10]).toEqual([watched, watched])
})

it.each([502, 503, 504])('takes an app that answers %i for one that is gone, until it answers 2xx', async status => {
  const { watch, news, becomes, attempted } = opened()
  const port = await portApart()
  await listenAt(port)
  const target = `http://127.0.0.1:${port}/`
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  attempted({ target, status, source: 'check' })
  expect(news).toEqual([])
  attempted({ target, delivery: 3, status })
  attempted({ target, delivery: 4, status })
  attempted({ target, delivery: 5, status: 500 })
  // The check asks for 4xx, and is answered so by what stands in front of the app too.
  attempted({ target, status: 401, source: 'check' })
  // That it takes connections says nothing: it did all the while.
  await becomes(target, 'down', 'UNAVAILABLE')
  expect(watch.of(target)).toMatchObject({
    missed: 2,
    answered: { status: 401 },
    error: { message: `127.0.0.1:${port} answers 500.` },
  })
  // One of them was sent by hand, and is missed no longer.
  attempted({ target, delivery: 4, source: 'replay' })
  expect(news).toMatchObject([
    {
      state: 'down',
      seenBy: 'attempt',
      error: { code: 'UNAVAILABLE', message: `127.0.0.1:${port} answers ${status}.` },
    },
    { state: 'up', missed: [3], status: 200 },
  ])
  expect(watch.of(target)).toMatchObject({ state: 'up', error: null, missed: 0 })
})

it('keeps what was missed while an app answers 503 and is then gone', async () => {
  const { watch, news, becomes, attempted } = opened()
  const server = http.createServer()
  const port = await listenApart(server)
  const target = `http://127.0.0.1:${port}/`
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  attempted({ target, delivery: 1, status: 503 })
  server.close()
  await becomes(target, 'down', 'ECONNREFUSED')
  attempted({ target, delivery: 2, ...failure })
  await listenAt(port)
  await becomes(target, 'up')
  expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [1, 2] }])
})

it('forgets a target that is no more', async () => {
  const { watch, news, becomes } = opened()
  const target = `http://127.0.0.1:${await portApart()}/`
  watch.watch([new URL(target)])
  await becomes(target, 'down')
  watch.watch([])
  expect(watch.of(target)).toMatchObject({ state: 'unknown', error: null, seenAt: null, missed: 0 })
  expect(news).toHaveLength(1)
})

it('looks a dozen times without a listener left behind, of which Node would warn in the terminal', async () => {
  const down = new URL(`http://127.0.0.1:${await portApart()}/`)
  const up = await portApart()
  await listenAt(up)
  const stop = new AbortController()
  const looks = [down, new URL(`http://127.0.0.1:${up}/`)].flatMap(url => Array.from({ length: 6 }, () => url))
  for (const url of looks) expect((await probeTarget(url, stop.signal)).error === null).toBe(url !== down)
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  const looking = probeTarget(down, stop.signal)
  stop.abort()
  expect(await looking).toMatchObject({ error: { code: 'CANCELLED' } })
})

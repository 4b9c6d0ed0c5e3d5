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

const everyMoment = { everyMs: 20, firstMs: 20 }

/** A watch that looks again every few milliseconds, what it tells, and attempts to tell it of. */
function opened(probe: typeof probeTarget = probeTarget, pace: { everyMs?: number; firstMs?: number } = everyMoment) {
  const news: TargetNews[] = []
  const removed: (readonly [target: string, missed: readonly number[]])[] = []
  const noted: (readonly [attempt: number, cutOff: boolean])[] = []
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
    missed: (_, attempt, cutOff) => noted.push([attempt, cutOff]),
    over: (target, missed, how) => void (how === 'missed-removed' && removed.push([target, missed])),
    ...pace,
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
  const told = (attempt: Partial<AttemptSummary>) => attempted(attemptSummary(attempt))
  return { watch, news, becomes, removed, noted, attempted: told }
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

it.each([502, 503, 504])('takes an app that answers %i for one that is gone, until it answers 200', async status => {
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
  // The check asks for 4xx, and is answered so by what stands in front of the app too.
  attempted({ target, status: 401, source: 'check' })
  attempted({ target, status: 200, source: 'check' })
  // That it takes connections says nothing: it did all the while.
  await becomes(target, 'down', 'UNAVAILABLE')
  expect(watch.of(target)).toMatchObject({
    missed: 2,
    // The check's are aside: it provokes them.
    answered: { status },
    error: { message: `127.0.0.1:${port} answered ${status}.` },
  })
  // One of them was sent by hand, and is missed no longer.
  attempted({ target, delivery: 4, source: 'replay' })
  expect(news).toMatchObject([
    {
      state: 'down',
      seenBy: 'attempt',
      error: { code: 'UNAVAILABLE', message: `127.0.0.1:${port} answered ${status}.` },
    },
    { state: 'up', missed: [3], status: 200 },
  ])
  expect(watch.of(target)).toMatchObject({ state: 'up', error: null, missed: 0 })
})

it.each([200, 302, 404, 500])(
  'takes an app that answered 502 for one that is back once it answers %i',
  async status => {
    const { watch, news, becomes, attempted } = opened()
    const target = `http://127.0.0.1:${await listenApart(http.createServer())}/`
    watch.watch([new URL(target)])
    await becomes(target, 'up')
    attempted({ target, delivery: 1, status: 502 })
    expect(watch.of(target)).toMatchObject({ state: 'down', answered: { status: 502 }, missed: 1 })
    attempted({ target, delivery: 2, status })
    expect(watch.of(target)).toMatchObject({ state: 'up', error: null, answered: { status } })
    expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [1], status }])
  },
)

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

const cutOff = {
  outcome: 'reset',
  status: null,
  ms: 4,
  error: { code: 'ECONNRESET', message: 'm', hint: 'h' },
} as const

/** What stands before an app: takes every connection, and lets go of it at once while there is no app. */
async function portProxy() {
  const place = { hasApp: false, looks: 0 }
  const server = net.createServer(socket => {
    place.looks++
    socket.on('error', () => {})
    if (!place.hasApp) socket.destroy()
  })
  const port = await listenApart(server)
  closers.push(() => server.close())
  return { place, target: `http://127.0.0.1:${port}/` }
}

it('takes a port that closes each connection at once for down, and counts what it cuts off as missed', async () => {
  const { watch, news, becomes, attempted, noted } = opened()
  const { place, target } = await portProxy()
  watch.watch([new URL(target)])
  await becomes(target, 'down', 'CLOSED_AT_ONCE')
  expect(news).toMatchObject([
    {
      state: 'down',
      seenBy: 'probe',
      error: { message: `${new URL(target).host} accepts connections and closes them at once.` },
    },
  ])
  attempted({ target, id: 7, delivery: 3, ...cutOff })
  attempted({ target, id: 8, delivery: 4, ...cutOff, source: 'replay' })
  expect(watch.of(target)).toMatchObject({ state: 'down', missed: 1 })
  const { looks } = place
  await expect.poll(() => place.looks).toBeGreaterThan(looks + 6)
  // That no answer comes proves nobody there.
  attempted({ target, outcome: 'timed-out', status: null, error: { ...refused, code: 'READ_TIMEOUT' } })
  expect(news).toHaveLength(1)
  place.hasApp = true
  await becomes(target, 'up')
  expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [3] }])
  expect(noted).toEqual([[7, true]])
})

it('finds out after a burst that was cut off whether anybody is there', async () => {
  const { watch, news, becomes, attempted } = opened(probeTarget, { everyMs: 60_000, firstMs: 20 })
  const { place, target } = await portProxy()
  place.hasApp = true
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  const { looks } = place
  // An app that drops a connection is there all the same.
  for (const delivery of [1, 2]) attempted({ target, delivery, ...cutOff })
  await expect.poll(() => place.looks).toBe(looks + 1)
  await new Promise(resolve => setTimeout(resolve, 300))
  expect([watch.of(target).state, watch.of(target).missed, news]).toEqual(['up', 0, []])
  place.hasApp = false
  // The check provokes that; another took its time, and may have come to the app.
  attempted({ target, delivery: 3, ...cutOff, source: 'check' })
  attempted({ target, delivery: 4, ...cutOff, ms: 2000 })
  for (const delivery of [6, 5]) attempted({ target, delivery, ...cutOff })
  await becomes(target, 'down', 'CLOSED_AT_ONCE')
  expect([watch.of(target).missed, news]).toMatchObject([2, [{ state: 'down', seenBy: 'probe' }]])
  // An answer says more than any look.
  attempted({ target, delivery: 7, status: 404 })
  expect(news.slice(1)).toEqual([{ state: 'up', target, missed: [5, 6], status: 404 }])
})

it('takes an app for one that is there that says something before it closes a connection', async () => {
  const app = net.createServer(socket => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
  const port = await listenApart(app)
  closers.push(() => app.close())
  const found = await probeTarget(new URL(`http://127.0.0.1:${port}/`), new AbortController().signal, 2000, 300)
  expect(found).toEqual({ error: null, place: 'this machine' })
})

it('says that nothing listens, not that connections are closed, where an app ends during a look', async () => {
  const port = await portApart()
  const app = net.createServer(socket => {
    app.close()
    socket.destroy()
  })
  await new Promise<void>(resolve => app.listen(port, '127.0.0.1', resolve))
  const { error } = await probeTarget(new URL(`http://127.0.0.1:${port}/`), new AbortController().signal, 2000, 300)
  expect(error?.code).toBe('ECONNREFUSED')
})

it.each(['http://localhost:1/', 'http://127.0.0.2:1/', 'http://10.1.2.3/', 'http://[fd00::1]/'])(
  'watches %s from the first moment',
  target => {
    const { watch } = opened(() => new Promise(() => {}))
    watch.watch([new URL(target)])
    expect(watch.of(target)).toMatchObject({ state: 'unknown', watched: true })
  },
)

it('is one target in two spellings, and two where the query differs', async () => {
  const { watch, becomes, attempted } = opened(async () => ({ error: refused, place: 'this machine' }))
  const [one, other] = ['http://localhost:3000/?shop=1', 'http://localhost:3000/?shop=2']
  watch.watch(['http://localhost:4000', 'http://LOCALHOST:4000/', one, other].map(text => new URL(text)))
  await becomes(other, 'down')
  attempted({ target: 'http://localhost:4000/', delivery: 1, ...failure })
  for (const delivery of [2, 3]) attempted({ target: other, delivery, ...failure })
  expect(['http://localhost:4000', 'http://LOCALHOST:4000/', one, other].map(text => watch.of(text).missed)).toEqual([
    1, 1, 0, 2,
  ])
})

it('tells what a target missed that is removed while it is down, and counts no longer what was dropped', async () => {
  const { watch, news, becomes, removed, attempted } = opened(async () => ({ error: refused, place: null }))
  const [target, other] = ['http://localhost:3000/', 'http://localhost:4000/']
  watch.watch([new URL(target), new URL(other)])
  await becomes(target, 'down')
  for (const delivery of [9, 4, 5]) attempted({ target, delivery, ...failure })
  watch.forget([4])
  expect(watch.of(target).missed).toBe(2)
  watch.watch([])
  expect(removed).toEqual([
    [target, [5, 9]],
    [other, []],
  ])
  watch.watch([new URL(target)])
  expect([watch.of(target).missed, news.filter(({ state }) => state === 'up')]).toEqual([0, []])
})

it('keeps what it says below 5 s old, and looks at none that has answered meanwhile', async () => {
  vi.useFakeTimers()
  closers.push(() => vi.useRealTimers())
  const looks: { host: string; longestMs: number }[] = []
  const far = 'http://10.0.0.1/'
  const { watch, attempted } = opened(async ({ host, href }, _, connectMs = 0, openMs = 0) => {
    looks.push({ host, longestMs: connectMs + openMs })
    return { error: null, place: href === far ? 'a private network' : 'this machine' }
  }, {})
  const near = 'http://localhost:3000/'
  watch.watch([new URL(near), new URL(far)])
  const during = async (ms: number, each: () => void) => {
    looks.length = 0
    for (let passed = 0; passed < ms; passed += 3000) {
      each()
      await vi.advanceTimersByTimeAsync(3000)
    }
    return (host: string) => looks.filter(look => look.host === host)
  }
  const still = await during(60_000, () => {})
  for (const host of ['localhost:3000', '10.0.0.1']) {
    const every = 60_000 / still(host).length
    expect(every + Math.max(...still(host).map(({ longestMs }) => longestMs))).toBeLessThanOrEqual(5000)
  }
  expect(still('localhost:3000').length).toBeLessThan(17)
  const busy = await during(60_000, () => attempted({ target: near, status: 200 }))
  expect(busy('localhost:3000')).toEqual([])
})

it('forgets a target that is no more', async () => {
  const { watch, news, becomes } = opened()
  const target = `http://127.0.0.1:${await portApart()}/`
  watch.watch([new URL(target)])
  await becomes(target, 'down')
  watch.watch([])
  expect(watch.of(target)).toEqual({
    state: 'unknown',
    error: null,
    seenAt: null,
    watched: false,
    answered: null,
    missed: 0,
  })
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

it('one behind a proxy is down while the proxy is; that the proxy is back says nothing of it, the next answer does', async () => {
  const proxy = 'proxy.example:3128'
  const target = 'http://shop.example/'
  const gone = {
    code: 'PROXY_UNREACHABLE',
    message: `The proxy ${proxy} does not accept connections.`,
    hint: 'Start it.',
  }
  let found: Awaited<ReturnType<typeof probeTarget>> = { error: gone, place: null, proxy }
  const { watch, news, becomes, attempted } = opened(async () => found, { firstMs: 5 })
  watch.watch([new URL(target)])
  await becomes(target, 'down', 'PROXY_UNREACHABLE')
  expect(watch.of(target)).toMatchObject({ proxy, watched: false })
  found = { error: null, place: null, proxy, isUnseen: true }
  await expect
    .poll(() => watch.of(target).error?.message)
    .toMatch(/^The proxy proxy\.example:3128 takes connections\. Whether/)
  expect(watch.of(target).state).toBe('down')
  expect(news).toHaveLength(1)
  attempted({ target, outcome: 'answered', status: 200, proxy })
  expect(watch.of(target)).toMatchObject({ state: 'up', proxy })
  expect(news).toMatchObject([{ state: 'down' }, { state: 'up' }])
})

it('an https target where no handshake is done is down, whatever takes connections there, until one is', async () => {
  const { watch, news, becomes, attempted } = opened()
  const port = await portApart()
  await listenAt(port)
  const target = `https://127.0.0.1:${port}/`
  watch.watch([new URL(target)])
  await becomes(target, 'up')
  const noTls = { ...refused, code: 'EPROTO' }
  attempted({ target, delivery: 1, ...failure, error: noTls })
  expect(watch.of(target)).toMatchObject({ state: 'down', missed: 1, error: noTls })
  // A look has found the same by itself.
  await expect.poll(() => watch.of(target).error?.code).toMatch(/^ERR_SSL_/)
  expect(news).toMatchObject([{ state: 'down', seenBy: 'attempt' }])
  attempted({ target, delivery: 2 })
  expect(news.slice(1)).toMatchObject([{ state: 'up', missed: [1] }])
  // Directly the app is there whose certificate is refused; behind a proxy nobody knows whose it is.
  const untrusted = { ...failure, error: { ...refused, code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } }
  attempted({ target, delivery: 3, ...untrusted })
  expect(watch.of(target).state).toBe('up')
  attempted({ target, delivery: 4, ...untrusted, proxy: 'proxy.example:3128' })
  expect(watch.of(target)).toMatchObject({ state: 'down', missed: 1 })
})

it('what a proxy relays, it may have answered itself: that is told, and no answer proves nobody there', async () => {
  const proxy = 'proxy.example:3128'
  const target = 'http://shop.example/'
  let looks = 0
  const { watch, news, attempted } = opened(async () => {
    looks++
    return { error: null, place: null, proxy, isUnseen: true }
  })
  watch.watch([new URL(target)])
  await expect.poll(() => watch.of(target).proxy).toBe(proxy)
  const late = { outcome: 'timed-out', status: null, error: { ...refused, code: 'READ_TIMEOUT' }, proxy } as const
  attempted({ target, delivery: 1, ...late })
  expect(watch.of(target).state).toBe('unknown')
  attempted({ target, delivery: 1, ...failure, error: { ...refused, code: 'PROXY_NO_TARGET' }, proxy })
  // That the proxy itself is there, looks find all the while.
  await expect.poll(() => looks).toBeGreaterThan(2)
  expect(watch.of(target)).toMatchObject({
    state: 'down',
    error: { code: 'PROXY_NO_TARGET', message: refused.message },
  })
  attempted({ target, delivery: 2, status: 403, proxy })
  expect(news.slice(1)).toMatchObject([{ state: 'up', status: 403, proxy }])
  attempted({ target, delivery: 3, status: 503, proxy })
  expect(watch.of(target).error?.message).toBe(`shop.example answered 503 through the proxy ${proxy}.`)
})

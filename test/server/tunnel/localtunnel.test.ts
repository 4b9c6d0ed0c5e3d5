import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { TunnelOptions } from '../../../server/tunnel/tunnel.ts'
import type { TunnelServer } from '../../helpers/tunnel-server.ts'
import { startTunnelServer } from '../../helpers/tunnel-server.ts'
import type { Probed, Watched } from './probed.ts'
import { inState, openQuickly, provedUp, startProbed } from './probed.ts'

let server: TunnelServer
let probed: Probed
let opened: Watched[]

beforeEach(async () => {
  server = await startTunnelServer({ forgetAfterMs: 300, sockets: 4 })
  probed = await startProbed()
  opened = []
})

afterEach(async () => {
  await Promise.all(opened.map(tunnel => tunnel.close()))
  await server.close()
  await probed.close()
})

function open(options: Partial<TunnelOptions> = {}): Watched {
  const tunnel = openQuickly(probed, { host: server.host, ...options })
  opened.push(tunnel)
  return tunnel
}

const socketsOf = () => server.tunnels().map(tunnel => tunnel.sockets)

describe('a tunnel that works', () => {
  test('is starting, then up once a probe came through, with the URL and the round trip', async () => {
    const tunnel = open()
    expect(tunnel.status()).toEqual({ state: 'starting' })
    const status = await provedUp(tunnel)
    expect(status).toMatchObject({ url: server.tunnels()[0]?.url, changedFrom: null })
    expect(tunnel.history.map(({ state }) => state)).not.toContain('retrying')
    expect(probed.outstanding.size).toBe(0)
  })

  test('carries a body of any bytes, and its answer', async () => {
    const { url } = await provedUp(open())
    const body = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256))
    const answer = await fetch(`${url}/hook`, { method: 'POST', body })
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
    expect(probed.bodies[0]?.equals(body)).toBe(true)
  })

  test('asks for the name that was wanted, and says which name to keep', async () => {
    const kept: string[] = []
    const { changedFrom } = await provedUp(open({ subdomain: 'till', onSubdomain: name => kept.push(name) }))
    expect(server.asked).toEqual(['till'])
    expect(kept).toEqual(['till'])
    expect(changedFrom).toBeNull()
  })

  test('has the URL of the session before when that has just ended', async () => {
    const first = open({ subdomain: 'till' })
    const { url } = await provedUp(first)
    await first.close()
    const again = open({ subdomain: 'till', previousUrl: url, pace: { backoffMs: [800] } })
    expect(await provedUp(again)).toMatchObject({ url, changedFrom: null })
  })
})

describe('another name than the one wanted', () => {
  test('is taken, kept, and told with the URL that the console still has', async () => {
    server.behave({ otherName: true })
    const kept: string[] = []
    const previousUrl = 'https://till.tunnel.example/'
    const tunnel = open({ subdomain: 'till', previousUrl, onSubdomain: name => kept.push(name) })
    const status = await provedUp(tunnel)
    expect(status.changedFrom).toBe('https://till.tunnel.example')
    expect(status.url).toBe(server.tunnels().find(({ sockets }) => sockets > 0)?.url)
    // Asked twice: a name is often only held for a moment longer.
    expect(server.asked).toEqual(['till', 'till'])
    expect(kept).toEqual(['stray-2'])
  })

  test('after a reconnect names the URL from before it', async () => {
    const tunnel = open({ subdomain: 'till' })
    const { url } = await provedUp(tunnel)
    await server.die()
    await inState(tunnel, 'retrying')
    server.behave({ otherName: true })
    await server.comeBack()
    const status = await provedUp(tunnel)
    expect(status.changedFrom).toBe(url)
    expect(status.url).not.toBe(url)
  })
})

describe('a tunnel server that is hostile', () => {
  /** Counts connections that it should never see. */
  async function bystander(host: string): Promise<{ readonly port: number; seen(): number; close(): Promise<void> }> {
    let seen = 0
    const bystanding = createServer(socket => {
      seen += 1
      socket.destroy()
    })
    await new Promise<void>(resolve => bystanding.listen(0, host, resolve))
    const { port } = bystanding.address() as AddressInfo
    return { port, seen: () => seen, close: () => new Promise(resolve => bystanding.close(() => resolve())) }
  }

  test('cannot have us connect to an address that is not its own', async () => {
    const victim = await bystander('127.0.0.2')
    server.behave({ lies: { ip: '127.0.0.2', port: victim.port } })
    const tunnel = open()
    const status = await inState(tunnel, 'retrying')
    expect(status.reason).toContain(`127.0.0.1:${victim.port}`)
    expect(victim.seen()).toBe(0)
    await tunnel.close()
    await victim.close()
  })

  test('unless the user allows that address', async () => {
    const relay = await bystander('127.0.0.2')
    server.behave({ lies: { ip: '127.0.0.2', port: relay.port } })
    const tunnel = open({ domains: ['127.0.0.2'] })
    await inState(tunnel, 'retrying')
    expect(relay.seen()).toBeGreaterThan(0)
    await tunnel.close()
    await relay.close()
  })

  test.each([
    [
      'a URL of somebody else',
      { url: 'https://bank.example' },
      /gave the URL https:\/\/bank\.example.*--tunnel-domain/,
    ],
    ['a URL with a path', { url: 'http://127.0.0.1/admin' }, /is not a localtunnel server/],
    ['a URL with a query', { url: 'http://127.0.0.1/?delete=1' }, /is not a localtunnel server/],
    ['a URL with a user', { url: 'http://user@127.0.0.1' }, /is not a localtunnel server/],
  ])('cannot have us ask %s', async (_what, lies, reason) => {
    server.behave({ lies })
    expect((await inState(open(), 'retrying')).reason).toMatch(reason)
  })

  test('cannot have us print what a terminal would obey', async () => {
    server.behave({ lies: { url: 'https://\u001b[31mred.example' } })
    expect((await inState(open(), 'retrying')).reason).not.toMatch(/\p{Cc}/u)
  })

  test('cannot have us follow a redirect to somebody else', async () => {
    server.behave({ redirect: 'http://bank.example/?new' })
    expect((await inState(open(), 'retrying')).reason).toContain('redirects to bank.example, a different domain')
  })

  test('cannot block the next start with a name that cannot be asked for', async () => {
    server.behave({ lies: { id: '..-.Till_1' } })
    const kept: string[] = []
    const tunnel = open({ onSubdomain: name => kept.push(name) })
    await provedUp(tunnel)
    expect(kept).toEqual([])
    await tunnel.close()
    server.behave({})
    await provedUp(open({ keptSubdomain: '..-.Till_1' }))
  })

  test('whose name of before is refused now is asked for any', async () => {
    server.behave({ refuse: { status: 403, message: 'Reserved.', onlyNames: true } })
    await provedUp(open({ keptSubdomain: 'till' }))
    expect(server.asked).toEqual(['till', null])
  })

  test('that ends every connection at once is not run at', async () => {
    const relay = createServer(socket => {
      // A byte makes it look like use.
      socket.on('error', () => {})
      socket.write('x', () => socket.destroy())
    })
    await new Promise<void>(resolve => relay.listen(0, '127.0.0.1', resolve))
    const { port } = relay.address() as AddressInfo
    let seen = 0
    relay.on('connection', () => {
      seen += 1
    })
    server.behave({ lies: { port } })
    const started = performance.now()
    const tunnel = open()
    await vi.waitUntil(() => seen >= 250, { timeout: 20_000, interval: 50 })
    // 200 at once and 50 a second, counted from the start: what a busy machine left unused may follow at once.
    expect(seen).toBeLessThanOrEqual(200 + ((performance.now() - started) / 1000) * 50)
    await tunnel.close()
    await new Promise(resolve => relay.close(resolve))
  })
})

describe('a tunnel server that gives none', () => {
  test.each([
    { refuse: { status: 503, message: 'full' }, reason: /answers 503: “full”/ },
    { refuse: { status: 500, text: '<html>' }, reason: /answers 500\./ },
    { refuse: { status: 404, text: '' }, reason: /answers 404\./ },
    { refuse: { status: 503, message: '\u001b[31mred\u202e' }, reason: /“\ufffd\[31mred\ufffd”/ },
    { refuse: { status: 200, text: '<html>Log in to the Wi-Fi</html>' }, reason: /is not a localtunnel server/ },
    { refuse: { status: 200, text: 'null' }, reason: /is not a localtunnel server/ },
    { refuse: { status: 200, text: '{"id":"a","port":99999,"url":"http://a"}' }, reason: /is not a localtunnel/ },
    { refuse: { status: 200, text: '{"id":"a","port":9,"url":"javascript:1"}' }, reason: /is not a localtunnel/ },
    { refuse: { status: 200, text: 'x'.repeat(100_000) }, reason: /is not a localtunnel server/ },
  ])('is asked again later: $refuse.status, $reason', async ({ refuse, reason }) => {
    server.behave({ refuse })
    const tunnel = open()
    const status = await inState(tunnel, 'retrying')
    expect(status.reason).toMatch(reason)
    expect(status.url).toBeNull()
    expect(Date.parse(status.retryAt)).not.toBeNaN()
    server.behave({})
    await provedUp(tunnel)
    expect(tunnel.lines).toHaveLength(1)
    expect(tunnel.lines[0]).toContain('--public-url')
  })

  test('offers another way once it has failed repeatedly, and no longer once it is up', async () => {
    server.behave({ refuse: { status: 503, text: 'full' } })
    const offer = { name: 'srv.us', seenBy: 'srv.us', stable: 'yes', consoleUrl: 'https://before.example' } as const
    const tunnel = open({ nextWay: async () => offer })
    expect(await inState(tunnel, 'retrying')).not.toHaveProperty('offer')
    expect((await inState(tunnel, 'retrying', status => status.offer !== undefined)).offer).toEqual(offer)
    server.behave({})
    expect(await provedUp(tunnel)).not.toHaveProperty('offer')
  })

  test('offers another way at once where it gives up, and takes none by itself', async () => {
    server.behave({ refuse: { status: 403, message: 'Invalid subdomain.' } })
    const offer = { name: 'srv.us', seenBy: 'srv.us', stable: 'yes', consoleUrl: null } as const
    const tunnel = open({ subdomain: 'till', nextWay: async () => offer })
    expect((await inState(tunnel, 'down', status => status.offer !== undefined)).offer).toEqual(offer)
    expect(server.asked).toEqual(['till'])
  })

  test('because it refuses the name: down, with what to do', async () => {
    server.behave({ refuse: { status: 403, message: 'Invalid subdomain.' } })
    const status = await inState(open({ subdomain: 'till' }), 'down')
    expect(status.reason).toContain('Invalid subdomain.')
    expect(status.hint).toContain('--subdomain')
    expect(server.asked).toEqual(['till'])
  })

  test.each([
    { options: { subdomain: '../api' }, reason: '“../api” is not a valid subdomain.' },
    { options: { subdomain: 'Till_1' }, reason: '“Till_1” is not a valid subdomain.' },
    { options: { host: 'ftp://tunnel.example' }, reason: '“ftp://tunnel.example” is not the URL of a tunnel server.' },
    { options: { host: 'tunnel' }, reason: '“tunnel” is not the URL of a tunnel server.' },
  ])('is not even asked: $reason', async ({ options, reason }) => {
    expect(await inState(open(options), 'down')).toMatchObject({ reason })
    expect(server.asked).toEqual([])
  })

  test('because it does not answer: says so and goes on asking', async () => {
    server.behave({ silent: true })
    const tunnel = open({ pace: { askMs: 400 } })
    expect(await inState(tunnel, 'retrying')).toMatchObject({
      reason: 'The tunnel server did not answer within 0.4 s.',
    })
    server.behave({})
    await provedUp(tunnel)
  })

  test('because it is not there: says so, and is up once it is', async () => {
    await server.die()
    const tunnel = open()
    const { reason } = await inState(tunnel, 'retrying')
    expect(reason).toBe(`The tunnel server does not answer (ECONNREFUSED ${new URL(server.host).host}).`)
    await server.comeBack()
    await provedUp(tunnel)
  })

  test('because its name is not found: asks whether there is internet', async () => {
    const { reason } = await inState(open({ host: 'http://tunnel.invalid' }), 'retrying')
    expect(reason).toMatch(/^The name tunnel\.invalid cannot be found \(E\w+\): is this machine online\?$/)
  })

  test('because relay connections are turned away: says so instead of storming it', async () => {
    server.behave({ turnAway: true })
    const tunnel = open({ pace: { probeTimeoutMs: 5000 } })
    const { reason } = await inState(tunnel, 'retrying')
    expect(reason).toMatch(/^The tunnel server closes every connection to 127\.0\.0\.1:\d+ at once\.$/)
    server.behave({})
    await provedUp(tunnel)
  })
})

describe('a tunnel that breaks', () => {
  test('is opened again with its name when the server died and came back', async () => {
    const tunnel = open()
    const { url } = await provedUp(tunnel)
    await server.die()
    expect(await inState(tunnel, 'retrying')).toMatchObject({ url })
    await server.comeBack()
    expect(await provedUp(tunnel)).toMatchObject({ url, changedFrom: null })
    const answer = await fetch(`${url}/hook`, { method: 'POST', body: 'after' })
    expect(await answer.text()).toBe('after')
  })

  test('without a word is found by the probe', async () => {
    const tunnel = open({ subdomain: 'till', pace: { probeTimeoutMs: 400 } })
    const { url } = await provedUp(tunnel)
    server.behave({ deaf: true })
    expect(await inState(tunnel, 'retrying')).toMatchObject({
      url,
      reason: `The public URL ${url} did not answer within 0.4 s.`,
    })
    server.behave({})
    expect(await provedUp(tunnel)).toMatchObject({ url })
  })

  test('gets its sockets back when the network cut them', async () => {
    const tunnel = open({ pace: { probeEveryMs: 60_000 } })
    await provedUp(tunnel)
    await expect.poll(socketsOf).toEqual([4])
    server.cutSockets(3)
    await expect.poll(socketsOf).toEqual([4])
    expect(tunnel.status().state).toBe('up')
    expect(server.asked).toHaveLength(1)
  })

  test('gets its sockets back when the local side reset them', async () => {
    await server.close()
    server = await startTunnelServer({ sockets: 4 })
    probed.answer = from => from.socket.resetAndDestroy()
    const { url } = await provedUp(open({ pace: { probeEveryMs: 60_000 } }))
    for (let time = 0; time < 6; time++) await expect(fetch(url, { method: 'POST', body: 'x' })).rejects.toThrow()
    await expect.poll(socketsOf).toEqual([4])
    probed.answer = (_from, to, body) => to.end(body)
    expect(await (await fetch(url, { method: 'POST', body: 'x' })).text()).toBe('x')
  })

  test('is left alone while it is only busy', async () => {
    const release: (() => void)[] = []
    const tunnel = open({ pace: { probeTimeoutMs: 150 } })
    const { url } = await provedUp(tunnel)
    probed.answer = (_from, to, body) => release.push(() => to.end(body))
    const waiting = Array.from({ length: 12 }, (_, at) => fetch(url, { method: 'POST', body: String(at) }))
    await expect.poll(() => release.length).toBe(4)
    const { issued } = probed
    const asked = server.asked.length
    const told = tunnel.history.length
    await expect.poll(() => probed.issued).toBeGreaterThan(issued + 4)
    expect(tunnel.history.slice(told).map(({ state }) => state)).not.toContain('retrying')
    probed.answer = (_from, to, body) => to.end(body)
    for (const answerNow of release) answerNow()
    const texts = await Promise.all(waiting.map(async one => (await one).text()))
    expect(texts).toEqual(waiting.map((_, at) => String(at)))
    expect(server.asked).toHaveLength(asked)
  })

  test('because the receiver is gone says so', async () => {
    const tunnel = open({ pace: { probeTimeoutMs: 400 } })
    const { url } = await provedUp(tunnel)
    await probed.close()
    const { reason } = await inState(tunnel, 'retrying')
    expect(reason).toContain(new URL(url).host)
  })
})

describe('close leaves nothing', () => {
  const sockets = () =>
    process.getActiveResourcesInfo().filter(kind => /^(TCPSocket|TCPConnect|GetAddrInfo)/.test(kind)).length

  test.each([
    { when: 'it has just been opened', faults: {}, reached: async () => {} },
    { when: 'the server keeps it waiting', faults: { silent: true }, reached: async () => {} },
    { when: 'it is up', faults: {}, reached: (tunnel: Watched) => provedUp(tunnel) },
    {
      when: 'it waits to ask again',
      faults: { refuse: { status: 503 } },
      reached: (tunnel: Watched) => inState(tunnel, 'retrying'),
    },
    {
      when: 'a probe is on its way',
      faults: { deaf: true },
      reached: () => expect.poll(() => server.heard).toBe(1),
    },
    { when: 'it is down', faults: { refuse: { status: 403 } }, reached: (tunnel: Watched) => inState(tunnel, 'down') },
  ])('when $when', async ({ faults, reached }) => {
    const before = sockets()
    server.behave(faults)
    const tunnel = open({ pace: { askMs: 60_000, probeTimeoutMs: 60_000 } })
    await reached(tunnel)
    const told = tunnel.history.length
    await tunnel.close()
    await tunnel.close()
    expect(probed.outstanding.size).toBe(0)
    await expect.poll(() => server.tunnels().length).toBe(0)
    // After an abort, fetch makes itself one idle connection that keeps no process alive.
    await expect.poll(sockets).toBeLessThanOrEqual(before + 1)
    expect(tunnel.history).toHaveLength(told)
    expect(tunnel.status()).toEqual({ state: 'off' })
  })
})

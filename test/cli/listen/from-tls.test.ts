/** `hookscope listen --from` on the way to a server that speaks TLS: through a proxy, by another URL, and what stands in the way. */
import { writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authority, expired, otherName, selfSigned, testKey, valid } from '../../helpers/certificates.ts'
import { emptyFolder, runCommand } from '../../helpers/command.ts'
import { eventBytes } from '../../helpers/gateway.ts'
import { startProxy, type TestProxy, type TestProxyOptions } from '../../helpers/proxy-server.ts'
import { type Laptop, openTeam, type Person, startLaptop, type Team } from '../../helpers/team.ts'
import { startTlsFront, type TlsFront } from '../../helpers/tls-front.ts'

const publicUrl = 'https://shop.example'
let team: Team
let olga: Person
let front: TlsFront
let proxy: TestProxy
let trust: Readonly<Record<string, string>>
/** Of a laptop that is signed in. */
let data: string
const closers: (() => unknown)[] = []
let posted = 0

async function post(): Promise<string> {
  posted += 1
  const bytes = eventBytes('ach.settled', posted)
  expect((await team.gateway.post(bytes)).status).toBe(200)
  return JSON.parse(bytes.toString()).event_id
}

/** An HTTP proxy with another way to the server, or none. */
async function proxied(options: TestProxyOptions): Promise<Readonly<Record<string, string>>> {
  const one = await startProxy(options)
  closers.push(one.close)
  return { ...trust, HTTPS_PROXY: one.url }
}
const through = ({ url }: TestProxy) => ({ ...trust, HTTPS_PROXY: url.replace('//', '//me:secret@') })

/** Signed in on a data folder of its own, unless one is given. */
async function connected(from: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const laptop = startLaptop({ url: from }, args, { env })
  closers.push(() => laptop.command.stop('SIGKILL'))
  const { code } = await laptop.command.waitForLine('sign-in')
  await olga.connect(code)
  await isUp(laptop)
  return laptop
}
const isUp = ({ command }: Laptop) => command.waitForLine('from', ({ state }) => state === 'up')
const again = (env: Readonly<Record<string, string>>, folder = data) => {
  const laptop = startLaptop({ url: publicUrl }, [], { data: folder, env })
  closers.push(() => laptop.command.stop('SIGKILL'))
  return laptop
}
/** What it says where it does not come so far as to ask for a code. */
async function refused(from: string, env: Readonly<Record<string, string>>): Promise<string> {
  const ended = await runCommand(['listen', '--from', from], { env: { XDG_DATA_HOME: emptyFolder(), ...env } })
  expect(ended.code).toBe(3)
  expect(ended.stderr).not.toMatch(/secret|bWU6/)
  return ended.stderr
}

/** An app that answers 204. */
async function openApp() {
  const ids: string[] = []
  const server = createServer(async (asked, response) => {
    const parts: Buffer[] = []
    for await (const part of asked) parts.push(part)
    ids.push(JSON.parse(Buffer.concat(parts).toString()).event_id)
    response.writeHead(204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, ids }
}

/** Answers every request with a redirect. @returns its URL */
async function openRedirect(to: (path: string) => string): Promise<string> {
  const server = createServer((asked, response) =>
    response.writeHead(308, { Location: to(asked.url ?? '') }).end('Moved'),
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

/** A proxy with TLS that hands on requests alone, and may change their Host. @returns its port */
async function openPlainFront(headers: Readonly<Record<string, string>>): Promise<number> {
  const server = https.createServer({ key: testKey, cert: otherName }, (asked, response) => {
    const { connection: _, upgrade: __, ...kept } = asked.headers
    const onward = request(
      { port: team.inspectorPort, method: asked.method, path: asked.url, headers: { ...kept, ...headers } },
      answer => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      },
    )
    asked.pipe(onward)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return (server.address() as AddressInfo).port
}

beforeAll(async () => {
  const file = join(emptyFolder(), 'authority.pem')
  writeFileSync(file, authority)
  trust = { NODE_EXTRA_CA_CERTS: file }
  team = await openTeam(null, publicUrl)
  olga = await team.join('Olga', 'owner')
  front = await startTlsFront(team.inspectorPort, { 'shop.example': otherName, localhost: valid })
  proxy = await startProxy({ leads: { 'shop.example:443': front.port } })
}, 60_000)
afterAll(async () => {
  for (const close of closers.reverse()) await close()
  await proxy?.close()
  await front?.close()
  await team?.close()
})

it('goes through the proxy of the environment, with all it does, and comes back after it was cut off', async () => {
  const app = await openApp()
  const laptop = await connected(publicUrl, through(proxy), ['--forward', app.url])
  data = laptop.data
  // The code, at least one question for the token, and the stream; each with what the proxy asks for.
  expect(proxy.asked.length).toBeGreaterThanOrEqual(3)
  for (const { line, lines } of proxy.asked) {
    expect(line).toBe('CONNECT shop.example:443 HTTP/1.1')
    expect(lines).toContain(`Proxy-Authorization: Basic ${Buffer.from('me:secret').toString('base64')}`)
  }
  const ids = [await post()]
  await expect.poll(() => app.ids, { timeout: 20_000 }).toEqual(ids)

  front.cut()
  ids.push(await post())
  await expect.poll(() => app.ids, { timeout: 20_000 }).toEqual(ids)
  const newest = async () =>
    ((await olga.done('GET', '/api/deliveries'))['deliveries'] as { lastAttempt: object | null }[])[0]?.lastAttempt
  await expect.poll(newest, { timeout: 20_000 }).toMatchObject({ status: 204, laptop: { person: 'Olga' } })
  expect(laptop.command.stdout() + laptop.command.stderr()).not.toMatch(/secret|bWU6/)
  await laptop.command.stop()
})

it('asks no proxy for what NO_PROXY names', async () => {
  const before = proxy.asked.length
  // The name leads nowhere without the proxy.
  const said = await refused(publicUrl, { ...through(proxy), NO_PROXY: 'shop.example' })
  expect(said).toContain('https://shop.example cannot be reached: The name of the server cannot be')
  expect(proxy.asked.length).toBe(before)
})

describe('another URL of the server', () => {
  it('leads to its own, with a word, by path, port or name; and the laptop is known there', async () => {
    const typed = `https://localhost:${front.port}/deliveries/?q=1`
    const laptop = again(through(proxy), data)
    await laptop.command.waitForLine('ready')
    await laptop.command.stop()
    const { command } = startLaptop({ url: typed }, [], { data, env: through(proxy) })
    closers.push(() => command.stop('SIGKILL'))
    expect((await command.waitForLine('ready')).from).toBe(publicUrl)
    expect(command.lines().some(({ kind }) => kind === 'sign-in')).toBe(false)
    expect(command.stderr()).toContain(
      `https://localhost:${front.port} is the server https://shop.example: it is asked by that URL. Write that after --from.`,
    )
    await command.waitForLine('from', ({ state }) => state === 'up')
    await command.stop()
  })

  it('is followed from a redirect to https, and the code is asked for there', async () => {
    const from = await openRedirect(path => `${publicUrl}${path}`)
    const { command } = startLaptop({ url: `${from}/` }, [], { env: through(proxy) })
    closers.push(() => command.stop('SIGKILL'))
    expect(await command.waitForLine('sign-in')).toMatchObject({ server: publicUrl, url: `${publicUrl}/laptop` })
    await command.stop()
  })

  it.each([
    ['a page to sign in', () => 'https://login.example/?to=1', 'redirects to https://login.example/, as hookscope'],
    ['what anybody reads on the way', (path: string) => `http://hooks.example${path}`, 'which is not https.'],
  ])('is not followed to %s', async (_, to, words) => {
    expect(await refused(await openRedirect(to), trust)).toContain(words)
  })

  it('is not followed in a circle', async () => {
    const urls = { first: '' }
    const second = await openRedirect(path => `${urls.first}${path}`)
    urls.first = await openRedirect(path => `${second}${path}`)
    expect(await refused(urls.first, trust)).toContain(
      `${urls.first} leads in a circle: ${urls.first} → ${second} → ${urls.first}.`,
    )
  })

  it('is told to whoever comes by a wrong host name, and nothing else is', async () => {
    const answer = await fetch(`http://127.0.0.1:${team.inspectorPort}/auth/me`)
    expect([answer.status, await answer.json()]).toEqual([
      403,
      {
        error: {
          code: 'foreign-host',
          message: 'The inspector is at https://shop.example, and not at this host name.',
          hint: 'Open it there. A proxy before it has to pass the Host header on unchanged.',
          publicUrl,
        },
      },
    ])
  })

  it('of a single person’s hookscope is not taken for one', async () => {
    const { command } = startLaptop({ url: publicUrl }, [], { data, env: through(proxy) })
    closers.push(() => command.stop('SIGKILL'))
    const { inspectorUrl } = await command.waitForLine('ready')
    expect(await refused(inspectorUrl, {})).toContain('is a hookscope for a single person.')
    await command.stop()
  })
})

describe('a certificate', () => {
  it.each([
    ['of an unknown authority', valid, 'is from no authority that this machine trusts.', /NODE_EXTRA_CA_CERTS/, false],
    ['signed by itself', selfSigned, 'is signed by itself.', /NODE_EXTRA_CA_CERTS/, true],
    ['that is over', expired, 'has expired.', /renewed at the server/, true],
    ['for another name', otherName, 'is for shop.example.', /name that the certificate has/, true],
  ])('%s is told of', async (_, cert, reason, hint, trusted) => {
    const one = await startTlsFront(team.inspectorPort, { localhost: cert })
    closers.push(one.close)
    const said = await refused(`https://localhost:${one.port}`, trusted ? trust : {})
    expect(said).toContain(`https://localhost:${one.port} cannot be reached: Its certificate ${reason}`)
    expect(said).toMatch(hint)
  })

  it('that runs out while a laptop listens is told of, and once it is renewed all is well', async () => {
    const laptop = again(through(proxy))
    await isUp(laptop)
    front.cut(expired)
    const lost = await laptop.command.waitForLine(
      'from',
      ({ state, reason }) => state === 'retrying' && /certificate/.test(reason ?? ''),
    )
    expect(lost.reason).toMatch(
      /^Its certificate has expired\. It was asked through the proxy 127\.0\.0\.1:\d+\. It has to be renewed at the server\./,
    )
    const before = laptop.command.lines().length
    front.cut(otherName)
    await laptop.command.waitForLine(
      'from',
      line => line.state === 'up' && laptop.command.lines().indexOf(line) >= before,
    )
    await laptop.command.stop()
  })
})

describe('a proxy', () => {
  it.each([
    [
      'refuses',
      { refuses: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n' },
      /does not allow a connection to shop\.example:443 \(403\)\./,
    ],
    [
      'wants a password',
      { refuses: 'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n' },
      /asks for a user name and a password \(407\)\.\n.*HTTPS_PROXY/,
    ],
    ['does not get there', {}, /could not reach shop\.example:443 \(502\)\./],
    ['cuts off', { refuses: 'reset' }, /ended the connection without an answer\./],
  ] as const)('that %s is named', async (_, options, words) => {
    expect(await refused(publicUrl, await proxied(options))).toMatch(words)
  })

  it('that is gone is named, also for a stream that was there', async () => {
    const only = await startProxy({ leads: { 'shop.example:443': front.port } })
    const laptop = again(through(only))
    await isUp(laptop)
    await only.close()
    const lost = await laptop.command.waitForLine(
      'from',
      ({ state, reason }) => state === 'retrying' && reason !== 'The connection ended.',
    )
    expect(lost.reason).toMatch(/^The proxy 127\.0\.0\.1:\d+ does not accept connections/)
    await laptop.command.stop()
  })

  it('before the server that changes the Host is named, and how to have it keep it', async () => {
    const port = await openPlainFront({ host: 'inspector.internal:4781' })
    const said = await refused(publicUrl, await proxied({ leads: { 'shop.example:443': port } }))
    expect(said).toContain(
      'https://shop.example is hookscope serve, but the proxy before it tells it another host name.',
    )
    expect(said).toContain('proxy_set_header Host $http_host;')
  })

  it('before the server that passes no WebSockets is named', async () => {
    const port = await openPlainFront({})
    const laptop = again(await proxied({ leads: { 'shop.example:443': port } }))
    const lost = await laptop.command.waitForLine('from', ({ state }) => state === 'retrying')
    expect(lost.reason).toBe('The proxy before the server does not pass WebSockets on.')
    await laptop.command.stop()
  })
})

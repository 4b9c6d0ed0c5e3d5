/** The command behind a proxy: what it sends goes through it, says so, and is kept where it does not get there. */
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CheckReport } from '../../core/check/finding.ts'
import { openSqlite } from '../../server/store/sqlite/sqlite.ts'
import { authority, otherName, testKey, valid } from '../helpers/certificates.ts'
import { emptyFolder, startListening } from '../helpers/command.ts'
import { arrival } from '../helpers/deliveries.ts'
import { openGateway } from '../helpers/gateway.ts'
import { runHere } from '../helpers/here.ts'
import { manners, startMerchant } from '../helpers/merchants.ts'
import { portApart } from '../helpers/ports.ts'
import { startProxy } from '../helpers/proxy-server.ts'
import { setProxies } from '../helpers/proxy-variables.ts'

const closers: (() => unknown)[] = []
beforeEach(() => setProxies())
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closers.splice(0).reverse()) await close()
})

const forbidden = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'
const signIn = 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n'

const certificate = { key: testKey, cert: otherName }

async function app(...options: Parameters<typeof startMerchant>) {
  const merchant = await startMerchant(...options)
  closers.push(() => merchant.close())
  return merchant
}

/** What speaks TLS in front of a port of this machine. */
async function openFront(to: number, cert: string): Promise<number> {
  const server = tls.createServer({ key: testKey, cert }, socket => {
    const onward = net.connect(to, '127.0.0.1')
    for (const one of [socket, onward]) one.on('error', () => one.destroy())
    socket.on('close', () => onward.destroy())
    socket.pipe(onward).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => server.close())
  return (server.address() as net.AddressInfo).port
}

it('a listener: the public URL is asked, and deliveries are forwarded, through a proxy that is spoken to over TLS; doctor and status say so', async () => {
  const shop = await app(manners.answers(), { certificate })
  const receiver = await portApart()
  const front = await openFront(receiver, otherName)
  const plain = await startProxy({ leads: { 'shop.example:443': front, 'shop.example:8443': shop.port } })
  closers.push(plain.close)
  const name = `localhost:${await openFront(plain.port, valid)}`
  const trusted = join(emptyFolder(), 'authority.pem')
  writeFileSync(trusted, authority)
  const db = join(emptyFolder(), 'a.db')
  const command = startListening(
    [
      '--port',
      `${receiver}`,
      '--public-url',
      'https://shop.example',
      '--forward',
      'https://shop.example:8443/webhooks',
    ],
    {
      db,
      env: {
        HTTPS_PROXY: `https://me:secret@${name}`,
        NODE_EXTRA_CA_CERTS: trusted,
        HOOKSCOPE_SIGNATURE_KEY: 'key',
      },
    },
  )
  closers.push(() => command.stop())
  const { hooks } = await command.waitForLine('ready')
  await command.waitForLine('tunnel', ({ state }) => state === 'up')
  const local = new URL(hooks[0]?.hookUrl ?? '').pathname
  const gateway = openGateway({ url: `http://127.0.0.1:${receiver}${local}`, key: 'key' })
  closers.push(() => gateway.close())
  expect((await gateway.post('transaction.sale.success')).status).toBe(200)
  expect(await command.waitForLine('attempt')).toMatchObject({ outcome: 'answered', status: 200, proxy: name })
  expect(shop.received).toHaveLength(1)

  const doctor = await runHere(['doctor', '--db', db])
  expect(doctor.stdout).toMatch(new RegExp(`Proxy variables: HTTPS_PROXY is set\\. .* through ${name}, which accepts`))
  expect(doctor.stdout).toContain(`Name of the public URL: The proxy ${name} looks shop.example up.`)
  expect(doctor.stdout).toMatch(new RegExp(`led here .* It goes through the proxy ${name}\\.`))
  expect(doctor.stdout).toMatch(new RegExp(`last answered 200\\. It goes through the proxy ${name}\\.`))
  const status = await runHere(['status', '--db', db])
  expect(status.stdout).toContain(`to https://shop.example:8443/webhooks · through the proxy ${name} · up`)
  expect((await runHere(['show', '1', '--db', db])).stdout).toContain(`through the proxy ${name}`)
  const said = [command.stdout(), command.stderr(), doctor.stdout, status.stdout].join('')
  expect(said).not.toMatch(/secret|bWU6/)
})

it('a proxy that comes back within the time of tries: what came meanwhile is delivered; that nothing is sent to a name unchecked is told', async () => {
  const shop = await app(manners.answers())
  const port = await portApart()
  const db = join(emptyFolder(), 'a.db')
  const words = ['--forward', 'http://shop.example/webhooks', '--forward', 'https://shop.example/', '--insecure']
  const command = startListening(words, {
    db,
    env: { ALL_PROXY: `http://127.0.0.1:${port}`, HOOKSCOPE_SIGNATURE_KEY: 'key' },
  })
  closers.push(() => command.stop())
  const { hooks } = await command.waitForLine('ready')
  const never = `Where shop.example is, only the proxy 127.0.0.1:${port} finds out, so nothing is sent without checking`
  const isNever = (line: { target: string }) => line.target === 'https://shop.example/'
  expect(await command.waitForLine('target', isNever)).toMatchObject({
    state: 'down',
    error: { code: 'INSECURE_TARGET' },
  })
  expect((await runHere(['doctor', '--db', db])).stdout).toContain(`https://shop.example/: ${never}`)
  expect((await runHere(['status', '--db', db])).stdout).toContain(`down: ${never}`)
  const gateway = openGateway({ url: hooks[0]?.localUrl ?? '', key: 'key' })
  closers.push(() => gateway.close())
  expect((await gateway.post('transaction.sale.success')).status).toBe(200)
  expect(await command.waitForLine('attempt', ({ target }) => target.startsWith('http:'))).toMatchObject({
    outcome: 'refused',
    error: {
      code: 'PROXY_UNREACHABLE',
      message: `The proxy 127.0.0.1:${port} does not accept connections (ECONNREFUSED).`,
    },
  })
  await command.waitForLine('retrying')
  const proxy = await startProxy({ port, leads: { 'shop.example:80': shop.port }, only: 'CONNECT', refuses: forbidden })
  closers.push(proxy.close)
  await command.waitForLine('attempt', ({ outcome }) => outcome === 'answered')
  expect(shop.received).toHaveLength(1)
})

it('the check calls unknown what the proxy does in the endpoint’s place', async () => {
  const shop = await app(manners.answers())
  const secured = await app(manners.answers(), { certificate })
  const proxy = await startProxy({ leads: { 'shop.example:80': shop.port, 'shop.example:443': secured.port } })
  closers.push(proxy.close)
  setProxies({ ALL_PROXY: proxy.url })
  for (const [url, ...probes] of [
    ['http://shop.example/', 'dns', 'public-address', 'http-1-1', 'connect-time', 'keep-alive'],
    ['https://shop.example/', 'certificate-chain', 'tls-modern', 'tls-old'],
  ] as const) {
    const words = ['check', url, '--only', probes.join(','), '--yes', '--json', '--no-config']
    const { stdout } = await runHere(words, { env: { HOOKSCOPE_SIGNATURE_KEY: 'key' } })
    const { findings }: CheckReport = JSON.parse(stdout)
    const asked = findings.filter(({ probe }) => probes.some(one => one === probe))
    expect(asked.map(({ probe, outcome }) => [probe, outcome])).toEqual(probes.map(probe => [probe, 'unknown']))
    for (const { sentence } of asked) expect(sentence).toContain(`proxy ${proxy.name}`)
  }
})

describe('a proxy that leads nowhere', () => {
  it.each([
    ['asks to sign in', signIn, /The proxy \S+ asks for a user name and a password \(407\)\./],
    ['forbids it', forbidden, /The proxy \S+ does not allow a connection to shop\.example:443 \(403\)\./],
    ['does not get there', '', /The proxy \S+ could not reach shop\.example:443 \(502\)\./],
    ['resets', 'reset', /The proxy \S+ ended the connection without an answer\./],
    ['is none', 'SSH-2.0-x\r\n', /What answers at \S+ is no HTTP proxy\./],
    ['is SOCKS', 'socks5://me:secret@proxy.example:1080', /HTTPS_PROXY names a SOCKS proxy/],
    ['is no URL', 'http://me:sec#ret@proxy.example', /HTTPS_PROXY is not the URL of a proxy\./],
  ])('%s: trigger ends with 1 and the check with 2, and both say why', async (_what, refuses, message) => {
    const proxy = await startProxy(refuses === '' ? {} : { refuses })
    closers.push(proxy.close)
    setProxies({ HTTPS_PROXY: refuses.includes('://') ? refuses : proxy.url.replace('//', '//me:secret@') })
    if (refuses === signIn) setProxies({ HTTPS_PROXY: proxy.url })
    const to = ['https://shop.example/webhooks', '--no-config']
    const env = { HOOKSCOPE_SIGNATURE_KEY: 'key' }
    const triggered = await runHere(['trigger', 'transaction.sale.success', '--to', ...to], { env })
    expect([triggered.code, triggered.stdout + triggered.stderr]).toEqual([1, expect.stringMatching(message)])
    const checked = await runHere(['check', ...to, '--only', 'takes', '--yes'], { env })
    expect([checked.code, checked.stderr]).toEqual([2, expect.stringMatching(message)])
    expect(JSON.stringify([triggered, checked])).not.toMatch(/sec#?ret|bWU6/)
  })

  it('keeps the delivery and its attempt, and it goes out once the proxy leads there', async () => {
    const db = join(emptyFolder(), 'a.db')
    const store = openSqlite({ path: db })
    await store.deliveries.append(arrival())
    await store.close()
    const replay = ['replay', '1', '--to', 'http://shop.example/webhooks', '--db', db, '--no-config']
    const forbids = await startProxy({ refuses: signIn })
    closers.push(forbids.close)
    setProxies({ HTTP_PROXY: forbids.url })
    const refused = await runHere(replay)
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/asks for a user name and a password/)])
    const shop = await app(manners.answers())
    const proxy = await startProxy({ leads: { 'shop.example:80': shop.port } })
    closers.push(proxy.close)
    setProxies({ HTTP_PROXY: proxy.url })
    const sent = await runHere(replay)
    expect([sent.code, sent.stderr]).toEqual([0, expect.stringContaining(`through the proxy ${proxy.name}`)])
    expect(shop.received).toHaveLength(1)
    const { attempts } = JSON.parse((await runHere(['show', '1', '--json', '--db', db, '--no-config'])).stdout)
    expect(attempts).toMatchObject([
      { outcome: 'refused', error: { code: 'PROXY_AUTH' }, proxy: forbids.name },
      { outcome: 'answered', status: 200, proxy: proxy.name },
    ])
    const page = join(emptyFolder(), 'a.html')
    await runHere(['show', '1', '--html', page, '--db', db, '--no-config'])
    expect(readFileSync(page, 'utf8')).toContain(`200 through the proxy ${proxy.name}`)
  })
})

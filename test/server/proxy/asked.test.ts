/** What is asked through a proxy beside sends: certificates, names at tunnel servers, the public URL, whether a target is there. */
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { inspectCertificate } from '../../../server/hooks/certificate.ts'
import { checkHookUrl } from '../../../server/hooks/hook-url.ts'
import { probeTarget } from '../../../server/sender/target-probe.ts'
import { asking, get, type RelayQuestion } from '../../../server/tunnel/axios-shim.ts'
import { probe } from '../../../server/tunnel/probe.ts'
import { authority, expired, otherName, testKey } from '../../helpers/certificates.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { startProxy, type TestProxyOptions } from '../../helpers/proxy-server.ts'
import { setProxies } from '../../helpers/proxy-variables.ts'
import { startTunnelServer } from '../../helpers/tunnel-server.ts'

const closers: (() => unknown)[] = []
beforeEach(() => setProxies())
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closers.splice(0).reverse()) await close()
})

/** A proxy for all that is asked from here on. */
async function behind(options: TestProxyOptions) {
  const proxy = await startProxy(options)
  closers.push(proxy.close)
  setProxies({ ALL_PROXY: proxy.url.replace('//', '//me:secret@') })
  return proxy
}

async function secured(cert: string) {
  const merchant = await startMerchant(manners.answers(), { certificate: { key: testKey, cert } })
  closers.push(() => merchant.close())
  return merchant
}

const forbidden = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'
const shop = new URL('https://shop.example/hook')

describe('the certificate of a Hook URL', () => {
  it('is looked at through the proxy, and judged where it is from an authority', async () => {
    const authorities = [authority]
    await behind({ leads: { 'shop.example:443': (await secured(otherName)).port } })
    expect(await inspectCertificate(shop, { authorities })).toMatchObject({ kind: 'accepted', protocol: 'TLSv1.3' })
    await behind({ leads: { 'shop.example:443': (await secured(expired)).port } })
    expect(await inspectCertificate(shop, { authorities })).toMatchObject({ kind: 'refused' })
  })

  it('is not called wrong where the proxy may have put its own in place: the Hook URL is saved with a warning', async () => {
    const { name } = await behind({ leads: { 'shop.example:443': (await secured(otherName)).port } })
    const { url, warnings } = await checkHookUrl(shop.href)
    expect(url).toBe(shop.href)
    expect(warnings).toEqual([
      expect.stringMatching(/^Whether the gateway would post to shop\.example is not known: its certificate chain /),
    ])
    expect(warnings[0]).toContain(`the proxy ${name} may show its own in place`)
  })

  it('nor where the proxy has a page in place of TLS', async () => {
    const { name } = await behind({ refuses: `HTTP/1.1 200 OK\r\n\r\n${forbidden}` })
    const { url, warnings } = await checkHookUrl(shop.href)
    expect(url).toBe(shop.href)
    expect(warnings).toEqual([expect.stringContaining(`; the proxy ${name} may have answered in its place`)])
  })

  it.each([
    [
      'forbids it',
      { refuses: forbidden },
      5000,
      /^the proxy \S+ does not allow a connection to shop\.example:443 \(403\)$/,
    ],
    ['does not get there', {}, 5000, /^the proxy \S+ could not reach shop\.example:443 \(502\)$/],
    ['never answers', { refuses: 'silent' }, 50, /^the proxy \S+ did not answer within 0\.05 s$/],
  ] as const)('is not known where the proxy %s', async (_what, options, timeoutMs, problem) => {
    await behind(options)
    const look = await inspectCertificate(shop, { timeoutMs })
    expect(look).toEqual({ kind: 'unreachable', problem: expect.stringMatching(problem) })
  })
})

describe('a tunnel server', () => {
  const question = (): RelayQuestion => ({
    signal: new AbortController().signal,
    timeoutMs: 5000,
    allowed: ['127.0.0.1'],
    given: null,
    nameRefused: false,
  })

  it('is asked for a name through the proxy', async () => {
    const server = await startTunnelServer()
    closers.push(() => server.close())
    const { asked } = await behind({ leads: { 'tunnel.example:80': Number(new URL(server.host).port) } })
    const ask = question()
    const answer = await asking.run(ask, () => get('http://tunnel.example/shop'))
    expect(asked.map(({ line }) => line)).toEqual(['GET http://tunnel.example/shop HTTP/1.1'])
    expect([answer.status, answer.data]).toMatchObject([200, { id: 'shop' }])
  })

  it.each(['http', 'https'])('that the proxy does not lead to says so (%s)', async protocol => {
    const { name } = await behind({ refuses: forbidden.replace('403', '407') })
    const answer = await asking.run(question(), () => get(`${protocol}://tunnel.example/?new`))
    expect(answer.data).toEqual({ message: expect.stringContaining(`The proxy ${name} does not take the user name`) })
    expect(JSON.stringify(answer)).not.toMatch(/secret|bWU6/)
  })

  it('is not said to have sent what the proxy was signed in with', async () => {
    const said = '{"message":"No: Basic bWU6c2VjcmV0 (me:secret)"}'
    await behind({ refuses: `HTTP/1.1 400 No\r\nContent-Length: ${said.length}\r\n\r\n${said}` })
    const { data } = await asking.run(question(), () => get('http://tunnel.example/?new'))
    expect(data).toEqual({ message: expect.stringMatching(/answers 400: “No: \*+ \(\*+\)”/) })
  })
})

describe('the public URL', () => {
  const ask = (url: string) =>
    probe(
      url,
      { path: '/nonce', expected: 'proof', withdraw: () => {} },
      { timeoutMs: 5000, signal: new AbortController().signal },
    )

  it('is asked through the proxy', async () => {
    const receiver = await startMerchant(manners.answers('200 OK', [], 'proof'))
    closers.push(() => receiver.close())
    await behind({ leads: { 'hooks.example:80': receiver.port } })
    expect(await ask('http://hooks.example')).toMatchObject({ arrived: true })
    expect(receiver.received[0]).toMatchObject({ method: 'GET', path: '/nonce' })
  })

  it.each([
    ['http', {}, /could not reach hooks\.example/],
    ['https', {}, /could not reach hooks\.example:443 \(502\)/],
    ['https', { refuses: 'reset' }, /ended the connection without an answer/],
    [
      'http',
      { refuses: 'HTTP/1.1 204 No Content\r\n\r\n' },
      /Something else answers at hooks\.example \(204\)\. It was asked through the proxy \S+\d\.$/,
    ],
    [
      'http',
      { refuses: 'HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n' },
      /cannot be reached.* It was asked through the proxy/,
    ],
  ] as const)('says why where the proxy does not lead there (%s, %o)', async (protocol, options, reason) => {
    await behind(options)
    expect(await ask(`${protocol}://hooks.example`)).toEqual({ arrived: false, reason: expect.stringMatching(reason) })
  })
})

test('whether a target is there: hands are shaken, the proxy does not reach it, or does not say', async () => {
  const { signal } = new AbortController()
  const app = await secured(otherName)
  const near = new URL('https://10.1.2.3/')
  const leading = await behind({ leads: { 'shop.example:443': app.port, '10.1.2.3:443': app.port } })
  const unchecked = { insecure: true }
  expect(await probeTarget(near, signal, 1000, 0, unchecked)).toEqual({ error: null, place: null, proxy: leading.name })
  // One that no send would take: nothing gets through.
  expect(await probeTarget(shop, signal)).toMatchObject({
    error: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', hint: expect.stringMatching(/certificate of its own/) },
  })
  expect(await probeTarget(new URL('http://gone.example/'), signal)).toMatchObject({
    error: { code: 'PROXY_NO_TARGET' },
  })
  const forbids = await behind({ refuses: forbidden })
  expect(await probeTarget(shop, signal)).toMatchObject({ error: { code: 'PROXY_REFUSED' }, proxy: forbids.name })
  // Plain http is relayed all the same, maybe.
  expect(await probeTarget(new URL('http://shop.example/'), signal)).toMatchObject({ error: null, isUnseen: true })
  // What a proxy says to CONNECT proves nobody there: it cuts, or answers itself.
  const granted = 'HTTP/1.1 200 Connection established\r\n\r\n'
  for (const [rest, https, http] of [
    ['', { error: { code: 'ECONNRESET' } }, { error: { code: 'CLOSED_AT_ONCE' } }],
    [
      '<html>Sign in</html>',
      {
        error: {
          code: expect.stringMatching(/^ERR_SSL_/),
          hint: expect.stringMatching(/^The proxy may have answered/),
        },
      },
      {},
    ],
  ] as const) {
    const { name } = await behind({ refuses: granted + rest })
    expect(await probeTarget(shop, signal)).toMatchObject({ ...https, proxy: name })
    expect(await probeTarget(new URL('http://shop.example/'), signal, 1000, 300)).toMatchObject({
      ...http,
      proxy: name,
    })
  }
  await behind({ leads: { 'shop.example:80': app.port } })
  expect(await probeTarget(new URL('http://shop.example/'), signal)).toMatchObject({ error: null, isUnseen: true })
  const insecure = await probeTarget(shop, signal, 1000, 0, { insecure: true })
  expect(insecure).toMatchObject({ error: { code: 'INSECURE_TARGET' } })
  setProxies({ ALL_PROXY: `http://127.0.0.1:${await portApart()}` })
  expect(await probeTarget(shop, signal)).toMatchObject({ error: { code: 'PROXY_UNREACHABLE' } })
  setProxies({ ALL_PROXY: 'socks5://127.0.0.1:1080' })
  expect(await probeTarget(shop, signal)).toEqual({
    error: expect.objectContaining({ code: 'PROXY_UNUSABLE' }),
    place: null,
  })
  const silent = await behind({ refuses: 'silent' })
  expect(await probeTarget(shop, signal, 50)).toMatchObject({ error: { code: 'PROXY_TIMEOUT' }, proxy: silent.name })
  const stop = new AbortController()
  const looking = probeTarget(shop, stop.signal)
  await expect.poll(() => silent.asked.length).toBe(2)
  stop.abort()
  expect(await looking).toMatchObject({ error: { code: 'CANCELLED' } })
  await expect.poll(() => silent.open).toBe(0)
})

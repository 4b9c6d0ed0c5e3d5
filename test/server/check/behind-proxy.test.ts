/** A proxy that refuses, answers or fails in the endpoint's place: the check never holds that against the endpoint. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CheckRequest, runCheck } from '../../../server/check/run.ts'
import { authority, otherName, testKey } from '../../helpers/certificates.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { startProxy, type TestProxyOptions } from '../../helpers/proxy-server.ts'
import { setProxies } from '../../helpers/proxy-variables.ts'

const closers: (() => unknown)[] = []
beforeEach(() => setProxies())
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closers.splice(0).reverse()) await close()
})

const requestTo = (url: string, only: CheckRequest['only']): CheckRequest => ({
  url: new URL(url),
  authentication: { kind: 'none' },
  key: { kind: 'signature-key', key: 'key' },
  only,
  skip: [],
  failOn: 'fail',
  baseline: new Set(),
  effect: null,
  rate: null,
  trust: authority,
  limits: { returnMs: 50 },
})

/** The shop behind it takes everything. */
async function behind(scheme: string, options: TestProxyOptions) {
  const certificate = { certificate: { key: testKey, cert: otherName } }
  const shop = await startMerchant(manners.answers(), scheme === 'https' ? certificate : {})
  closers.push(() => shop.close())
  const leads = { 'shop.example:443': shop.port, 'shop.example:80': shop.port }
  const proxy = await startProxy({ leads, ...options })
  closers.push(proxy.close)
  setProxies({ ALL_PROXY: proxy.url.replace('//', '//me:secret@') })
  return proxy
}

const answer = (status: string, ...lines: string[]) =>
  [`HTTP/1.1 ${status}`, ...lines, 'Content-Length: 7', '', 'No way.'].join('\r\n')

describe('a proxy that refuses from some request on', () => {
  it.each([
    ['https', answer('403 Forbidden'), /does not allow a connection to shop\.example:443 \(403\)/],
    ['https', 'reset', /ended the connection without an answer/],
    ['http', answer('502 Bad Gateway', 'X-Squid-Error: ERR_CONNECT_FAIL 111'), /could not reach shop\.example \(502\)/],
    ['http', 'SSH-2.0-x\r\n', /is no HTTP proxy/],
  ])('%s, %j: nothing is held against the endpoint, and the report says since when', async (scheme, refuses, says) => {
    const { name } = await behind(scheme, { refuses, after: 3 })
    const only = ['duplicate-twenty', 'parallel', 'stays-up', 'no-internals']
    const { findings, ready, notExamined } = await runCheck(requestTo(`${scheme}://shop.example/hook`, only))
    expect(findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'warn')).toEqual([])
    expect(ready).toBe(false)
    const open = JSON.stringify(notExamined)
    expect(open).toMatch(says)
    expect(open).toContain(name)
    expect(open).toMatch(/Since “.*”, requests end at the proxy, and later probes are not tested/)
  })
})

it('a proxy that lets go of handshakes: which TLS is spoken is not known', async () => {
  await behind('https', { refuses: 'HTTP/1.1 200 OK\r\n\r\n', after: 1 })
  const { findings } = await runCheck(
    requestTo('https://shop.example/hook', ['certificate-chain', 'tls-modern', 'tls-old']),
  )
  expect(findings.map(({ probe, outcome }) => [probe, outcome])).toEqual([
    ['certificate-chain', 'pass'],
    ['tls-modern', 'unknown'],
    ['tls-old', 'unknown'],
  ])
})

describe('a proxy that answers from the start', () => {
  const run = (url: string, only = ['takes']) => runCheck(requestTo(url, only))

  it('a page by itself to plain http: it is named beside the doubt about the key', async () => {
    const { name } = await behind('http', { refuses: answer('403 Forbidden') })
    await expect(run('http://shop.example/hook')).rejects.toMatchObject({
      message: `Our signed event was refused (403) through the proxy ${name}, which may have answered itself: is this the key it uses?`,
    })
  })

  it('an error by itself to plain http: it is named where the endpoint is said to fail', async () => {
    const { name } = await behind('http', { refuses: answer('503 Service Unavailable') })
    const { findings } = await run('http://shop.example/hook', ['every-event'])
    expect(findings[0]?.sentence).toMatch(
      new RegExp(`^It answered 503 to a plain sale .* through the proxy ${name}, which may have answered itself\\.$`),
    )
  })

  it('a page in place of TLS: whether the endpoint serves https is not known', async () => {
    const page = `HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n`
    const { name } = await behind('https', { refuses: page })
    const { findings } = await run('https://shop.example/hook', ['https'])
    expect(findings).toMatchObject([{ outcome: 'unknown', sentence: expect.stringContaining(`the proxy ${name}`) }])
    await expect(run('https://shop.example/hook', ['https', 'takes'])).rejects.toMatchObject({
      message: expect.stringContaining(`the proxy ${name}`),
    })
  })

  it.each(['http', 'https'])('that one has to sign in (%s): what is told to do is about the proxy', async scheme => {
    await behind(scheme, { refuses: answer('407 Proxy Authentication Required', 'Proxy-Authenticate: Basic') })
    await expect(run(`${scheme}://shop.example/hook`)).rejects.toMatchObject({
      message: expect.stringContaining('does not take the user name and the password of'),
      hint: expect.stringMatching(/^Write them into \w+ as http:/),
    })
  })

  it('nothing, ever: the endpoint is not called slow to connect', async () => {
    await behind('https', { refuses: 'silent' })
    const request = requestTo('https://shop.example/hook', ['takes'])
    await expect(runCheck({ ...request, limits: { connectMs: 50 } })).rejects.toMatchObject({
      message: expect.stringContaining('did not answer within 0.05 s'),
    })
  })
})

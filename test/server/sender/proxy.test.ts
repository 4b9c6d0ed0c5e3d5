/** Sends through a proxy that the environment names, and what is told where it leads nowhere. */
import http from 'node:http'
import https from 'node:https'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { tunneling } from '../../../server/proxy/agents.ts'
import { openAddressGuard } from '../../../server/sender/address-guard.ts'
import { type SendAgents, send } from '../../../server/sender/send.ts'
import { authority, otherName, testKey, valid } from '../../helpers/certificates.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { startProxy, type TestProxyOptions } from '../../helpers/proxy-server.ts'
import { setProxies } from '../../helpers/proxy-variables.ts'
import { requestTo } from './request.ts'

const closers: (() => unknown)[] = []
beforeEach(() => setProxies())
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closers.splice(0).reverse()) await close()
})

async function proxy(options: TestProxyOptions = {}) {
  const started = await startProxy(options)
  closers.push(started.close)
  return started
}

async function merchant(...options: Parameters<typeof startMerchant>) {
  const started = await startMerchant(...options)
  closers.push(() => started.close())
  return started
}

/** As `send` has them, and with the tests' authority trusted. */
function trusting(): { agents: SendAgents } {
  const options = { keepAlive: true, ca: authority }
  const agents = { 'http:': tunneling(new http.Agent(options)), 'https:': tunneling(new https.Agent(options)) }
  closers.push(() => agents['https:'].destroy())
  return { agents: { pooled: agents, fresh: agents } }
}

test('a plain http target: the proxy is sent the request itself, and the app gets its bytes', async () => {
  const app = await merchant(manners.answers('202 Accepted', [], 'thanks'))
  const { url, name, asked } = await proxy({ leads: { 'shop.example:8080': app.port } })
  vi.stubEnv('HTTP_PROXY', url.replace('//', '//me:s%40cret@'))
  const request = requestTo('http://shop.example:8080/webhooks?a=%7E')
  for (let turn = 0; turn < 2; turn++)
    expect(await send(request)).toMatchObject({
      outcome: 'answered',
      answer: { status: 202 },
      error: null,
      proxy: name,
    })
  expect(asked[1]).toEqual({
    line: 'POST http://shop.example:8080/webhooks?a=%7E HTTP/1.1',
    lines: [
      ...request.headers.map(([header, value]) => `${header}: ${value}`),
      `Proxy-Authorization: Basic ${Buffer.from('me:s@cret').toString('base64')}`,
    ],
  })
  expect(app.received).toMatchObject(Array(2).fill({ path: '/webhooks?a=%7E', body: request.body }))
  expect(app.received[0]?.head).not.toMatch(/proxy/i)
  // The connection to the proxy is kept.
  expect(app.connections).toBe(1)
})

const secured = { certificate: { key: testKey, cert: otherName } }

test('an https target: the proxy connects and sees nothing else; the connection is used again', async () => {
  const app = await merchant(manners.answers(), secured)
  const { url, name, asked } = await proxy({ leads: { 'shop.example:443': app.port } })
  vi.stubEnv('HTTPS_PROXY', url.replace('http://', 'me:secret@'))
  const options = trusting()
  for (let turn = 0; turn < 3; turn++)
    expect(await send(requestTo('https://shop.example/webhooks'), options)).toMatchObject({
      outcome: 'answered',
      answer: { status: 200 },
      timing: { connectMs: expect.any(Number) },
      proxy: name,
    })
  const signIn = `Proxy-Authorization: Basic ${Buffer.from('me:secret').toString('base64')}`
  const connect = {
    line: 'CONNECT shop.example:443 HTTP/1.1',
    lines: ['Host: shop.example:443', signIn, 'Connection: close'],
  }
  expect(asked).toEqual([connect])
  expect(app.connections).toBe(1)
  expect(app.received).toHaveLength(3)
  expect(app.received[0]?.head).not.toMatch(/proxy/i)
})

test('an idle connection through the proxy that the app had closed is replaced; a first one that breaks is not', async () => {
  const app = await merchant(manners.answersOncePerConnection(), secured)
  const { url, asked } = await proxy({ leads: { 'shop.example:443': app.port } })
  vi.stubEnv('HTTPS_PROXY', url)
  const options = trusting()
  for (let turn = 0; turn < 2; turn++)
    expect(await send(requestTo('https://shop.example/'), options)).toMatchObject({ outcome: 'answered' })
  expect(asked).toHaveLength(2)
  app.behave(manners.resets())
  const broken = await send(requestTo('https://shop.example/'), trusting())
  expect(broken).toMatchObject({ outcome: 'reset', isUnanswered: true })
  expect(asked).toHaveLength(3)
})

test('a target with a Host of its own gets it: the proxy connects there, where it would correct what it relays', async () => {
  const app = await merchant(manners.answers())
  const { url, asked } = await proxy({ leads: { 'shop.example:80': app.port } })
  vi.stubEnv('all_proxy', url)
  const request = requestTo('http://shop.example/webhooks')
  const other = { ...request, headers: [['Host', 'other.example'] as const, ...request.headers.slice(1)] }
  for (let turn = 0; turn < 2; turn++) expect(await send(other)).toMatchObject({ outcome: 'answered' })
  expect(asked.map(({ line }) => line)).toEqual(['CONNECT shop.example:80 HTTP/1.1'])
  expect(app.received[1]?.head).toContain('Host: other.example')
})

test('this machine is never asked of a proxy, nor what NO_PROXY names', async () => {
  const app = await merchant(manners.answers())
  const { url, asked } = await proxy()
  vi.stubEnv('HTTP_PROXY', url)
  vi.stubEnv('NO_PROXY', 'shop.invalid,.example')
  for (const host of ['127.0.0.1', 'localhost', 'shop.localhost']) {
    const result = await send(requestTo(`http://${host}:${app.port}/`))
    expect(result).toMatchObject({ outcome: 'answered' })
    expect(result).not.toHaveProperty('proxy')
  }
  const asks: string[] = []
  const guard = openAddressGuard((name, _options, done) => {
    asks.push(name)
    done(null, [{ address: '127.0.0.1', family: 4 }])
  })
  for (const host of ['shop.invalid', 'shop.example'])
    expect(await send(requestTo(`http://${host}:${app.port}/`), { guard })).toMatchObject({ outcome: 'answered' })
  expect(asks).toEqual(['shop.invalid', 'shop.example'])
  expect(asked).toEqual([])
})

const empty = 'Content-Length: 0\r\n\r\n'
const negotiate = `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n${empty}`
const basic = negotiate.replace('Negotiate', 'Basic realm="lan"')

test.each([
  ['asks to sign in', 'https:', '', basic, 'PROXY_AUTH', /asks for a user name and a password \(407\)/],
  [
    'does not take the password',
    'https:',
    'me:secret@',
    basic,
    'PROXY_AUTH',
    /does not take the user name .* of HTTPS_PROXY/,
  ],
  ['asks for what we do not speak', 'https:', '', negotiate, 'PROXY_AUTH', /asks for Negotiate to sign in/],
  [
    'does not allow it',
    'https:',
    '',
    `HTTP/1.1 403 Forbidden\r\n${empty}`,
    'PROXY_REFUSED',
    /does not allow a connection to shop\.example:443 \(403\)/,
  ],
  [
    'redirects',
    'https:',
    '',
    `HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n${empty}`,
    'PROXY_REFUSED',
    /\(302\)/,
  ],
  [
    'does not get there',
    'https:',
    '',
    `HTTP/1.1 502 Bad Gateway\r\n${empty}`,
    'PROXY_NO_TARGET',
    /could not reach shop\.example:443 \(502\)/,
  ],
  ['resets', 'https:', '', 'reset', 'PROXY_RESET', /ended the connection without an answer/],
  ['closes', 'https:', '', '', 'PROXY_RESET', /ended the connection without an answer/],
  [
    'says what is not HTTP',
    'https:',
    '',
    'SSH-2.0-x\r\n',
    'PROXY_INVALID',
    /What answers at 127\.0\.0\.1:\d+ is no HTTP proxy/,
  ],
  ['asks to sign in', 'http:', '', basic, 'PROXY_AUTH', /asks for a user name/],
  ['does not find it', 'http:', '', undefined, 'PROXY_NO_TARGET', /could not reach shop\.example \(502\)/],
  ['says what is not HTTP', 'http:', '', 'SSH-2.0-x\r\n', 'PROXY_INVALID', /is no HTTP proxy/],
])('a proxy that %s (%s)', async (_what, protocol, signIn, refuses, code, message) => {
  const { url, name } = await proxy(refuses === undefined ? {} : { refuses })
  vi.stubEnv('HTTPS_PROXY', url.replace('//', `//${signIn}`))
  vi.stubEnv('HTTP_PROXY', url)
  const result = await send(requestTo(`${protocol}//shop.example/`), { retryStale: false })
  const outcome = code === 'PROXY_INVALID' && protocol === 'http:' ? 'invalid-answer' : 'refused'
  expect(result).toMatchObject({
    outcome,
    answer: null,
    proxy: name,
    error: { code, hint: expect.stringMatching(/./) },
  })
  expect(result.error?.message).toMatch(message)
  expect(result.error?.message).toContain(name)
  expect(JSON.stringify(result)).not.toMatch(/secret|bWU6/)
})

test.each(['http:', 'https:'])('a proxy that never answers, or is not there (%s)', async protocol => {
  const silent = await proxy({ refuses: 'silent' })
  vi.stubEnv('ALL_PROXY', silent.url)
  const limits = { connectMs: 50, readMs: 50 }
  const late = await send(requestTo(`${protocol}//shop.example/`), limits)
  expect(late).toMatchObject({ outcome: 'timed-out', proxy: silent.name })
  expect(late.error?.code).toBe(protocol === 'https:' ? 'PROXY_TIMEOUT' : 'READ_TIMEOUT')
  expect(late.error?.message).toMatch(new RegExp(`proxy ${silent.name}`))
  await closers.pop()?.()
  const gone = await send(requestTo(`${protocol}//shop.example/`))
  expect(gone).toMatchObject({ outcome: 'refused', error: { code: 'PROXY_UNREACHABLE' } })
  expect(gone.error?.message).toBe(`The proxy ${silent.name} does not accept connections (ECONNREFUSED).`)
})

test.each(['http:', 'https:'])(
  'a proxy that is spoken to over TLS, with a certificate that is not trusted (%s)',
  async protocol => {
    const front = await merchant(manners.answers(), { certificate: { key: testKey, cert: valid } })
    setProxies({ ALL_PROXY: `https://localhost:${front.port}` })
    const { outcome, error } = await send(requestTo(`${protocol}//shop.example/`))
    expect([outcome, error?.code]).toEqual(['refused', 'PROXY_UNREACHABLE'])
    const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'
    expect(error?.message).toBe(`No secure connection to the proxy localhost:${front.port} (${code}).`)
    expect(front.received).toEqual([])
  },
)

test.each([
  ['sec&ret word', 403],
  ['47/1', 502],
])(
  'a proxy that echoes what it was signed in with, %s: none of it is in the result, nor is a byte lost',
  async (password, status) => {
    const basic = Buffer.from(`me:${password}`).toString('base64')
    const said = `<p>Denied. Proxy-Authorization: Basic ${basic} (user me, password ${password.replace('&', '&amp;')})</p>`
    const lines = [`HTTP/1.1 ${status} No`, `X-Echo: me:${password}`, `Content-Length: ${said.length}`, '', said]
    const { url } = await proxy({ refuses: lines.join('\r\n') })
    vi.stubEnv('HTTP_PROXY', url.replace('//', `//me:${encodeURIComponent(password)}@`))
    const { answer, error } = await send(requestTo('http://shop.example/'))
    expect([answer?.status, answer?.body.length, error]).toEqual([status, said.length, null])
    const shown = `${answer?.headers.join()} ${Buffer.from(answer?.body ?? []).toString()}`
    expect(shown).toMatch(/X-Echo,\*+.*Denied\..*: \*+ \(user me, password \*+\)/)
  },
)

test('what an app answers 2xx loses no short word, though the proxy has it for a password', async () => {
  const app = await merchant(manners.answers('200 OK', [], 'password 47/1'))
  const { url } = await proxy({ leads: { 'shop.example:80': app.port } })
  vi.stubEnv('HTTP_PROXY', url.replace('//', '//me:47%2F1@'))
  const { answer } = await send(requestTo('http://shop.example/'))
  expect(Buffer.from(answer?.body ?? []).toString()).toBe('password 47/1')
})

test.each([
  ['not a url', /^HTTPS_PROXY is not the URL of a proxy\.$/],
  ['http://me:sec#ret@proxy.example:3128', /^HTTPS_PROXY is not the URL of a proxy\.$/],
  ['http://me:P@sec/ret@proxy.example:3128', /^HTTPS_PROXY is not the URL of a proxy\.$/],
  ['me:4711/secret@proxy.example', /^HTTPS_PROXY is not the URL of a proxy\.$/],
  ['http://me:47\\secret@proxy.example', /^HTTPS_PROXY is not the URL of a proxy\.$/],
  ['http://me:47?secret@proxy.example', /^HTTPS_PROXY is not the URL of a proxy\.$/],
  ['http://me:%sec%ret@proxy.example:3128', /^The user name or the password in HTTPS_PROXY cannot be read\.$/],
  ['socks5://me:secret@proxy.example:1080', /^HTTPS_PROXY names a SOCKS proxy, which hookscope does not speak to\.$/],
  ['ftp://proxy.example', /^HTTPS_PROXY is not the URL of an HTTP proxy\.$/],
])('what HTTPS_PROXY says is no proxy: %s', async (value, message) => {
  vi.stubEnv('HTTPS_PROXY', value)
  const result = await send(requestTo('https://shop.example/'))
  expect(result).toMatchObject({ outcome: 'refused', answer: null, error: { code: 'PROXY_UNUSABLE' } })
  expect(result.error?.message).toMatch(message)
  expect(JSON.stringify(result)).not.toMatch(/sec/)
})

test('what goes wrong beyond the proxy is told with its name', async () => {
  const app = await merchant(manners.answers(), { certificate: { key: testKey, cert: valid } })
  const { url, name } = await proxy({ leads: { 'shop.example:443': app.port } })
  vi.stubEnv('HTTPS_PROXY', url)
  const named = await send(requestTo('https://shop.example/'), trusting())
  expect(named.error?.message).toBe(
    `The certificate of shop.example is for another name. It went through the proxy ${name}.`,
  )
  const untrusted = await send(requestTo('https://shop.example/'))
  expect(untrusted.error?.message).toMatch(/is not from a trusted authority\. It went through the proxy/)
  expect(untrusted.error?.hint).toMatch(/The proxy may have put a certificate of its own in place/)
  expect(app.received).toEqual([])
})

test('a certificate is never left unchecked where only the proxy knows where a name leads', async () => {
  const app = await merchant(manners.answers(), secured)
  const { url, name, asked } = await proxy({ leads: { 'shop.example:443': app.port, '10.1.2.3:443': app.port } })
  vi.stubEnv('HTTPS_PROXY', url)
  const result = await send(requestTo('https://shop.example/'), { insecure: true })
  expect(result).toMatchObject({ outcome: 'refused', error: { code: 'INSECURE_TARGET' } })
  expect(result.error?.message).toContain(`only the proxy ${name} finds out, so nothing is sent`)
  expect(await send(requestTo('https://93.184.215.14/'), { insecure: true })).toMatchObject({
    error: { code: 'INSECURE_TARGET' },
  })
  expect(asked).toEqual([])
  // An address says by itself where it is.
  expect(await send(requestTo('https://10.1.2.3/'), { insecure: true })).toMatchObject({ outcome: 'answered' })
})

test('a send that is ended takes its connection to the proxy with it', async () => {
  const silent = await proxy({ refuses: 'silent' })
  vi.stubEnv('HTTPS_PROXY', silent.url)
  const stop = new AbortController()
  const sending = send(requestTo('https://shop.example/'), { signal: stop.signal })
  await expect.poll(() => silent.asked.length).toBe(1)
  expect(silent.open).toBe(1)
  stop.abort()
  expect(await sending).toMatchObject({ outcome: 'reset', error: { code: 'CANCELLED' } })
  await expect.poll(() => silent.open).toBe(0)
})

test('a connection that ends within the TLS handshake has sent nothing; one that ends later may be the proxy’s doing', async () => {
  const cuts = await proxy({ refuses: 'HTTP/1.1 200 Connection established\r\n\r\n' })
  setProxies({ HTTPS_PROXY: cuts.url })
  const cut = await send(requestTo('https://shop.example/'))
  expect(cut).toMatchObject({ outcome: 'refused', error: { code: 'ECONNRESET' } })
  expect(cut.isUnanswered).toBeUndefined()
  expect(cut.error?.message).toBe(
    `The connection to shop.example ended during the TLS handshake, before anything was sent. It went through the proxy ${cuts.name}.`,
  )
  const resets = await proxy({ refuses: 'reset' })
  setProxies({ HTTP_PROXY: resets.url })
  const ended = await send(requestTo('http://shop.example/'))
  expect(ended).toMatchObject({ outcome: 'reset', isUnanswered: true })
  expect(ended.error?.message).toBe(
    `The proxy ${resets.name}, or shop.example behind it, ended the connection without an answer.`,
  )
})

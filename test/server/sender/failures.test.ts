import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { openAddressGuard } from '../../../server/sender/address-guard.ts'
import { send } from '../../../server/sender/send.ts'
import { selfSigned, testKey } from '../../helpers/certificates.ts'
import { type Manner, type Merchant, type MerchantOptions, manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'
import { requestTo } from './request.ts'

const open: Merchant[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map(merchant => merchant.close()))
})

async function merchant(manner?: Manner, options?: MerchantOptions): Promise<Merchant> {
  const started = await startMerchant(manner, options)
  open.push(started)
  return started
}

const failures: [name: string, manner: Manner, outcome: string, code: RegExp, message: RegExp][] = [
  ['resets', manners.resets(), 'reset', /^ECONNRESET$/, /without an answer/],
  ['closes without an answer', manners.closes(), 'reset', /^ECONNRESET$/, /without an answer/],
  ['closes within the header', manners.answersHalfHeader(), 'reset', /^ECONNRESET$/, /without an answer/],
  ['answers half', manners.answersHalf(), 'reset', /^ECONNRESET$/, /its status 200 and 11 bytes of body arrived/],
  ['answers half, chunked', manners.answersHalfChunked(), 'reset', /^ECONNRESET$/, /its status 200/],
  ['is no web server', manners.says('SSH-2.0-Open\r\n'), 'invalid-answer', /^HPE_/, /not HTTP/],
  ['says binary', manners.says(randomBytes(64).fill(0, 0, 1)), 'invalid-answer', /^HPE_/, /not HTTP/],
  ['speaks TLS', manners.says(Buffer.from('15030300020246', 'hex')), 'invalid-answer', /^HPE_/, /answered in TLS/],
  [
    'has bad chunks',
    manners.answers('200 OK', ['Transfer-Encoding: chunked'], 'zz\r\nnonsense\r\n'),
    'invalid-answer',
    /^HPE_/,
    /chunks of the answer’s body are not HTTP/,
  ],
  [
    'has an endless header',
    manners.answers('200 OK', [`X-Long: ${'a'.repeat(70_000)}`]),
    'invalid-answer',
    /^HPE_HEADER_OVERFLOW$/,
    /header of your app’s response is too large/,
  ],
  [
    'switches protocols',
    manners.says('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'),
    'invalid-answer',
    /^SWITCHED_PROTOCOLS$/,
    /101/,
  ],
]
test.each(failures)('an app that %s', async (_name, manner, outcome, code, message) => {
  const { url } = await merchant(manner)
  const result = await send(requestTo(url))
  expect(result).toMatchObject({ outcome, answer: null })
  expect(result.error?.code).toMatch(code)
  expect(result.error?.message).toMatch(message)
  expect(result.error?.hint).not.toBe('')
})

test('an app that hangs times out', async () => {
  const { url } = await merchant(manners.hangs())
  const result = await send(requestTo(url), { readMs: 60 })
  expect(result).toMatchObject({ outcome: 'timed-out', answer: null, error: { code: 'READ_TIMEOUT' } })
  expect(result.error?.message).toContain('within 0.06 s')
})

test('the time-out is for the whole answer, so that one that trickles times out too', async () => {
  const { url } = await merchant(manners.trickles())
  const result = await send(requestTo(url), { readMs: 2000 })
  expect(result).toMatchObject({ outcome: 'timed-out', error: { code: 'READ_TIMEOUT' } })
  expect(result.error?.message).toContain('status 200')
})

test('nothing listens', async () => {
  const port = await portApart()
  const result = await send(requestTo(`http://127.0.0.1:${port}/`))
  expect(result).toMatchObject({ outcome: 'refused', answer: null, error: { code: 'ECONNREFUSED' } })
  expect(result.error?.message).toBe(`Nothing listens at 127.0.0.1:${port}.`)
  expect(result.timing).toMatchObject({ connectMs: null, firstByteMs: null })
})

/** localhost with both of its addresses, whatever the machine's hosts file says. */
const bothLoopbacks = openAddressGuard((_name, _options, done) =>
  done(null, [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ]),
)

test('localhost is tried at both addresses', async () => {
  const { port } = await merchant()
  const result = await send(requestTo(`http://localhost:${port}/`), { guard: bothLoopbacks })
  expect(result.outcome).toBe('answered')
})

test('localhost refused at both addresses says so once, in words', async () => {
  const port = await portApart()
  const result = await send(requestTo(`http://localhost:${port}/`), { guard: bothLoopbacks })
  expect(result.outcome).toBe('refused')
  expect(result.error?.message).toContain(`localhost:${port}`)
  expect(result.error?.message).toContain('Tried ::1 and 127.0.0.1')
})

test.each([
  ['ENOTFOUND', /has no address/],
  ['EAI_AGAIN', /could not be looked up/],
])('a name service that says %s', async (code, message) => {
  const guard = openAddressGuard((_name, _options, done) => done(Object.assign(new Error(code), { code }), []))
  const result = await send(requestTo('http://shop.test/'), { guard })
  expect(result).toMatchObject({ outcome: 'refused', error: { code } })
  expect(result.error?.message).toMatch(message)
})

test('a name service that never answers is a connect time-out', async () => {
  const result = await send(requestTo('http://shop.test/'), { guard: openAddressGuard(() => {}), connectMs: 50 })
  expect(result).toMatchObject({ outcome: 'timed-out', error: { code: 'CONNECT_TIMEOUT' } })
})

test('https at a server that never shakes hands is a connect time-out', async () => {
  const { port } = await merchant(manners.hangs())
  const result = await send(requestTo(`https://127.0.0.1:${port}/`), { connectMs: 100 })
  expect(result).toMatchObject({ outcome: 'timed-out', error: { code: 'CONNECT_TIMEOUT' } })
})

test('a self-signed certificate is refused, as the gateway does', async () => {
  const { url, received } = await merchant(manners.answers(), { certificate: { key: testKey, cert: selfSigned } })
  const result = await send(requestTo(url))
  expect(result).toMatchObject({ outcome: 'refused', error: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } })
  expect(result.error?.message).toContain('self-signed')
  expect(result.error?.hint).toContain('NODE_EXTRA_CA_CERTS')
  expect(received).toEqual([])
})

test('http at an https port', async () => {
  const { port } = await merchant(manners.answers(), { certificate: { key: testKey, cert: selfSigned } })
  const result = await send(requestTo(`http://127.0.0.1:${port}/`))
  expect(['reset', 'invalid-answer']).toContain(result.outcome)
  expect(result.error?.hint).toContain('https://')
})

test('https at an http port', async () => {
  const { createServer } = await import('node:http')
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const result = await send(requestTo(`https://127.0.0.1:${port}/`))
  server.close()
  expect(result.outcome).toBe('refused')
  expect(result.error?.hint).toContain('http://')
})

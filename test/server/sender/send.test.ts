import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { SentRequest } from '../../../core/deliveries/attempt.ts'
import { send } from '../../../server/sender/send.ts'
import { type Manner, type Merchant, type MerchantOptions, manners, startMerchant } from '../../helpers/merchants.ts'
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

/** A request written out as it must appear on the wire, one character a byte. */
function onTheWire({ method, url, headers }: SentRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const { pathname, search } = new URL(url)
  return `${[`${method} ${pathname}${search} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`
}

test('header lines go out in their order, with their case and duplicates; the body byte for byte', async () => {
  const { url, received } = await merchant()
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x80, 0x7b])
  const request = requestTo(`${url}?a=1&b=%20`, {
    body,
    headers: [
      ['x-signature', 'abc'],
      ['HOST', 'shop.test'],
      ['X-Dup', '1'],
      ['Accept', '*/*'],
      ['x-dup', '2'],
      ['X-DUP', ''],
      ['X-Latin', 'caf\u00e9 \u00ff'],
      ['content-length', String(body.length)],
      ['Connection', 'keep-alive'],
    ],
  })
  const result = await send(request)
  expect(result).toMatchObject({ outcome: 'answered', error: null, answer: { status: 200 } })
  expect(received[0]?.head).toBe(onTheWire(request))
  expect(received[0]?.body).toEqual(body)
})

test('a POST without a body goes out without a word of one, its header lines as they were given', async () => {
  const { url, received } = await merchant()
  const request = requestTo(url, {
    body: new Uint8Array(),
    headers: [
      ['Host', 'shop.test'],
      ['X-Dup', '2'],
      ['X-Dup', '1'],
      ['Connection', 'close'],
    ],
  })
  expect(await send(request)).toMatchObject({ outcome: 'answered' })
  expect(received[0]?.head).toBe(onTheWire(request))
})

test('any header list that HTTP can carry arrives as it was given', async () => {
  const { url, received } = await merchant()
  const name = fc
    .stringMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}$/)
    .filter(text => !/^(host|content-length|connection|transfer-encoding|trailer|expect|upgrade)$/i.test(text))
  const value = fc.stringMatching(/^[\x21-\x7e\x80-\xff]?[\x20-\x7e\x80-\xff]{0,30}[\x21-\x7e\x80-\xff]$/)
  const lines = fc.array(fc.tuple(name, value), { maxLength: 15 })
  await fc.assert(
    fc.asyncProperty(lines, fc.uint8Array({ maxLength: 300 }), async (extra, body) => {
      const base = requestTo(url, { body })
      const request = { ...base, headers: [...extra, ...base.headers] }
      const before = received.length
      expect((await send(request)).outcome).toBe('answered')
      expect(received.slice(before).map(({ head, body }) => ({ head, body }))).toEqual([
        { head: onTheWire(request), body: Buffer.from(body) },
      ])
    }),
    { numRuns: 60 },
  )
})

test.each(['POST', 'PUT', 'GET', 'DELETE', 'PATCH', 'OPTIONS'])('%s without a body', async method => {
  const { url, received } = await merchant()
  const result = await send(requestTo(url, { method, body: new Uint8Array() }))
  expect(result.answer).toMatchObject({ status: 200, body: new Uint8Array(Buffer.from('ok')), bodyBytes: 2 })
  expect(received[0]).toMatchObject({ method, body: Buffer.alloc(0) })
})

test('HEAD ends at the header of the answer, whatever length it announces', async () => {
  const { url } = await merchant(manners.answersHead())
  const result = await send(requestTo(url, { method: 'HEAD', body: new Uint8Array() }))
  expect(result).toMatchObject({ outcome: 'answered', answer: { status: 200, bodyBytes: 0 } })
})

test('the answer is kept as it came: header lines in order, body still compressed', async () => {
  const zipped = gzipSync('{"ok":true}')
  const { url } = await merchant(
    manners.answers('201 Made', ['content-encoding: gzip', 'Set-Cookie: a=1', 'X-A: 1', 'set-cookie: b=2'], zipped),
  )
  const { answer, timing } = await send(requestTo(url))
  expect(answer?.headers).toEqual([
    ['content-encoding', 'gzip'],
    ['Set-Cookie', 'a=1'],
    ['X-A', '1'],
    ['set-cookie', 'b=2'],
    ['Content-Length', String(zipped.length)],
  ])
  expect(answer?.status).toBe(201)
  expect(Buffer.from(answer?.body ?? [])).toEqual(zipped)
  expect(timing.connectMs).not.toBeNull()
  expect(timing.firstByteMs).toBeGreaterThanOrEqual(timing.connectMs ?? 0)
  expect(timing.totalMs).toBeGreaterThanOrEqual(timing.firstByteMs ?? 0)
})

test('a redirect is an answer and is not followed', async () => {
  const other = await merchant()
  const { url } = await merchant(manners.redirects(other.url))
  const { answer } = await send(requestTo(url))
  expect(answer?.status).toBe(302)
  expect(answer?.headers).toContainEqual(['Location', other.url])
  expect(other.received).toEqual([])
})

test.each([
  ['500 Internal Server Error', 500],
  ['404 Not Found', 404],
  ['503', 503],
  ['204 No Content', 204],
])('%s is an answer', async (status, code) => {
  const { url } = await merchant(manners.answers(status, [], ''))
  expect(await send(requestTo(url))).toMatchObject({ outcome: 'answered', answer: { status: code }, error: null })
})

test('of a large answer the first part is kept and all of it is counted', async () => {
  const { url } = await merchant(manners.answersHuge(700_000))
  const { answer } = await send(requestTo(url))
  expect(answer?.body.length).toBe(256 * 1024)
  expect(answer?.bodyBytes).toBe(700_000)
  const capped = await send(requestTo(url), { bodyCap: 10 })
  expect(capped.answer).toMatchObject({ body: new Uint8Array(Buffer.from('yyyyyyyyyy')), bodyBytes: 700_000 })
})

test('an answer without end counts as answered at a limit, and the connection is ended', async () => {
  const { url } = await merchant(manners.floods())
  const { outcome, answer } = await send(requestTo(url), { bodyLimit: 1_000_000, bodyCap: 4 })
  expect(outcome).toBe('answered')
  expect(answer?.body.length).toBe(4)
  expect(answer?.bodyBytes).toBeGreaterThan(1_000_000)
})

test('connections are reused', async () => {
  const target = await merchant()
  for (let count = 0; count < 3; count++) expect((await send(requestTo(target.url))).outcome).toBe('answered')
  expect(target.connections).toBe(1)
  expect(target.received.map(({ turn }) => turn)).toEqual([1, 2, 3])
})

test('an idle connection that the app had closed is not the app’s reset: the request goes out on a fresh one', async () => {
  const target = await merchant(manners.answersOncePerConnection())
  for (let count = 0; count < 3; count++) expect((await send(requestTo(target.url))).outcome).toBe('answered')
  expect(target.connections).toBeGreaterThan(1)
})

test('an app that begins to answer on a reused connection and breaks off has reset', async () => {
  const target = await merchant()
  await send(requestTo(target.url))
  target.behave(manners.answersHalf())
  expect((await send(requestTo(target.url))).outcome).toBe('reset')
  expect(target.received).toHaveLength(2)
})

test('an app that resets on the fresh connection as well has reset', async () => {
  const target = await merchant()
  await send(requestTo(target.url))
  target.behave(manners.resets())
  expect((await send(requestTo(target.url))).outcome).toBe('reset')
  expect(target.received).toHaveLength(3)
})

test('an app that reads a request on a reused connection and ends is not one that nothing was sent to', async () => {
  const target = await merchant()
  await send(requestTo(target.url))
  const closed = new Promise<void>(resolve => {
    // It closes its port, and the connections with it.
    target.behave(() => void target.close().then(resolve))
  })
  const { outcome, error } = await send(requestTo(target.url))
  await closed
  expect([outcome, error?.code]).toEqual(['reset', 'ECONNRESET'])
  expect(target.received).toHaveLength(2)
})

test('a signal ends a send, before and during', async () => {
  const { url, arrived, received } = await merchant(manners.hangs())
  const stop = new AbortController()
  const sending = send(requestTo(url), { signal: stop.signal })
  await arrived(1)
  stop.abort()
  expect(await sending).toMatchObject({ outcome: 'reset', error: { code: 'CANCELLED' } })
  expect(await send(requestTo(url), { signal: stop.signal })).toMatchObject({ outcome: 'reset' })
  expect(received).toHaveLength(1)
})

test('what Node cannot write as HTTP is refused, not thrown', async () => {
  const { url, received } = await merchant()
  const result = await send(requestTo(url, { headers: [['X-Broken', 'a\r\nb']] }))
  expect(result).toMatchObject({ outcome: 'refused', error: { code: 'ERR_INVALID_CHAR' } })
  expect(received).toEqual([])
})

test('an answer before the request was read is an answer', async () => {
  const { createServer } = await import('node:net')
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'))
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  const result = await send(requestTo(url, { body: Buffer.alloc(4_000_000) }))
  server.close()
  expect(result).toMatchObject({ outcome: 'answered', answer: { status: 413 } })
})

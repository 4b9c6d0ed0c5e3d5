import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRawConnection, rawRequest } from '../../helpers/gateway.ts'
import { basicAuth, type Door, guardedHook, key, openDoor, openHook } from './door.ts'

let door: Door
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.close())

test.each([
  ['accepted', {}],
  ['rejected', { allHeaders: [['X-Signature', 'wrong']] as const }],
])('the short way of a plain POST and the way of all others answer the same: %s', async (_, changes) => {
  const gateway = door.gateway(guardedHook)
  // A query goes the other way.
  const [short, long] = await Promise.all(
    ['', '?a=1'].map(async suffix => {
      const { status, text, headers } = await gateway.post('transaction.sale.success', { ...changes, suffix })
      const lines = headers.flatMap(([name, value]) => (name === 'Date' ? [] : [`${name.toLowerCase()}: ${value}`]))
      return { status, text, lines: lines.sort() }
    }),
  )
  expect(short).toEqual(long)
  expect(await door.deliveries()).toHaveLength(2)
})

describe('what is kept', () => {
  test('the bytes, the header list in order with case and duplicates, the target and the sender', async () => {
    const connection = await door.raw()
    const body = Buffer.from([0x7b, 0xff, 0x00, 0xc3, 0x28, 0x7d])
    connection.write(
      [
        `PUT ${openHook.path}?b=2&a=%20x HTTP/1.1`,
        'hOsT: pay.example:8443',
        'X-Twice: one',
        'x-twice: two',
        'X-Odd: caf\xe9',
        'X-Empty:',
        'CONTENT-TYPE: application/octet-stream',
        `Content-Length: ${body.length}`,
        '',
        '',
      ]
        .map(line => Buffer.from(line, 'latin1').toString('latin1'))
        .join('\r\n'),
    )
    connection.write(body)
    await connection.received(/200 OK/)
    const [delivery] = await door.deliveries()
    expect(delivery).toMatchObject({
      hook: 'open',
      method: 'PUT',
      path: `${openHook.path}?b=2&a=%20x`,
      httpVersion: '1.1',
      remoteAddress: '127.0.0.1',
      bytes: 6,
      status: 200,
      verdict: 'unchecked',
    })
    expect(Buffer.from(delivery?.body ?? [])).toEqual(body)
    expect(delivery?.headers.filter(([name]) => name !== 'X-Odd')).toEqual([
      ['hOsT', 'pay.example:8443'],
      ['X-Twice', 'one'],
      ['x-twice', 'two'],
      ['X-Empty', ''],
      ['CONTENT-TYPE', 'application/octet-stream'],
      ['Content-Length', '6'],
    ])
  })

  test.each([
    ['empty', Buffer.alloc(0)],
    ['invalid UTF-8', Buffer.from([0xc3, 0x28, 0xff, 0xfe])],
    ['with a byte order mark', Buffer.from('\ufeff{"type":"event"}')],
    ['10,000 nested brackets', Buffer.from('['.repeat(10_000))],
    ['not JSON', Buffer.from('a=1&b=2')],
    ['exactly at the limit', Buffer.alloc(1024 * 1024, 'x')],
  ])('a body that is %s is verified, stored and answered like any other', async (_, body) => {
    const answer = await door.gateway(guardedHook).post(body)
    expect(answer.status).toBe(200)
    const [delivery] = await door.deliveries()
    expect(delivery?.verdict).toBe('verified')
    expect(delivery?.bytes).toBe(body.length)
    expect(Buffer.from(delivery?.body ?? []).equals(body)).toBe(true)
  })

  test('a compressed body stays compressed, and its signature covers the compressed bytes', async () => {
    const body = gzipSync('{"type":"event"}')
    const answer = await door.gateway(guardedHook).post(body, { headers: [['Content-Encoding', 'gzip']] })
    expect(answer.status).toBe(200)
    const [delivery] = await door.deliveries()
    expect(delivery?.verdict).toBe('verified')
    expect(Buffer.from(delivery?.body ?? []).equals(body)).toBe(true)
  })

  test('any bytes, in any cut, by length or in chunks', async () => {
    const gateway = door.gateway(guardedHook)
    let count = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 5 }), async pieces => {
        const body = Buffer.concat(pieces)
        const connection = await door.raw()
        const headers = gateway.headersFor(body).filter(([name]) => name !== 'Content-Length')
        const lines = headers.map(([name, value]) => `${name}: ${value}`)
        connection.write(rawRequest(`POST ${guardedHook.path} HTTP/1.1`, [...lines, 'Transfer-Encoding: chunked']))
        for (const piece of pieces) {
          connection.write(`${piece.length.toString(16)}\r\n`)
          connection.write(piece)
          connection.write('\r\n')
        }
        connection.write('0\r\n\r\n')
        await connection.received(/HTTP\/1.1 200/)
        connection.end()
        count += 1
        const delivery = (await door.deliveries())[count - 1]
        expect(Buffer.from(delivery?.body ?? []).equals(body)).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])(
    'a %s is kept as well',
    async method => {
      const answer = await door.gateway(openHook).post(Buffer.alloc(0), { method, allHeaders: [] })
      expect(answer.status).toBe(200)
      expect((await door.deliveries()).map(delivery => delivery.method)).toEqual([method])
    },
  )

  test('a target in absolute form counts by its path, and is kept as it came (RFC 9112, 3.2.2)', async () => {
    const target = `http://pay.example:8443${openHook.path}?a=1`
    for (const [path, status] of [[target, 200] as const, ['https://pay.example/elsewhere', 404] as const]) {
      const connection = await door.raw()
      connection.write(rawRequest(`POST ${path} HTTP/1.1`, ['Connection: close'], 'x'))
      expect(await connection.closed).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    }
    expect(await door.deliveries()).toMatchObject([{ hook: 'open', path: target, query: 'a=1' }])
  })

  test('behind a path of a proxy, a hook is there with the path and without it', async () => {
    const behind = await openDoor({ prefix: '/hooks' })
    try {
      const statuses: unknown[] = []
      for (const path of [openHook.path, `/hooks${openHook.path}`, `/hooks/hooks${openHook.path}`]) {
        const connection = await behind.raw()
        connection.write(rawRequest(`POST ${path} HTTP/1.1`, ['Connection: close'], 'x'))
        statuses.push(/^HTTP\/1.1 (\d+)/.exec(await connection.closed)?.[1])
      }
      expect(statuses).toEqual(['200', '200', '404'])
      expect((await behind.deliveries()).map(({ path }) => path)).toContain(`/hooks${openHook.path}`)
    } finally {
      await behind.close()
    }
  })

  test('HTTP/1.0 without a Host is a request too', async () => {
    const connection = await door.raw()
    connection.write(`POST ${openHook.path} HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi`)
    expect(await connection.closed).toMatch(/^HTTP\/1.1 200 OK/)
    expect((await door.deliveries())[0]).toMatchObject({ httpVersion: '1.0', headers: [['Content-Length', '2']] })
  })

  test('requests that come in one packet are each answered, in order', async () => {
    const connection = await door.raw()
    const hook = guardedHook.path
    connection.write(
      rawRequest(`POST ${openHook.path} HTTP/1.1`, [], 'first') +
        rawRequest(`POST ${hook} HTTP/1.1`, [], 'second') +
        rawRequest(`POST ${openHook.path}x HTTP/1.1`, [], 'third') +
        rawRequest(`POST ${openHook.path} HTTP/1.1`, ['Connection: close'], 'fourth'),
    )
    const statuses = [...(await connection.closed).matchAll(/HTTP\/1.1 (\d+) /g)].map(([, status]) => status)
    expect(statuses).toEqual(['200', '401', '404', '200'])
    const kept = (await door.deliveries()).map(({ body }) => Buffer.from(body).toString())
    expect(kept.toSorted()).toEqual(['first', 'fourth', 'second'])
  })

  test('Expect: 100-continue is told to continue, and its connection lives on', async () => {
    const connection = await door.raw()
    for (const body of ['one', 'two!']) {
      connection.write(
        rawRequest(`POST ${openHook.path} HTTP/1.1`, ['Expect: 100-continue', `Content-Length: ${body.length}`]),
      )
      await connection.received(body === 'one' ? /100 Continue/ : /100 Continue.*200 OK.*100 Continue/s)
      connection.write(body)
      await connection.received(body === 'one' ? /200 OK/ : /200 OK.*200 OK/s)
    }
    expect(await door.deliveries()).toHaveLength(2)
  })

  test('::1 on the same port, where the machine has it', async context => {
    const connection = await door.raw('::1').catch(() => null)
    if (!connection) return context.skip()
    connection.write(rawRequest(`POST ${openHook.path} HTTP/1.1`, ['Connection: close'], '{}'))
    expect(await connection.closed).toMatch(/^HTTP\/1.1 200/)
    expect((await door.deliveries())[0]?.remoteAddress).toBe('::1')
  })

  test('two hundred at once on twenty connections, all stored', async () => {
    const gateway = door.gateway(guardedHook)
    const answers = await Promise.all(Array.from({ length: 200 }, () => gateway.post('transaction.sale.success')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await door.deliveries()).toHaveLength(200)
  })
})

describe('what is answered', () => {
  test('verified: 200 and a short JSON', async () => {
    const answer = await door.gateway(guardedHook).post('transaction.sale.success')
    expect([answer.status, answer.text]).toEqual([200, '{"received":true}'])
    expect(answer.headers).toContainEqual(['Content-Type', 'application/json'])
  })

  test('rejected: 401 with the reasons and without a word of the payload, and kept', async () => {
    const answer = await door.gateway(guardedHook, { key: 'other', basicAuth: { ...basicAuth, password: 'x' } }).post({
      secret: 'in the body',
    })
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.text)).toEqual({
      error: {
        code: 'signature-wrong',
        message: 'The signature does not fit the body; User name or password is wrong',
      },
    })
    expect(answer.text).not.toContain(key)
    expect(answer.headers).toContainEqual(['WWW-Authenticate', 'Basic realm="hook", charset="UTF-8"'])
    const [delivery] = await door.deliveries()
    expect(delivery).toMatchObject({
      verdict: 'rejected',
      reasons: ['signature-wrong', 'credentials-wrong'],
      status: 401,
    })
    expect(Buffer.from(delivery?.body ?? []).toString()).toBe('{"secret":"in the body"}')
  })

  test('changed secrets count for the next request', async () => {
    let hook = openHook
    const changing = await openDoor({ hooks: () => [hook] })
    const gateway = changing.gateway(openHook)
    expect((await gateway.post({})).status).toBe(200)
    hook = { ...openHook, signing: guardedHook.signing }
    expect((await gateway.post({})).status).toBe(401)
    await changing.close()
  })

  test('changed secrets count for the request whose body is still coming', async () => {
    let hook = openHook
    const changing = await openDoor({ hooks: () => [hook] })
    const connection = await openRawConnection(changing.port)
    connection.write(
      `POST ${openHook.path} HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`,
    )
    await connection.received(/100 Continue/)
    hook = { ...openHook, signing: guardedHook.signing }
    connection.write('{}')
    await connection.received(/HTTP\/1\.1 401/)
    expect((await changing.deliveries())[0]).toMatchObject({ verdict: 'rejected', reasons: ['signature-missing'] })
    connection.reset()
    await changing.close()
  })

  test('under --observe a rejected delivery is answered 200, and kept as rejected', async () => {
    const observing = await openDoor({ observe: true })
    const answer = await observing.gateway(guardedHook, { key: 'other' }).post({})
    expect([answer.status, answer.text]).toEqual([200, '{"received":true}'])
    expect((await observing.deliveries())[0]).toMatchObject({ verdict: 'rejected', status: 200 })
    await observing.close()
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import { eventBytes, rawRequest } from '../../helpers/gateway.ts'
import { type Door, guardedHook, openDoor, openHook } from './door.ts'

let door: Door
afterEach(() => door.close())

const post = `POST ${openHook.path} HTTP/1.1`

describe('a body over the limit', () => {
  test('that is announced: 413 once it has passed, recorded, and the connection lives on', async () => {
    door = await openDoor({ bodyBytes: 1000 })
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Content-Length: 5000']))
    connection.write('x'.repeat(5000))
    expect(await connection.received(/413 .*}$/s)).toContain('"code":"body-too-large"')
    connection.write(rawRequest(post, ['Connection: close'], 'small'))
    expect(await connection.closed).toMatch(/413.*200 OK/s)
    const [refused, taken] = await door.deliveries()
    expect(refused).toMatchObject({ verdict: 'rejected', reasons: ['body-too-large'], status: 413, bytes: 5000 })
    expect(refused?.body).toHaveLength(0)
    expect(refused?.headers).toContainEqual(['Content-Length', '5000'])
    expect(Buffer.from(taken?.body ?? []).toString()).toBe('small')
  })

  test('that comes in chunks: 413 as well, recorded with what was seen', async () => {
    door = await openDoor({ bodyBytes: 1000 })
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Transfer-Encoding: chunked']))
    connection.write(`3e8\r\n${'x'.repeat(1000)}\r\n`)
    connection.write('1\r\nx\r\n')
    connection.write('5\r\nxxxxx\r\n0\r\n\r\n')
    connection.write(rawRequest(post, ['Connection: close'], 'small'))
    expect(await connection.closed).toMatch(/413.*200 OK/s)
    const [refused] = await door.deliveries()
    expect(refused).toMatchObject({ reasons: ['body-too-large'], status: 413, bytes: 1006 })
    expect(refused?.body).toHaveLength(0)
  })

  test('is refused under --observe too, since nothing of it is kept', async () => {
    door = await openDoor({ bodyBytes: 10, observe: true })
    expect((await door.gateway(openHook).post(Buffer.alloc(11))).status).toBe(413)
  })

  test('that an Expect asks about is never sent', async () => {
    door = await openDoor({ bodyBytes: 1000 })
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Expect: 100-continue', 'Content-Length: 5000']))
    const answer = await connection.closed
    expect(answer).toMatch(/^HTTP\/1.1 413/)
    expect(answer).toMatch(/^Connection: close/m)
    expect(answer).not.toContain('100 Continue')
    expect(await door.deliveries()).toHaveLength(1)
  })

  test('that is announced as far too large is refused unread', async () => {
    door = await openDoor({ bodyBytes: 1000 })
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Content-Length: 99999999999']))
    await connection.received(/413 /)
    connection.reset()
    expect(await door.deliveries()).toMatchObject([{ reasons: ['body-too-large'], status: 413, bytes: 99999999999 }])
  })

  test('is not one that is large, but within the limit', async () => {
    door = await openDoor({ bodyBytes: 20_000_000 })
    const body = Buffer.alloc(18_000_000, 'a')
    expect((await door.gateway(openHook).post(body)).status).toBe(200)
    expect(await door.stored(1)).toMatchObject([{ verdict: 'unchecked', bytes: body.length }])
  })

  test('that never ends is cut', async () => {
    door = await openDoor({ bodyBytes: 1000 })
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Transfer-Encoding: chunked']))
    const chunk = Buffer.alloc(1024 * 1024 + 10, 'x')
    chunk.write('100000\r\n')
    chunk.write('\r\n', chunk.length - 2)
    const more = () => {
      while (!connection.socket.destroyed && connection.socket.write(chunk)) {
        // as much as the other side takes
      }
    }
    connection.socket.on('drain', more)
    more()
    await connection.closed
    expect(connection.socket.bytesWritten).toBeLessThan(64 * 1024 * 1024)
    expect(await door.stored(1)).toMatchObject([{ reasons: ['body-too-large'] }])
  })
})

describe('a body that does not come whole', () => {
  test.each([
    ['a reset', 'reset'],
    ['a half-close', 'end'],
  ] as const)('through %s is recorded, with nothing answered', async (_, how) => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Content-Length: 100', 'Expect: 100-continue']))
    await connection.received(/100 Continue/)
    connection.write('only this')
    connection[how]()
    const [delivery] = await door.stored(1)
    expect(delivery).toMatchObject({ verdict: 'rejected', reasons: ['body-incomplete'], status: null, bytes: 100 })
    expect(delivery?.body).toHaveLength(0)
  })

  test('because its chunks are junk is a 400, recorded', async () => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Transfer-Encoding: chunked']))
    connection.write('zz\r\n')
    expect(await connection.closed).toMatch(/^HTTP\/1.1 400/)
    expect(await door.stored(1)).toMatchObject([{ reasons: ['body-incomplete'], status: null }])
  })

  test('because its chunks are junk, however much of it follows, is one 400 and one line', async () => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Transfer-Encoding: chunked']))
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    const junk = Buffer.alloc(1024 * 1024, 'z')
    const more = () => {
      while (!connection.socket.destroyed && connection.socket.write(junk)) {
        // as much as the other side takes
      }
    }
    connection.socket.on('drain', more)
    more()
    await connection.closed
    expect(await door.stored(1)).toMatchObject([{ reasons: ['body-incomplete'] }])
    process.off('warning', warned)
    expect([door.lines.length, warnings]).toEqual([1, []])
  })

  test('in time: 408, recorded, closed', async () => {
    door = await openDoor({ deadlines: { bodyMs: 100 } })
    const connection = await door.raw()
    connection.write(`${rawRequest(post, ['Content-Length: 100'])}slow`)
    const answer = await connection.closed
    expect(answer).toMatch(/^HTTP\/1.1 408/)
    expect(answer).toContain('"code":"body-too-slow"')
    expect(await door.deliveries()).toMatchObject([{ reasons: ['body-too-slow'], status: 408, bytes: 100 }])
  })
})

describe('a slow header', () => {
  test('is 408 after its deadline, which begins with the first byte, also on a connection that was used before', async () => {
    door = await openDoor({ deadlines: { headerMs: 60 } })
    const fresh = await door.raw()
    fresh.write('POST /hook')
    expect(await fresh.closed).toMatch(/^HTTP\/1.1 408/)
    const used = await door.raw()
    used.write(rawRequest(post, [], 'x'))
    await used.received(/200 OK/)
    used.write('POST /hook')
    expect(await used.closed).toMatch(/200 OK.*HTTP\/1.1 408/s)
    expect(await door.deliveries()).toHaveLength(1)
  })

  test('is not what an idle connection has: it waits for ever', async () => {
    door = await openDoor({ deadlines: { headerMs: 40, bodyMs: 40, answerMs: 40 } })
    const idle = await Promise.all(Array.from({ length: 10 }, () => door.raw()))
    const used = await door.raw()
    used.write(rawRequest(post, [], 'x'))
    await used.received(/200 OK/)
    const slow = await door.raw()
    slow.write('P')
    await slow.closed
    for (const connection of [...idle, used]) {
      connection.write(rawRequest(post, ['Connection: close'], 'late'))
      expect(await connection.closed).toMatch(/200 OK/)
    }
    expect(await door.deliveries()).toHaveLength(12)
  })
})

describe('what is not a request for this door', () => {
  const many = (line: string, times: number) =>
    Array.from({ length: times }, (_, at) => `${line}${at}: ${'x'.repeat(80)}`)
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket']
  test.each<[string, string | Uint8Array, number]>([
    ['a header bomb', rawRequest(post, many('X-Bomb-', 2000)), 431],
    ['one endless header line', `${post}\r\nX-Long: ${'x'.repeat(200_000)}`, 431],
    ['an endless request line', `GET /${'x'.repeat(200_000)}`, 431],
    ['an unknown method', rawRequest(`HOOK ${openHook.path} HTTP/1.1`), 400],
    ['HTTP/0.9', `GET ${openHook.path}\r\n\r\n`, 400],
    ['HTTP/9.9', rawRequest(`GET ${openHook.path} HTTP/9.9`), 400],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['a TLS handshake', Buffer.from('16030100c8010000c40303000102030405', 'hex'), 400],
    ['bytes of nothing', Buffer.from([0, 1, 2, 3, 255, 254, 13, 10, 13, 10]), 400],
    ['an absolute-form target of another scheme', rawRequest(`POST ftp://a${openHook.path} HTTP/1.1`, [], 'x'), 400],
    ['an absolute-form target with a user name', rawRequest(`POST http://a@b${openHook.path} HTTP/1.1`, [], 'x'), 400],
    ['an absolute-form target without a host', rawRequest(`POST http://${openHook.path} HTTP/1.1`, [], 'x'), 400],
    ['an asterisk-form target', rawRequest('OPTIONS * HTTP/1.1'), 400],
    ['a backslash in the path', rawRequest(`POST /x\\..${openHook.path} HTTP/1.1`, [], 'x'), 400],
    ['CONNECT', rawRequest('CONNECT localhost:443 HTTP/1.1'), 400],
    ['no Host', `${post}\r\nContent-Length: 0\r\n\r\n`, 400],
    ['two Hosts', rawRequest(post, ['Host: other']), 400],
    ['a Host that is none', `${post}\r\nHost: a b<>\r\nContent-Length: 0\r\n\r\n`, 400],
    ['a Host with credentials', `${post}\r\nHost: user@localhost\r\nContent-Length: 0\r\n\r\n`, 400],
    ['two lengths', rawRequest(post, ['Content-Length: 1', 'Content-Length: 2']), 400],
    ['a length and chunks', rawRequest(post, ['Content-Length: 1', 'Transfer-Encoding: chunked']), 400],
    ['a negative length', rawRequest(post, ['Content-Length: -1']), 400],
    ['a space before the colon', rawRequest(post, ['X-Signature : abc']), 400],
    ['an expectation of something else', rawRequest(post, ['Expect: the unexpected']), 417],
    ['a bad upgrade', rawRequest('GET /api/stream HTTP/1.1', [...upgrade, 'Sec-WebSocket-Version: 99']), 404],
    ['an upgrade without a key', rawRequest('GET / HTTP/1.1', upgrade), 404],
  ])('%s: a 4xx with an empty body, and the door stays open', async (_, bytes, status) => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(bytes)
    const answer = await connection.received(/\r\n\r\n/)
    connection.end()
    expect(await connection.closed).toBe(answer)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toMatch(/^content-length: 0\r?$/im)
    if (status !== 404) expect(door.lines).toHaveLength(1)
    expect((await door.gateway(openHook).post('transaction.sale.success')).status).toBe(200)
    expect(await door.deliveries()).toHaveLength(1)
  })

  test('half a request line, then the end: 400', async () => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write('POST /hook')
    connection.end()
    expect(await connection.closed).toMatch(/^HTTP\/1.1 400/)
    expect(door.lines).toHaveLength(1)
  })

  test('an upgrade at a hook is a delivery like any other', async () => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(rawRequest(post, ['Connection: Upgrade', 'Upgrade: h2c'], 'x'))
    await connection.received(/200 OK/)
    expect(await door.deliveries()).toHaveLength(1)
  })

  test('junk after a whole request: that one is answered first, then the connection ends', async () => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(`${rawRequest(post, [], 'x')}\0junk\r\n\r\n`)
    const answer = await connection.closed
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/)
    expect(answer.match(/HTTP\/1.1 \d+/g)).toHaveLength(1)
    expect(await door.deliveries()).toHaveLength(1)
  })

  test('a sender that is gone before the answer does no harm', async () => {
    door = await openDoor()
    for (let times = 0; times < 20; times += 1) {
      const connection = await door.raw()
      connection.write(rawRequest(post, [], 'x'))
      connection.reset()
    }
    expect((await door.gateway(openHook).post({})).status).toBe(200)
  })

  test('a flood of junk writes few lines', async () => {
    door = await openDoor()
    for (let times = 0; times < 60; times += 1) {
      const connection = await door.raw()
      connection.write('\0\r\n\r\n')
      expect(await connection.closed).toMatch(/^HTTP\/1.1 400/)
    }
    expect(door.lines.length).toBeLessThan(40)
  })
})

describe('too much at once', () => {
  test('wrong paths are answered 429, still empty, while hooks are not slowed; time heals it', async () => {
    let time = 1_000_000
    door = await openDoor({ now: () => time })
    const wrong = door.gateway({ ...openHook, path: '/guess' })
    const answers = await Promise.all(Array.from({ length: 150 }, () => wrong.post({})))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter(status => status === 404)).toHaveLength(100)
    expect(statuses.filter(status => status === 429)).toHaveLength(50)
    expect(answers.every(({ text }) => text === '')).toBe(true)
    expect((await door.gateway(guardedHook).post('ach.settled')).status).toBe(200)
    time += 1000
    expect((await wrong.post({})).status).toBe(404)
    expect(await door.deliveries()).toHaveLength(1)
  })

  test('more than memory should hold at once: 503, to be sent again, and all is well once the app has answered', async () => {
    const waiting: (() => void)[] = []
    let hold = true
    door = await openDoor({
      answerFromApp: () =>
        new Promise(resolve => {
          const give = () => resolve({ status: 200, headers: [], body: Buffer.alloc(0) })
          if (hold) waiting.push(give)
          else give()
        }),
    })
    const one = rawRequest(post, [], '{}')
    const senders = await Promise.all(Array.from({ length: 50 }, () => door.raw()))
    const last = rawRequest(post, ['Connection: close'], '{}')
    for (const sender of senders) sender.write(one.repeat(99) + last)
    await expect.poll(() => waiting.length).toBe(4096)
    const late = await door.raw()
    late.write(one)
    expect(await late.received(/503 .*}$/s)).toMatch(/"code":"busy"/)
    hold = false
    for (const give of waiting) give()
    const answers = await Promise.all(senders.map(sender => sender.closed))
    const statuses = answers.flatMap(text => [...text.matchAll(/HTTP\/1.1 (\d+) /g)].map(([, status]) => status))
    expect(statuses.filter(status => status === '200')).toHaveLength(4096)
    expect(statuses.filter(status => status === '503')).toHaveLength(5000 - 4096)
    late.write(one)
    await late.received(/503 .*200 OK/s)
  })

  test('a wrong path with a body: the body is let pass, and the connection lives on', async () => {
    door = await openDoor()
    const connection = await door.raw()
    connection.write(rawRequest('POST /nothing HTTP/1.1', ['Content-Length: 200000']))
    connection.write('x'.repeat(200_000))
    await connection.received(/404 Not Found/)
    connection.write(rawRequest(post, ['Connection: close'], eventBytes('ach.settled').toString()))
    expect(await connection.closed).toMatch(/404.*200 OK/s)
  })
})

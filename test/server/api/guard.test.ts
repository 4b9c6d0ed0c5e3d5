import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { cookieName } from '../../../server/api/credentials.ts'
import { judge } from '../../../server/api/guard.ts'
import { startInspector } from '../../../server/api/server.ts'
import { openTickets } from '../../../server/api/tickets.ts'
import { type Call, knock, openDoor, rawAnswer, type TestDoor, token } from './door.ts'

let door: TestDoor
let port: number
beforeAll(async () => {
  door = await openDoor()
  port = door.inspector.port
})
afterAll(() => door.close())

/** `PORT` stands for the inspector's port. */
const filled = (headers: NonNullable<Call['headers']>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replace('PORT', String(port)) : value,
    ]),
  )
const bearer = { Authorization: `Bearer ${token}` }

const hosts: readonly (readonly [host: string | undefined, allowed: boolean])[] = [
  ['127.0.0.1:PORT', true],
  ['localhost:PORT', true],
  ['[::1]:PORT', true],
  ['127.0.0.1', false],
  ['127.0.0.1:1', false],
  ['127.0.0.1:PORT.example.test', false],
  ['localhost.example.test:PORT', false],
  ['rebound.example.test:PORT', false],
  ['0.0.0.0:PORT', false],
  ['127.1:PORT', false],
  ['user@127.0.0.1:PORT', false],
]
const origins: readonly (readonly [origin: string | undefined, allowed: boolean])[] = [
  [undefined, true],
  ['http://127.0.0.1:PORT', true],
  ['http://localhost:PORT', true],
  ['http://[::1]:PORT', true],
  ['null', false],
  ['', false],
  ['https://127.0.0.1:PORT', false],
  ['http://localhost:3000', false],
  ['http://localhost:PORT.example.test', false],
  ['https://example.test', false],
  ['file://', false],
]
const tokens: readonly (readonly [name: string, headers: Record<string, string>, allowed: boolean])[] = [
  ['the token', bearer, true],
  ['no token', {}, false],
  ['another token', { Authorization: 'Bearer another' }, false],
  ['a longer token', { Authorization: `Bearer ${token}x` }, false],
  ['the token as Basic', { Authorization: `Basic ${token}` }, false],
  ['the token as a cookie of another port', { Cookie: `hookscope-1=${token}` }, false],
  ['the token itself as cookie', { Cookie: `hookscope-PORT=${token}` }, false],
]
const calls: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['GET', '/api/status', undefined],
  ['GET', '/', undefined],
  ['GET', '/assets/main-1a2b3c.js', undefined],
  ['POST', '/api/deliveries/pin', { ids: [], pinned: true }],
  ['PUT', '/api/forward', {}],
]

describe.each(calls)('%s %s', (method, path, body) => {
  // One that is foreign at a time goes over the wire; the judgement below sees every pair.
  for (const [host, hostAllowed] of hosts)
    for (const [origin, originAllowed] of origins)
      if (host === hosts[0]?.[0] || origin === undefined)
        it(`host ${host}, origin ${origin}`, async () => {
          for (const [name, headers, tokenAllowed] of tokens) {
            const sent = filled({ ...headers, Host: host, Origin: origin })
            const answer = await knock(port, path, { method, headers: sent, body })
            const expected = !hostAllowed || !originAllowed ? 403 : tokenAllowed ? 200 : 401
            expect([name, answer.status]).toEqual([name, expected])
            if (expected !== 200) {
              expect(answer.text).not.toContain(token)
              expect(answer.text).not.toContain('main-1a2b3c')
            }
          }
        })
})

it('judges every Host with every Origin, token and method alike', () => {
  const tickets = openTickets()
  for (const [host, hostAllowed] of hosts)
    for (const [origin, originAllowed] of origins)
      for (const [, headers, tokenAllowed] of tokens)
        for (const [method, path] of calls) {
          const sent = filled({ ...headers, Host: host, Origin: origin, 'Content-Type': 'application/json' })
          const rawHeaders = Object.entries(sent).flatMap(([name, value]) =>
            typeof value === 'string' ? [name, value] : [],
          )
          const judged = judge(
            { method, url: path, rawHeaders },
            { port, token, tickets, allowedHosts: [], isFull: false },
          )
          const expected = !hostAllowed || !originAllowed ? 403 : tokenAllowed ? 'pass' : 401
          expect(judged.kind === 'refused' ? judged.status : judged.kind).toBe(expected)
        }
})

describe('with --allowed-host', () => {
  let allowing: TestDoor
  beforeAll(async () => {
    allowing = await openDoor({ allowedHosts: ['localhost:8080', 'Devbox.test', 'a-4781.ports.test:443'] })
  })
  afterAll(() => allowing.close())
  const cases: readonly (readonly [host: string, origin: string | undefined, status: number])[] = [
    ['127.0.0.1:PORT', undefined, 200],
    ['localhost:8080', undefined, 200],
    ['localhost:8080', 'http://localhost:8080', 200],
    ['devbox.test', 'https://devbox.test', 200],
    ['DEVBOX.test:PORT', 'http://devbox.test:PORT', 200],
    ['a-4781.ports.test', 'https://a-4781.ports.test', 200],
    ['localhost:8081', undefined, 403],
    ['localhost', undefined, 403],
    ['devbox.test:8080', undefined, 403],
    ['devbox.test.example', undefined, 403],
    ['x.devbox.test', undefined, 403],
    ['localhost:8080', 'http://localhost:3000', 403],
    ['devbox.test', 'http://devbox.test:3000', 403],
    ['devbox.test', 'https://example.test', 403],
    ['devbox.test', 'null', 403],
  ]
  it.each(cases)('host %s, origin %s is answered %i', async (host, origin, status) => {
    const at = (text: string) => text.replace('PORT', String(allowing.inspector.port))
    const headers = { Host: at(host), Origin: origin && at(origin) }
    const answers = await Promise.all(
      [bearer, {}].map(also => knock(allowing.inspector.port, '/api/status', { headers: { ...also, ...headers } })),
    )
    // A name opens nothing without the token.
    expect(answers.map(answer => answer.status)).toEqual([status, status === 200 ? 401 : status])
  })

  it('the page of another origin is kept out as before', async () => {
    const headers = { ...bearer, Host: 'devbox.test', 'Sec-Fetch-Site': 'same-site' }
    expect((await knock(allowing.inspector.port, '/api/status', { headers })).status).toBe(403)
  })
})

describe('the upgrade of the stream', () => {
  const upgrade = (headers: NonNullable<Call['headers']>, path = '/api/stream') =>
    new Promise<number>((resolve, reject) => {
      const { Host, Origin, ...others } = filled(headers)
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
        headers: { ...others, ...(Host !== undefined && { Host }), ...(Origin !== undefined && { Origin }) } as Record<
          string,
          string
        >,
      })
      socket.on('open', () => {
        socket.terminate()
        resolve(101)
      })
      socket.on('unexpected-response', (_request, response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      socket.on('error', reject)
    })

  it.each(hosts)('host %s', async (host, allowed) => {
    expect(await upgrade({ ...bearer, Host: host })).toBe(allowed ? 101 : 403)
  })
  it.each(origins)('origin %s', async (origin, allowed) => {
    expect(await upgrade({ ...bearer, Origin: origin })).toBe(allowed ? 101 : 403)
  })
  it.each(tokens)('%s', async (_name, headers, allowed) => {
    expect(await upgrade(headers)).toBe(allowed ? 101 : 401)
  })
  it('no token in the URL', async () => {
    expect(await upgrade({}, `/api/stream?token=${token}`)).toBe(401)
    expect(await upgrade({}, `/?token=${token}`)).toBe(400)
  })
})

describe('signing in', () => {
  it('opens the printed link as often as it is clicked, keeps a cookie of this port, and shows the token no more', async () => {
    const link = new URL(door.inspector.openUrl)
    for (const _ of [1, 2]) {
      const signed = await knock(port, `${link.pathname}${link.search}`)
      expect(signed.status).toBe(303)
      expect(signed.headers.location).toMatch(/^\/#enter=[\w-]{32}$/)
      const [cookie = ''] = signed.headers['set-cookie'] ?? []
      expect(cookie).toMatch(new RegExp(`^${cookieName(port)}=[0-9a-f]{64}; Path=/; HttpOnly; SameSite=Strict$`))
      expect(cookie + signed.headers.location).not.toContain(token)
      const Cookie = `theme=dark; ${cookie.split(';')[0]}; other=1`
      expect((await knock(port, '/', { headers: { Cookie } })).status).toBe(200)
    }
  })

  it.each([
    ['/deliveries/7?q=a+b&token=TOKEN', '/deliveries/7?q=a+b'],
    ['//example.test/?token=TOKEN', '/example.test/'],
    ['/\\example.test/?token=TOKEN', '/example.test/'],
    ['///?token=TOKEN', '/'],
  ])('%s leads to %s, always on this host', async (path, location) => {
    const answer = await knock(port, path.replace('TOKEN', token))
    const [where, code] = answer.headers.location?.split('#') ?? []
    expect([answer.status, where, code]).toEqual([303, location, expect.stringMatching(/^enter=[\w-]{32}$/)])
  })

  it.each([['/?token='], ['/?token=wrong'], ['/?TOKEN=TOKEN'], ['/api/status?token=TOKEN']])(
    '%s does not',
    async path => {
      const answer = await knock(port, path.replace('=TOKEN', `=${token}`))
      expect(answer.status).toBe(401)
      expect(answer.headers['set-cookie']).toBeUndefined()
    },
  )

  it('does not sign in by POST', async () => {
    expect((await knock(port, `/?token=${token}`, { body: {} })).status).toBe(401)
  })

  it('says to a page where the link is, to a script how to send the token', async () => {
    const page = await knock(port, '/')
    expect(page.headers['content-type']).toMatch(/^text\/html/)
    expect(page.text).toContain('link that hookscope printed')
    const script = await knock(port, '/api/deliveries')
    expect(script.json).toEqual({
      error: { code: 'no-token', message: expect.any(String), hint: expect.stringContaining('Bearer') },
    })
  })

  it.each(['', 'two words', 'naïve', 'tab\t'])('will not start with the token “%s”', async unusable => {
    const options = { port: 0, token: unusable, uiFolder: '', log: () => {} }
    const workspace = { status: () => door.session.status } as never
    await expect(startInspector({ ...options, workspace })).rejects.toThrow(/inspector’s token/)
  })
})

describe('what a page of another site can send without asking first', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application/jsonp',
    undefined,
  ])('content type %s changes nothing', async type => {
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const headers = { ...bearer, 'Content-Type': type }
      const answer = await knock(port, '/api/deliveries/pin', { method, headers, body: { ids: [1], pinned: true } })
      expect(answer.status).toBe(415)
    }
  })

  it.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ])('Sec-Fetch-Site %s is answered %i', async (site, status) => {
    const answer = await door.call('/api/status', { headers: { 'Sec-Fetch-Site': site } })
    expect(answer.status).toBe(status)
  })

  it('a preflight is refused, and nothing ever allows another origin', async () => {
    const headers = { Origin: 'https://example.test', 'Access-Control-Request-Method': 'PUT' }
    const answers = [
      await knock(port, '/api/forward', { method: 'OPTIONS', headers }),
      await door.call('/api/status'),
      await door.call('/api/status', { headers: { Origin: door.inspector.url } }),
    ]
    expect(answers[0]?.status).toBe(403)
    for (const answer of answers)
      expect(Object.keys(answer.headers).filter(name => name.startsWith('access-control-'))).toEqual([])
  })
})

describe('every answer', () => {
  it.each([
    ['/', {}],
    ['/', bearer],
    ['/assets/main-1a2b3c.js', bearer],
    ['/api/status', bearer],
    ['/api/status', {}],
    ['/api/nothing', bearer],
    ['/', { Host: 'example.test' }],
    [`/?token=${token}`, {}],
  ])('%s %o is safe to show', async (path, headers) => {
    const answer = await knock(port, path, { headers })
    const policy = answer.headers['content-security-policy']
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
    })
  })
})

describe('malformed requests', () => {
  const raw = (bytes: string) => rawAnswer(port, bytes, 'leaves')
  const auth = `Authorization: Bearer ${token}\r\n`
  const host = () => `Host: 127.0.0.1:${port}\r\n`
  const websocket = 'Upgrade: websocket\r\nConnection: Upgrade\r\n'

  it.each<[name: string, status: number, bytes: () => string]>([
    [
      'an absolute-form target',
      400,
      () => `GET http://127.0.0.1:${port}/api/status HTTP/1.1\r\n${host()}${auth}Connection: close\r\n\r\n`,
    ],
    [
      'an absolute-form target elsewhere',
      400,
      () => `GET http://example.test/ HTTP/1.1\r\n${host()}${auth}Connection: close\r\n\r\n`,
    ],
    ['an asterisk', 400, () => `OPTIONS * HTTP/1.1\r\n${host()}${auth}Connection: close\r\n\r\n`],
    ['a target of slashes', 404, () => `GET /api// HTTP/1.1\r\n${host()}${auth}Connection: close\r\n\r\n`],
    ['a broken escape', 404, () => `GET /api/%zz%ff HTTP/1.1\r\n${host()}${auth}Connection: close\r\n\r\n`],
    ['no Host', 400, () => `GET /api/status HTTP/1.1\r\n${auth}Connection: close\r\n\r\n`],
    ['no Host in HTTP/1.0', 403, () => `GET /api/status HTTP/1.0\r\n${auth}\r\n`],
    [
      'two Hosts',
      403,
      () => `GET /api/status HTTP/1.1\r\n${host()}Host: example.test\r\n${auth}Connection: close\r\n\r\n`,
    ],
    [
      'two Origins',
      403,
      () =>
        `GET /api/status HTTP/1.1\r\n${host()}Origin: http://127.0.0.1:${port}\r\nOrigin: null\r\n${auth}Connection: close\r\n\r\n`,
    ],
    ['a Host that is none', 403, () => `GET /api/status HTTP/1.1\r\nHost: \\\\[::\r\n${auth}Connection: close\r\n\r\n`],
    [
      'a body in chunks',
      411,
      () =>
        `POST /api/deliveries/pin HTTP/1.1\r\n${host()}${auth}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    ['a header bomb', 431, () => `GET / HTTP/1.1\r\n${host()}X: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['what is not HTTP', 400, () => '\x16\x03\x01\x02\x00\r\n\r\n'],
    ['an upgrade without a key', 400, () => `GET /api/stream HTTP/1.1\r\n${host()}${auth}${websocket}\r\n`],
    [
      'an upgrade of an old version',
      400,
      () =>
        `GET /api/stream HTTP/1.1\r\n${host()}${auth}${websocket}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 7\r\n\r\n`,
    ],
    [
      'an upgrade to something else',
      400,
      () => `GET /api/stream HTTP/1.1\r\n${host()}${auth}Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n`,
    ],
    ['an upgrade by POST', 415, () => `POST /api/stream HTTP/1.1\r\n${host()}${auth}${websocket}\r\n`],
    ['an upgrade elsewhere', 404, () => `GET // HTTP/1.1\r\n${host()}${auth}${websocket}\r\n`],
    [
      'an upgrade from a strange cursor',
      400,
      () => `GET /api/stream?after=-1 HTTP/1.1\r\n${host()}${auth}${websocket}\r\n`,
    ],
    [
      'an upgrade of a foreign target',
      400,
      () => `GET http://example.test/api/stream HTTP/1.1\r\n${host()}${auth}${websocket}\r\n`,
    ],
  ])('%s is answered %i', async (_name, status, bytes) => {
    expect(await raw(bytes())).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect((await door.call('/api/status')).status).toBe(200)
  })

  it('connections that end in the middle of an upgrade do no harm', async () => {
    for (let round = 0; round < 20; round++) {
      const socket = net.connect(port, '127.0.0.1')
      await new Promise(resolve => socket.once('connect', resolve))
      socket.write(`GET /api/stream HTTP/1.1\r\n${host()}${round % 2 ? auth : ''}${websocket}\r\n`)
      socket.resetAndDestroy()
    }
    expect((await door.call('/api/status')).status).toBe(200)
  })
})

it('a port in use is said in words, with the way out', async () => {
  const options = { port, token, uiFolder: '', log: () => {} }
  const workspace = { store: door.store, status: () => door.session.status, onStatus: () => () => {} } as never
  await expect(startInspector({ ...options, workspace })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(`Port ${port} cannot be used for the inspector: it is in use`),
    hint: expect.stringContaining('--inspector-port'),
  })
})

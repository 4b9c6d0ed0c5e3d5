/** What a browser is let in with: a cookie, which every server of this host sees, and a key, which only the page has. */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { cookieName, cookieValue, pageKey } from '../../../server/api/credentials.ts'
import { judge } from '../../../server/api/guard.ts'
import { openGuesses } from '../../../server/api/guesses.ts'
import { openTickets } from '../../../server/api/tickets.ts'
import { type Answer, type Call, knock, openDoor, rawAnswer, type TestDoor, token } from './door.ts'

let door: TestDoor
let port = 0
beforeAll(async () => {
  door = await openDoor()
  port = door.inspector.port
  await door.add()
})
afterAll(() => door.close())

const codeOf = ({ json }: Answer) => (json as { error?: { code?: string } } | undefined)?.error?.code
const cookieOf = ({ headers }: Answer) => headers['set-cookie']?.[0]?.split(';')[0] ?? ''
const enterCode = ({ headers }: Answer) => headers.location?.split('#enter=')[1] ?? ''
const pathOf = (link: string) => link.slice(door.inspector.url.length)

/** Opens a link as a browser does. */
async function enter(link = door.inspector.openUrl) {
  const opened = await knock(port, pathOf(link))
  const Cookie = cookieOf(opened)
  const code = enterCode(opened)
  const { json } = await knock(port, '/api/enter', { headers: { Cookie }, body: { code } })
  return { Cookie, code, key: (json as { key: string }).key }
}

const upgrade = (headers: Record<string, string>, protocols: string[] = [], at = port) =>
  new Promise<{ status: number; protocol: string; text: string }>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${at}/api/stream`, protocols, { headers })
    let head = ''
    socket.on('upgrade', response => {
      head = response.rawHeaders.join('\n')
    })
    socket.on('open', () => {
      socket.terminate()
      resolve({ status: 101, protocol: socket.protocol, text: head })
    })
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, protocol: '', text: '' })
    })
    socket.on('error', reject)
  })

const rawly = (bytes: string) => rawAnswer(port, bytes, 'stays')

const calls: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['GET', '/api/status', undefined],
  ['GET', '/api/deliveries', undefined],
  ['GET', '/api/deliveries/1/body', undefined],
  ['GET', '/api/deliveries/export?format=csv', undefined],
  ['POST', '/api/deliveries/pin', { ids: [1], pinned: true }],
  ['PUT', '/api/forward', {}],
  ['DELETE', '/api/hooks/main', undefined],
  ['POST', '/api/downloads', { target: '/api/status' }],
]

describe('a server on another port that was sent the cookie', () => {
  it.each(calls)('gets nothing by %s %s, whatever else it makes up', async (method, path, body) => {
    const { Cookie } = await enter()
    const made: Call['headers'][] = [
      {},
      { Origin: door.inspector.url, 'Sec-Fetch-Site': 'same-origin' },
      { 'X-Hookscope-Page': '' },
      { 'X-Hookscope-Page': 'f'.repeat(64) },
      { 'X-Hookscope-Page': Cookie.split('=')[1] },
      { 'X-Hookscope-Page': token },
      { Authorization: `Bearer ${Cookie.split('=')[1]}` },
    ]
    for (const more of made) {
      const answer = await knock(port, path, { method, headers: { Cookie, ...more }, body })
      expect([more, answer.status]).toEqual([more, 401])
      expect(codeOf(answer)).toBe('no-page-key')
    }
  })

  it.each([
    '/x/../api/status',
    '/./api/status',
    '/%2e/api/status',
    '/x/%2e%2e/api/status',
    '/x/.%2E/api/status',
    '/x/..\\api/status',
    '/\\api/status',
    '/.\\api/status',
    '//api/status',
    '/%61pi/status',
    '/ap%69/status',
    '/API/status',
    '/api%2fstatus',
    '/x/..%2fapi/status',
    '/@x/../api/status',
    '/;/../api/status',
    '/?/../api/status',
    '/x/../api/deliveries/export?format=csv',
    '/x/../api/enter',
  ])('gets no more than a page by %s', async target => {
    const { Cookie } = await enter()
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
      const answer = await rawly(
        `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${Cookie}\r\nConnection: close\r\n\r\n`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|401|404|415) /)
      if (answer.startsWith('HTTP/1.1 200')) expect(answer).toMatch(/\r\ncontent-type: text\/html/i)
      expect(answer).not.toMatch(/"(?:tunnel|key|deliveries)"|received_at/)
    }
  })

  it('cannot follow the stream', async () => {
    const { Cookie } = await enter()
    for (const protocols of [[], ['hookscope'], ['hookscope', `hookscope.page.${'f'.repeat(64)}`]])
      expect((await upgrade({ Cookie, Origin: door.inspector.url }, protocols)).status).toBe(401)
  })

  it('gets no key by a code that it makes up', async () => {
    const { Cookie, code } = await enter()
    for (const tried of ['', 'x', 'f'.repeat(32), `${code}x`]) {
      const answer = await knock(port, '/api/enter', { headers: { Cookie }, body: { code: tried } })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'code-spent'])
    }
  })

  it('has the pages, which hold nothing of anybody’s', async () => {
    const { Cookie, key } = await enter()
    const page = await knock(port, '/', { headers: { Cookie } })
    expect(page.status).toBe(200)
    expect(page.text + JSON.stringify(page.headers)).not.toContain(key)
  })
})

it('whatever a request holds, it is let in by the token, or by cookie and key, and by nothing else', () => {
  const tickets = openTickets()
  const cookie = `${cookieName(port)}=${cookieValue(token)}`
  const key = pageKey(token)
  const parts = fc.constantFrom(
    cookie,
    key,
    token,
    cookieValue(token),
    `hookscope.page.${key}`,
    `Bearer ${key}`,
    'x',
    '',
  )
  const header = fc.tuple(
    fc.constantFrom(
      'Cookie',
      'Authorization',
      'X-Hookscope-Page',
      'Sec-WebSocket-Protocol',
      'Upgrade',
      'cookie',
      'X-Token',
    ),
    fc.oneof(
      parts,
      fc.tuple(parts, fc.constantFrom(';', ',', ' ', '='), parts).map(words => words.join('')),
    ),
  )
  const target = fc.constantFrom(
    '/',
    '/api/status',
    '/x/../api/status',
    `/?ticket=${key}`,
    '/api/status?ticket=x',
    '/api/enter',
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS')
  fc.assert(
    fc.property(fc.array(header, { maxLength: 6 }), target, method, (headers, url, how) => {
      const sent = [['Host', `127.0.0.1:${port}`], ['Content-Type', 'application/json'], ...headers]
      const judged = judge(
        { method: how, url, rawHeaders: sent.flat() },
        { port, token, tickets, allowedHosts: [], isFull: false },
      )
      if (judged.kind !== 'pass') return
      const values = (name: string) =>
        headers.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value)
      const hasCookie = values('cookie').some(value => value.includes(cookie))
      const hasToken = values('authorization').length === 1 && values('authorization')[0] === `Bearer ${token}`
      const hasKey = [...values('x-hookscope-page'), ...values('sec-websocket-protocol')].some(value =>
        value.includes(key),
      )
      const isEnter = how === 'POST' && url === '/api/enter'
      expect([judged.to, hasToken || (hasCookie && (judged.to === 'pages' || hasKey || isEnter))]).toEqual([
        judged.to,
        true,
      ])
      if (judged.to === 'pages') expect(['GET', 'HEAD']).toContain(how)
    }),
    { numRuns: 5000 },
  )
})

describe('a page that was opened with a link', () => {
  it.each(calls)('is let in by cookie and key together: %s %s', async (method, path, body) => {
    const { Cookie, key } = await enter()
    const headers = { Cookie, 'X-Hookscope-Page': key, Origin: door.inspector.url }
    expect((await knock(port, path, { method, headers, body })).status).not.toBe(401)
    expect((await knock(port, path, { method, headers: { 'X-Hookscope-Page': key }, body })).status).toBe(401)
    const foreign = { ...headers, Origin: 'http://localhost:3000' }
    expect((await knock(port, path, { method, headers: foreign, body })).status).toBe(403)
  })

  it('follows the stream, and the key is never said back', async () => {
    const { Cookie, key } = await enter()
    const protocols = ['hookscope', `hookscope.page.${key}`]
    const { status, protocol, text } = await upgrade({ Cookie, Origin: door.inspector.url }, protocols)
    expect([status, protocol]).toEqual([101, 'hookscope'])
    expect(text).not.toContain(key)
    expect((await upgrade({}, protocols)).status).toBe(401)
    expect((await upgrade({ Cookie, Origin: 'http://localhost:3000' }, protocols)).status).toBe(403)
    expect((await upgrade({ Cookie, Host: `rebound.example:${port}` }, protocols)).status).toBe(403)
  })

  it('keeps its key for as long as hookscope runs, also beside another page', async () => {
    const first = await enter()
    const second = await enter()
    expect(second.key).toBe(first.key)
    expect(second.key).toMatch(/^[0-9a-f]{64}$/)
    expect([token, first.Cookie].some(text => text.includes(first.key))).toBe(false)
  })

  it('gets its key also when it was left before it had it, and asks again', async () => {
    const { Cookie, code, key } = await enter()
    const again = await knock(port, '/api/enter', { headers: { Cookie }, body: { code } })
    expect([again.status, again.json]).toEqual([200, { key }])
    expect((await knock(port, '/api/enter', { body: { code } })).status).toBe(401)
  })

  it('gets a file by a ticket: once, that file, and only where the cookie is', async () => {
    const { Cookie, key } = await enter()
    const page = { Cookie, 'X-Hookscope-Page': key }
    const ticketFor = async (target: string) => {
      const { json } = await knock(port, '/api/downloads', { headers: page, body: { target } })
      return (json as { ticket: string }).ticket
    }
    const target = '/api/deliveries/export?format=csv&zone=UTC'
    const get = async (path: string, headers: Call['headers'] = { Cookie }) =>
      (await knock(port, path, { headers })).status
    expect(await get(`${target}&ticket=${await ticketFor(target)}`, {})).toBe(401)
    expect(await get(`${target}0&ticket=${await ticketFor(target)}`)).toBe(401)
    expect(await get(`/?ticket=${await ticketFor(target)}`, {})).toBe(401)
    const used = await ticketFor(target)
    expect(await get(`${target}&ticket=${used}`)).toBe(200)
    expect(await get(`${target}&ticket=${used}`)).toBe(401)
    const bare = '/api/deliveries/1/body'
    expect(await get(`${bare}?ticket=${await ticketFor(bare)}`)).toBe(200)
    for (const foreign of ['/', 'https://example.test/api/x', '//example.test/api', '/deliveries'])
      expect((await knock(port, '/api/downloads', { headers: page, body: { target: foreign } })).status).toBe(400)
  })
})

describe('the link that a browser is started with', () => {
  it('opens once, and says so to whoever comes second, and in the terminal', async () => {
    const link = door.inspector.oneTimeUrl()
    expect(link).not.toContain(token)
    const { Cookie, key } = await enter(link)
    expect((await knock(port, '/api/status', { headers: { Cookie, 'X-Hookscope-Page': key } })).status).toBe(200)

    const lines = door.logged.length
    const again = await knock(port, pathOf(link))
    expect([again.status, again.headers['set-cookie']]).toEqual([401, undefined])
    expect(again.text).toContain('This link was used already.')
    expect((await knock(port, pathOf(link))).text).toContain('more than a minute old, or is not valid')
    expect(door.logged.slice(lines)).toEqual([expect.stringContaining('opened again')])
  })

  it('leads on who is in, though it is spent', async () => {
    const link = door.inspector.oneTimeUrl()
    const { Cookie } = await enter(link)
    const known = await knock(port, `${pathOf(link)}&help=sandbox`, { headers: { Cookie } })
    expect([known.status, known.headers.location]).toEqual([303, '/?help=sandbox'])
    expect(known.headers['set-cookie']).toBeUndefined()
  })

  it('lets no script in, neither by HEAD nor at the API', async () => {
    for (const method of ['HEAD', 'POST'])
      expect((await knock(port, pathOf(door.inspector.oneTimeUrl()), { method, body: {} })).status).toBe(401)
    const ticket = new URL(door.inspector.oneTimeUrl()).search
    expect((await knock(port, `/api/status${ticket}`)).status).toBe(401)
  })
})

describe('a ticket', () => {
  it('dies after a minute', () => {
    let now = 0
    const tickets = openTickets(() => now)
    const [first, second, code] = [tickets.issue('link'), tickets.issue('link'), tickets.issue('key')]
    now = 59_999
    expect(tickets.redeem(first, 'link')).toBe('good')
    expect(tickets.redeem(code, 'key')).toBe('good')
    now = 60_000
    expect(tickets.redeem(second, 'link')).toBe('unknown')
    expect(tickets.redeem(code, 'key')).toBe('unknown')
  })

  it('is good for its own use alone, once, and said to be spent once', () => {
    const tickets = openTickets()
    const ticket = tickets.issue('link')
    expect(tickets.redeem(ticket, 'key')).toBe('unknown')
    expect([1, 2, 3].map(() => tickets.redeem(ticket, 'link'))).toEqual(['good', 'spent', 'unknown'])
  })

  it('gives way to newer ones when there are very many', () => {
    const tickets = openTickets()
    const first = tickets.issue('link')
    const many = Array.from({ length: 600 }, () => tickets.issue('link'))
    expect(new Set(many).size).toBe(600)
    expect(tickets.redeem(first, 'link')).toBe('unknown')
    expect(tickets.redeem(many.at(-1) ?? '', 'link')).toBe('good')
  })
})

describe('guesses', () => {
  afterEach(() => vi.useRealTimers())

  it('are answered at once five times a minute, then a second late, and told of once', async () => {
    vi.useFakeTimers()
    const lines: string[] = []
    const guesses = openGuesses(line => lines.push(line))
    const answered: number[] = []
    const guess = (nth: number) => void guesses.wrong().then(() => answered.push(nth))
    for (let nth = 1; nth <= 37; nth++) guess(nth)
    await vi.advanceTimersByTimeAsync(0)
    expect([answered, guesses.isFull()]).toEqual([[1, 2, 3, 4, 5], true])
    await vi.advanceTimersByTimeAsync(1000)
    expect([answered.length, guesses.isFull()]).toEqual([37, false])
    expect(lines).toEqual([expect.stringContaining('wrong tokens within a minute at the inspector’s port')])
    await vi.advanceTimersByTimeAsync(60_000)
    guess(38)
    await vi.advanceTimersByTimeAsync(0)
    expect([answered.at(-1), lines.length]).toEqual([38, 1])
  })

  it('keep nobody out who is in; while very many wait, no other token is looked at', async () => {
    const slow = await openDoor({ guessHoldMs: 3_600_000 })
    try {
      const at = slow.inspector.port
      const opened = await knock(at, slow.inspector.openUrl.slice(slow.inspector.url.length))
      const Cookie = cookieOf(opened)
      const entered = await knock(at, '/api/enter', { headers: { Cookie }, body: { code: enterCode(opened) } })
      const page = { Cookie, 'X-Hookscope-Page': (entered.json as { key: string }).key }
      const wrong: readonly Call['headers'][] = [
        { Authorization: 'Bearer wrong' },
        { Cookie, 'X-Hookscope-Page': 'f'.repeat(64) },
      ]
      const waiting = Array.from({ length: 5 + 31 }, (_, nth) =>
        knock(at, '/api/status', { headers: wrong[nth % 2] }).catch(() => null),
      )
      waiting.push(knock(at, '/?token=wrong').catch(() => null))
      const right = { Authorization: `Bearer ${token}` }
      await vi.waitFor(async () => {
        const { status, headers } = await knock(at, '/api/status', { headers: right })
        expect([status, headers['retry-after']]).toEqual([429, '1'])
      })
      expect((await knock(at, '/api/status', { headers: page })).status).toBe(200)
      const stream = await upgrade({ Cookie }, ['hookscope', `hookscope.page.${page['X-Hookscope-Page']}`], at)
      expect(stream.status).toBe(101)
      expect((await knock(at, '/')).status).toBe(401)
      expect(slow.logged).toEqual([expect.stringContaining('wrong tokens')])
    } finally {
      await slow.close()
    }
  })

  it('are not what an old page, an old cookie or nobody asks', async () => {
    const quiet = await openDoor()
    try {
      const { port: at, url, openUrl } = quiet.inspector
      const old: Call['headers'][] = [
        {},
        { Cookie: `hookscope-${at}=${'0'.repeat(64)}`, 'X-Hookscope-Page': 'f'.repeat(64) },
        { Cookie: cookieOf(await knock(at, openUrl.slice(url.length))) },
      ]
      for (let round = 0; round < 10; round++)
        for (const headers of old) expect((await knock(at, '/api/status', { headers })).status).toBe(401)
      expect(quiet.logged).toEqual([])
    } finally {
      await quiet.close()
    }
  })
})

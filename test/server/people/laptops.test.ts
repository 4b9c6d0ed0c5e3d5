/** The device flow of `hookscope listen --from`, and that a token that was revoked opens nothing. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Browser, engines, errorOf, type House, openHouse } from './house.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 11, 1, 12) }))
afterAll(() => void vi.useRealTimers())
const seconds = (count: number) => vi.setSystemTime(Date.now() + count * 1000)
const grant = 'urn:ietf:params:oauth:grant-type:device_code'

describe.each(engines)('on %s', engine => {
  let house: House
  let dev: Browser
  let step: () => Promise<unknown>
  beforeAll(async () => {
    house = await openHouse(engine)
    await house.join('olga@example.com', 'owner')
    dev = await house.join('dev@example.com', 'developer')
    const authenticator = await dev.setUp()
    step = () => {
      seconds(120)
      return dev.done('POST', '/auth/step-up', { code: authenticator.code() })
    }
  })
  afterAll(() => house.close())

  type Fields = Readonly<Record<string, string>>
  const asForm = (path: string, fields: Fields) =>
    house.browser('198.51.100.8').call('POST', path, String(new URLSearchParams(fields)), {
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: undefined,
    })
  const asJson = (path: string, fields: Fields) =>
    house.browser('198.51.100.8').call('POST', path, fields, { Origin: undefined })
  const begin = async (send = asForm) => {
    const answer = await send('/auth/device/code', { client_id: 'hookscope', device_name: 'Dev’s laptop' })
    expect(answer.status, answer.text).toBe(200)
    return answer.json as {
      device_code: string
      user_code: string
      verification_uri_complete: string
      interval: number
    }
  }
  const poll = async (device_code: string, send = asForm) => {
    const answer = await send('/auth/device/token', { grant_type: grant, device_code, client_id: 'hookscope' })
    const body = answer.json as { error?: string; access_token?: string; interval?: number }
    return { ...body, status: answer.status, cache: answer.headers['cache-control'] }
  }
  async function connect(send = asForm): Promise<string> {
    const { device_code, user_code } = await begin(send)
    await dev.done('POST', '/auth/laptop', { code: user_code, connect: true })
    const { access_token } = await poll(device_code, send)
    return access_token ?? ''
  }
  const bearing = (token: string, path: string, method = 'GET') =>
    house.browser().call(method, path, undefined, { Authorization: `Bearer ${token}`, Origin: undefined })

  it.each([
    ['forms', asForm],
    ['JSON', asJson],
  ] as const)('takes %s, and has the person confirm who asks', async (_, send) => {
    await step()
    const asked = await begin(send)
    expect(asked.verification_uri_complete).toBe(`https://hooks.example.com/laptop?user_code=${asked.user_code}`)
    expect(await poll(asked.device_code, send)).toMatchObject({
      status: 400,
      error: 'authorization_pending',
      cache: 'no-store',
    })
    const shown = await dev.done(
      'GET',
      `/auth/laptop?code=${asked.user_code.toLowerCase().slice(0, 4)}-${asked.user_code.slice(4)}`,
    )
    expect(shown).toEqual({
      ...{ code: asked.user_code, name: 'Dev’s laptop', address: '198.51.100.8', state: 'pending' },
      knownAs: expect.stringMatching(/^Dev’s laptop/),
    })
    await dev.done('POST', '/auth/laptop', { code: asked.user_code, connect: true })
    seconds(5)
    const { status, access_token = '' } = await poll(asked.device_code, send)
    expect(status).toBe(200)
    expect((await poll(asked.device_code, send)).error).toBe('invalid_grant')
    expect((await bearing(access_token, '/auth/me')).json).toMatchObject({ person: { email: 'dev@example.com' } })
  })

  it('slows down who polls too fast, five seconds more each time', async () => {
    const { device_code, interval } = await begin()
    expect([interval, (await poll(device_code)).error]).toEqual([5, 'authorization_pending'])
    expect(await poll(device_code)).toMatchObject({ error: 'slow_down', interval: 10 })
    seconds(6)
    expect(await poll(device_code)).toMatchObject({ error: 'slow_down', interval: 15 })
    seconds(15)
    expect((await poll(device_code)).error).toBe('authorization_pending')
  })

  it('tells the laptop that it was refused, or that the code is over', async () => {
    await step()
    const refused = await begin()
    await dev.done('POST', '/auth/laptop', { code: refused.user_code, connect: false })
    expect(errorOf(await dev.post('/auth/laptop', { code: refused.user_code, connect: true }))).toBe('code-answered')
    expect((await poll(refused.device_code)).error).toBe('access_denied')
    const late = await begin()
    seconds(16 * 60)
    expect((await poll(late.device_code)).error).toBe('expired_token')
    expect(errorOf(await dev.get(`/auth/laptop?code=${late.user_code}`))).toBe('code-unknown')
  })

  it('refuses other clients and grants, and what is sent twice', async () => {
    expect((await asForm('/auth/device/code', { client_id: 'evil' })).json).toMatchObject({ error: 'invalid_client' })
    expect((await asForm('/auth/device/code', {})).json).toMatchObject({ error: 'invalid_request' })
    const other = await asForm('/auth/device/token', {
      grant_type: 'password',
      device_code: 'x',
      client_id: 'hookscope',
    })
    expect(other.json).toMatchObject({ error: 'unsupported_grant_type' })
    const twice = await house.browser().call('POST', '/auth/device/code', 'client_id=hookscope&client_id=evil', {
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: undefined,
    })
    expect(twice.json).toMatchObject({ error: 'invalid_request' })
    // A page of another site can send forms, too: they open nothing but this.
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    expect((await dev.call('POST', '/auth/sign-out', 'x=1', form)).status).toBe(415)
  })

  it('is connected by somebody who is in, no viewer, with a fresh second factor, and by nobody else', async () => {
    await step()
    const { user_code } = await begin()
    expect((await house.browser().post('/auth/laptop', { code: user_code, connect: true })).status).toBe(401)
    const viewer = await house.join('vera@example.com', 'viewer')
    expect(errorOf(await viewer.post('/auth/laptop', { code: user_code, connect: true }))).toBe('role')
    const other = await house.join('tom@example.com', 'developer')
    expect(errorOf(await other.post('/auth/laptop', { code: user_code, connect: true }))).toBe('second-factor-missing')
    seconds(16 * 60)
    const { user_code: fresh } = await begin()
    expect(errorOf(await dev.post('/auth/laptop', { code: fresh, connect: true }))).toBe('second-factor-needed')
    await step()
    await dev.done('GET', `/auth/laptop?code=${fresh}`)
    await other.setUp()
    // Whoever looked at it first has it.
    expect(errorOf(await other.post('/auth/laptop', { code: fresh, connect: true }))).toBe('code-unknown')
    await dev.done('POST', '/auth/laptop', { code: fresh, connect: true })
  })

  it('gives a token that opens the laptop’s stream alone, and is nothing without its signature', async () => {
    await step()
    const token = await connect()
    const [bare = ''] = token.split('.')
    expect((await bearing(bare, '/auth/me')).status).toBe(401)
    for (const path of ['/api/status', '/api/deliveries', '/api/hooks', '/api/people'])
      expect(errorOf(await bearing(token, path))).toBe('is-laptop')
    const stepUp = await house
      .browser()
      .call('POST', '/auth/step-up', { code: '123456' }, { Authorization: `Bearer ${token}`, Origin: undefined })
    expect(errorOf(stepUp)).toBe('is-laptop')
    const again = await begin()
    const answer = await house
      .browser()
      .call(
        'POST',
        '/auth/laptop',
        { code: again.user_code, connect: true },
        { Authorization: `Bearer ${token}`, Origin: undefined },
      )
    expect(errorOf(answer)).toBe('is-laptop')
  })

  it('has a name of its own among the person’s, which whoever connects it sees beforehand', async () => {
    await step()
    const before = (await dev.done('GET', '/auth/sessions')) as { sessions: { id: string; kind: string }[] }
    for (const { id, kind } of before.sessions) if (kind === 'laptop') await dev.done('DELETE', `/auth/sessions/${id}`)
    const names = async () =>
      ((await dev.done('GET', '/auth/sessions')) as { sessions: { laptop: string | null }[] }).sessions.flatMap(
        ({ laptop }) => laptop ?? [],
      )
    await connect()
    await connect()
    expect((await names()).sort()).toEqual(['Dev’s laptop', 'Dev’s laptop 2'])
    const { user_code } = await begin()
    const shown = await dev.done('GET', `/auth/laptop?code=${user_code}`)
    expect(shown).toMatchObject({ name: 'Dev’s laptop', knownAs: 'Dev’s laptop 3' })
    // What was ended has no name any more.
    const { sessions } = (await dev.done('GET', '/auth/sessions')) as {
      sessions: { id: string; laptop: string | null }[]
    }
    const first = sessions.find(({ laptop }) => laptop === 'Dev’s laptop')
    await dev.done('DELETE', `/auth/sessions/${first?.id}`)
    expect(await dev.done('GET', `/auth/laptop?code=${user_code}`)).toMatchObject({ knownAs: 'Dev’s laptop' })
  })

  it('is listed, lasts for 90 days, and is revoked', async () => {
    await step()
    const token = await connect()
    type Listed = { sessions: { id: string; kind: string; laptop: string | null }[] }
    const { sessions } = (await dev.done('GET', '/auth/sessions')) as Listed
    const laptop = sessions.find(({ kind }) => kind === 'laptop')
    expect(laptop?.laptop).toMatch(/^Dev’s laptop( \d)?$/)
    seconds(89 * 86_400)
    expect((await bearing(token, '/auth/me')).status).toBe(200)
    await house.people.sessions.endAll((await house.people.members.byEmail('dev@example.com')).id)
    expect((await bearing(token, '/auth/me')).status).toBe(401)
  })
})

describe('a stream', () => {
  const open = (house: House, { cookies }: Browser, more: Record<string, string>) =>
    new Promise<WebSocket | number>(resolve => {
      const Cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const headers = { Host: 'hooks.example.com', Cookie, ...more }
      const socket = new WebSocket(`ws://127.0.0.1:${house.port}/api/stream`, { headers })
      socket.on('open', () => resolve(socket))
      socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode))
      socket.on('error', () => {})
    })
  const opened = async (house: House, browser: Browser) => {
    const socket = await open(house, browser, { Origin: 'https://hooks.example.com' })
    if (typeof socket === 'number') throw new Error(`refused: ${socket}`)
    return { socket, ended: new Promise<number>(resolve => socket.on('close', resolve)) }
  }

  it('ends with the session that it was opened in', async () => {
    const house = await openHouse('sqlite')
    try {
      const browser = await house.join('olga@example.com', 'owner')
      expect(await open(house, browser, { Origin: 'https://evil.example.com' })).toBe(403)
      expect(await open(house, browser, {})).toBe(403)
      expect(await open(house, browser, { Origin: 'https://hooks.example.com', Cookie: 'a=b' })).toBe(401)
      const { ended } = await opened(house, browser)
      await browser.done('POST', '/auth/sign-out', {})
      expect(await ended).toBe(1006)
    } finally {
      await house.close()
    }
  })

  it('ends when its person may do less, since it shows what they might see before; that of others goes on', async () => {
    const house = await openHouse('sqlite')
    try {
      const other = await house.join('olga@example.com', 'owner')
      const dev = await house.join('dev@example.com', 'developer')
      const [one, two] = [await opened(house, dev), await opened(house, other)]
      await house.people.members.setRole(null, (await house.people.members.byEmail('dev@example.com')).id, 'viewer')
      expect(await one.ended).toBe(1006)
      expect(two.socket.readyState).toBe(WebSocket.OPEN)
      two.socket.terminate()
    } finally {
      await house.close()
    }
  })
})

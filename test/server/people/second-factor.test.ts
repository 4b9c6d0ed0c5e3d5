/** Second factors before Hooks, set up, given again, turned off; and what that does to other sessions. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { makePasskey } from '../../helpers/passkey.ts'
import { authenticatorOf, type Browser, engines, errorOf, type House, openHouse, origin, password } from './house.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 11, 1, 12) }))
afterAll(() => void vi.useRealTimers())
const minutes = (count: number) => vi.setSystemTime(Date.now() + count * 60_000)

describe.each(engines)('on %s', engine => {
  let house: House
  beforeAll(async () => {
    house = await openHouse(engine)
  })
  afterAll(() => house.close())

  const hooks = async (browser: Browser) => {
    const answer = await browser.get('/api/hooks')
    return answer.status === 200 ? 'open' : `${answer.status} ${errorOf(answer)}`
  }
  async function signIn(email: string, code?: string): Promise<Browser> {
    const browser = house.browser()
    await browser.done('POST', '/auth/sign-in', { email, password })
    if (code !== undefined) await browser.done('POST', '/auth/sign-in/code', { code })
    return browser
  }

  it('opens Hooks for 15 minutes, from when it was given', async () => {
    const browser = await house.join('ann@example.com', 'owner')
    expect(await hooks(browser)).toBe('403 second-factor-missing')
    expect((await browser.get('/api/status')).status).toBe(200)
    const authenticator = await browser.setUp()
    expect(await hooks(browser)).toBe('open')
    minutes(15)
    expect(await hooks(browser)).toBe('403 second-factor-needed')

    const wrong = await browser.post('/auth/step-up', { code: '123456' })
    expect([wrong.status, errorOf(wrong)]).toEqual([403, 'code-wrong'])
    const code = authenticator.code()
    const { freshUntil } = await browser.done('POST', '/auth/step-up', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
    expect(freshUntil).toBe(Date.now() + 15 * 60_000)
    expect(await hooks(browser)).toBe('open')
    minutes(16)
    expect(errorOf(await browser.post('/auth/step-up', { code }))).toBe('code-wrong')
    expect(await hooks(browser)).toBe('403 second-factor-needed')

    const [recovery = ''] = authenticator.recoveryCodes
    await browser.done('POST', '/auth/step-up', { code: recovery })
    expect(await hooks(browser)).toBe('open')
    expect(errorOf(await browser.post('/auth/step-up', { code: recovery }))).toBe('code-wrong')
  })

  it('opens them for the session that gave it alone', async () => {
    const browser = await house.join('two@example.com', 'owner')
    const authenticator = await browser.setUp()
    minutes(20)
    const other = await signIn('two@example.com', authenticator.code())
    expect(await hooks(other)).toBe('open')
    expect(await hooks(browser)).toBe('403 second-factor-needed')
  })

  it('takes a code once for a step-up, even of two at the same time', async () => {
    const browser = await house.join('race@example.com', 'owner')
    const authenticator = await browser.setUp()
    minutes(20)
    const code = authenticator.code()
    const answers = await Promise.all([1, 2, 3].map(() => browser.post('/auth/step-up', { code })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403])
  })

  it('bounds wrong codes', async () => {
    const browser = await house.join('guess@example.com', 'owner')
    const authenticator = await browser.setUp()
    minutes(20)
    for (let turn = 0; turn < 10; turn += 1) await browser.post('/auth/step-up', { code: '000000' })
    expect((await browser.post('/auth/step-up', { code: authenticator.code() })).status).toBe(429)
    minutes(16)
    expect((await browser.post('/auth/step-up', { code: authenticator.code() })).status).toBe(200)
  })

  it('ends the other sessions when it is turned on, and this one goes on under another token', async () => {
    const browser = await house.join('bob@example.com', 'owner')
    const other = await signIn('bob@example.com')
    const before = new Map(browser.cookies)
    await browser.setUp()
    expect(browser.cookies).not.toEqual(before)
    expect((await browser.get('/auth/me')).status).toBe(200)
    expect((await other.get('/auth/me')).status).toBe(401)
    const old = house.browser()
    for (const [name, value] of before) old.cookies.set(name, value)
    expect((await old.get('/auth/me')).status).toBe(401)
  })

  it('is turned off with the password and a fresh factor; that ends the other sessions, too', async () => {
    const browser = await house.join('off@example.com', 'owner')
    const authenticator = await browser.setUp()
    minutes(20)
    const other = await signIn('off@example.com', authenticator.code())
    expect(errorOf(await browser.post('/auth/second-factor/off', { password }))).toBe('second-factor-needed')
    minutes(2)
    await browser.done('POST', '/auth/step-up', { code: authenticator.code() })
    expect(errorOf(await browser.post('/auth/second-factor/off', { password: 'not this one' }))).toBe('password-wrong')
    expect((await other.get('/auth/me')).status).toBe(200)
    await browser.done('POST', '/auth/second-factor/off', { password })
    expect(await browser.done('GET', '/auth/me')).toMatchObject({ person: { hasSecondFactor: false } })
    expect((await other.get('/auth/me')).status).toBe(401)
    expect(await hooks(browser)).toBe('403 second-factor-missing')
  })

  it('needs the password to be set up, and counts once it is confirmed', async () => {
    const browser = await house.join('set@example.com', 'owner')
    const start = '/auth/second-factor/authenticator'
    expect(errorOf(await browser.post(start, { password: 'not this one' }))).toBe('password-wrong')
    const made = await browser.done('POST', start, { password })
    expect(made['uri']).toMatch(/^otpauth:\/\/totp\/hookscope:set%40example.com\?/)
    expect(made['recoveryCodes']).toHaveLength(10)
    const { code } = authenticatorOf(String(made['secret']))
    expect(await browser.done('GET', '/auth/me')).toMatchObject({ person: { hasSecondFactor: false } })
    expect(errorOf(await browser.post('/auth/step-up', { code: code() }))).toBe('second-factor-missing')
    expect(errorOf(await browser.post(`${start}/confirm`, { code: '000000' }))).toBe('code-wrong')
    await browser.done('POST', `${start}/confirm`, { code: code() })
    expect(errorOf(await browser.post(start, { password }))).toBe('authenticator-on')
  })

  it('makes new recovery codes in place of the old ones', async () => {
    const browser = await house.join('codes@example.com', 'owner')
    const { recoveryCodes } = await browser.setUp()
    const renewed = await browser.done('POST', '/auth/second-factor/recovery-codes', { password })
    const [fresh = ''] = renewed['recoveryCodes'] as string[]
    expect(errorOf(await browser.post('/auth/step-up', { code: recoveryCodes[0] }))).toBe('code-wrong')
    await browser.done('POST', '/auth/step-up', { code: fresh })
  })

  it('ends the other sessions when the password changes, and keeps the factor fresh', async () => {
    const browser = await house.join('pass@example.com', 'owner')
    await browser.setUp()
    const authenticator = await house.browser()
    await authenticator.done('POST', '/auth/sign-in', { email: 'pass@example.com', password })
    const change = (current: string, next: string) => browser.call('PUT', '/auth/password', { current, next })
    expect(errorOf(await change('not this one', 'another long password'))).toBe('password-wrong')
    expect(errorOf(await change(password, 'short'))).toBe('password-length')
    const before = new Map(browser.cookies)
    expect((await change(password, 'another long password')).status).toBe(200)
    expect(await hooks(browser)).toBe('open')
    const old = house.browser()
    for (const [name, value] of before) old.cookies.set(name, value)
    expect((await old.get('/auth/me')).status).toBe(401)
    const answer = await house.browser().post('/auth/sign-in', { email: 'pass@example.com', password })
    expect(answer.status).toBe(401)
  })

  it('lists sessions, and ends one or all others', async () => {
    const browser = await house.join('list@example.com', 'viewer')
    const [second, third] = [await signIn('list@example.com'), await signIn('list@example.com')]
    const listed = async () =>
      (await browser.done('GET', '/auth/sessions'))['sessions'] as { id: string; isCurrent: boolean; address: string }[]
    expect(await listed()).toHaveLength(3)
    const newest = (await listed()).find(({ isCurrent }) => !isCurrent)
    expect(newest?.address).toBe('203.0.113.7')
    expect(JSON.stringify(await listed())).not.toContain([...browser.cookies.values()][0]?.split('.')[0])
    const stranger = await house.join('stranger@example.com', 'viewer')
    expect((await stranger.call('DELETE', `/auth/sessions/${newest?.id}`)).status).toBe(404)
    await browser.done('DELETE', `/auth/sessions/${newest?.id}`)
    expect([(await second.get('/auth/me')).status, (await third.get('/auth/me')).status].sort()).toEqual([200, 401])
    await browser.done('DELETE', '/auth/sessions')
    expect((await second.get('/auth/me')).status + (await third.get('/auth/me')).status).toBe(802)
    expect((await browser.get('/auth/me')).status).toBe(200)
  })

  describe('a passkey', () => {
    const key = makePasskey(origin)
    let browser: Browser
    const optionsOf = async (of: Browser, path: string) =>
      (await of.done('POST', `${path}/options`, {})) as { challenge: string; userVerification?: string }
    const add = async (of: Browser, passkey: ReturnType<typeof makePasskey>, more = {}) => {
      const response = passkey.create(await optionsOf(of, '/auth/passkeys'))
      return of.post('/auth/passkeys', { response, name: 'My key', ...more })
    }

    it('is a first factor with the password, comes with recovery codes, and ends other sessions', async () => {
      browser = await house.join('key@example.com', 'owner')
      const other = await signIn('key@example.com')
      expect(errorOf(await add(browser, key))).toBe('password-wrong')
      const added = await add(browser, key, { password })
      expect(added.status, added.text).toBe(201)
      expect((added.json as { recoveryCodes: string[] }).recoveryCodes).toHaveLength(10)
      expect(await hooks(browser)).toBe('open')
      expect((await other.get('/auth/me')).status).toBe(401)
      expect(await browser.done('GET', '/auth/me')).toMatchObject({
        secondFactor: { authenticator: false, passkeys: [{ name: 'My key' }], recoveryCodes: 10 },
      })
    })

    it('is then asked for after the password, and a code of the authenticator that was never confirmed is none', async () => {
      const halfway = house.browser()
      const asked = await halfway.done('POST', '/auth/sign-in', { email: 'key@example.com', password })
      expect(asked).toEqual({ signedIn: false, factors: ['passkey', 'recovery-code'] })
      expect((await halfway.post('/auth/sign-in/code', { code: '123456' })).status).toBe(401)
      expect(errorOf(await browser.post('/auth/step-up', { code: '123456' }))).toBe('code-wrong')
    })

    it('signs in, and opens Hooks', async () => {
      const fresh = house.browser()
      const asked = await optionsOf(fresh, '/auth/sign-in/passkey')
      expect(asked.userVerification).toBe('required')
      await fresh.done('POST', '/auth/sign-in/passkey', { response: key.get(asked) })
      expect(await hooks(fresh)).toBe('open')
    })

    it('gives the second factor again, in the same session', async () => {
      minutes(20)
      const before = new Map(browser.cookies)
      expect(await hooks(browser)).toBe('403 second-factor-needed')
      const response = key.get(await optionsOf(browser, '/auth/step-up/passkey'))
      await browser.done('POST', '/auth/step-up/passkey', { response })
      expect(await hooks(browser)).toBe('open')
      expect(browser.cookies.get('__Host-hookscope.session_token')).toBe(before.get('__Host-hookscope.session_token'))
      expect(errorOf(await browser.post('/auth/step-up/passkey', { response }))).toBe('passkey-failed')
      const { sessions } = (await browser.done('GET', '/auth/sessions')) as { sessions: unknown[] }
      expect(sessions).toHaveLength(2)
    })

    it('is not taken for another person’s, another site’s, or without a check of the person', async () => {
      const thief = await house.join('thief@example.com', 'owner')
      await thief.setUp()
      minutes(20)
      const response = key.get(await optionsOf(thief, '/auth/step-up/passkey'))
      expect(errorOf(await thief.post('/auth/step-up/passkey', { response }))).toBe('passkey-failed')
      expect(await hooks(thief)).toBe('403 second-factor-needed')
      const careless = makePasskey(origin, { isVerified: false })
      await browser.done('POST', '/auth/step-up/passkey', {
        response: key.get(await optionsOf(browser, '/auth/step-up/passkey')),
      })
      expect(errorOf(await add(browser, careless))).toBe('passkey-failed')
      expect(errorOf(await add(browser, makePasskey('https://hooks.example.org')))).toBe('passkey-failed')
    })

    it('is the second factor no more once it is removed', async () => {
      const second = makePasskey(origin)
      expect((await add(browser, second)).json).toEqual({ recoveryCodes: [] })
      const passkeys = async () =>
        ((await browser.done('GET', '/auth/me')) as { secondFactor: { passkeys: { id: string }[] } }).secondFactor
          .passkeys
      for (const { id } of await passkeys()) await browser.done('DELETE', `/auth/passkeys/${id}`)
      expect(await browser.done('GET', '/auth/me')).toMatchObject({ person: { hasSecondFactor: false } })
      expect(await house.browser().done('POST', '/auth/sign-in', { email: 'key@example.com', password })).toEqual({
        signedIn: true,
      })
    })
  })

  it('cannot be added to by a session that somebody got hold of', async () => {
    const browser = await house.join('hold@example.com', 'owner')
    await browser.setUp()
    minutes(20)
    expect(errorOf(await browser.post('/auth/passkeys/options'))).toBe('second-factor-needed')
    expect(errorOf(await browser.post('/auth/second-factor/recovery-codes', { password }))).toBe('second-factor-needed')
    expect(
      errorOf(await browser.call('PUT', '/auth/password', { current: password, next: 'another long password' })),
    ).toBe('second-factor-needed')
  })
})

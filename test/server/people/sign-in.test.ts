/** Who comes in, and that whoever does not learns nothing. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Authenticator, type Browser, engines, errorOf, type House, openHouse, origin, password } from './house.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 11, 1, 12) }))
afterAll(() => void vi.useRealTimers())
const minutes = (count: number) => vi.setSystemTime(Date.now() + count * 60_000)

describe.each(engines)('on %s', engine => {
  let house: House
  let owner: Browser
  let authenticator: Authenticator
  beforeAll(async () => {
    house = await openHouse(engine)
    owner = await house.join('olga@example.com', 'owner')
    authenticator = await owner.setUp()
    await house.join('dev@example.com', 'developer')
  })
  afterAll(() => house.close())

  it('signs in with a password alone where there is no second factor', async () => {
    const browser = house.browser()
    expect(await browser.done('POST', '/auth/sign-in', { email: ' Dev@Example.com ', password })).toEqual({
      signedIn: true,
    })
    const me = await browser.done('GET', '/auth/me')
    expect(me).toMatchObject({
      mode: 'shared',
      person: { email: 'dev@example.com', role: 'developer', hasSecondFactor: false },
    })
  })

  it('asks for the second factor, takes a code with blanks, and takes it once', async () => {
    minutes(2)
    const browser = house.browser()
    const halfway = await browser.post('/auth/sign-in', { email: 'olga@example.com', password })
    expect(halfway.json).toEqual({ signedIn: false, factors: ['authenticator', 'recovery-code'] })
    expect((await browser.get('/auth/me')).status).toBe(401)
    expect((await browser.get('/api/status')).status).toBe(401)
    const code = authenticator.code()
    await browser.done('POST', '/auth/sign-in/code', { code: ` ${code.slice(0, 3)} ${code.slice(3)}\n` })
    expect(await browser.done('GET', '/auth/me')).toMatchObject({ secondFactor: { freshUntil: Date.now() + 900_000 } })

    const other = house.browser()
    await other.post('/auth/sign-in', { email: 'olga@example.com', password })
    const again = await other.post('/auth/sign-in/code', { code })
    expect([again.status, errorOf(again)]).toEqual([401, 'sign-in-failed'])
    expect((await other.get('/auth/me')).status).toBe(401)
  })

  it('takes a code once, of two who send it at the same time', async () => {
    minutes(2)
    const pair = [house.browser(), house.browser()]
    for (const browser of pair) await browser.post('/auth/sign-in', { email: 'olga@example.com', password })
    const code = authenticator.code()
    const answers = await Promise.all(pair.map(browser => browser.post('/auth/sign-in/code', { code })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
    const inside = await Promise.all(pair.map(browser => browser.get('/auth/me')))
    expect(inside.map(({ status }) => status).sort()).toEqual([200, 401])
  })

  it('takes each recovery code once, with blanks and without its line', async () => {
    const [first = ''] = authenticator.recoveryCodes
    const typed = first.replace('-', ' ')
    const browser = house.browser()
    await browser.post('/auth/sign-in', { email: 'olga@example.com', password })
    await browser.done('POST', '/auth/sign-in/code', { code: typed })
    expect(await browser.done('GET', '/auth/me')).toMatchObject({ secondFactor: { recoveryCodes: 9 } })
    const other = house.browser()
    await other.post('/auth/sign-in', { email: 'olga@example.com', password })
    expect((await other.post('/auth/sign-in/code', { code: first })).status).toBe(401)
  })

  it('answers every failure alike', async () => {
    const wrongCode = house.browser('198.51.100.1')
    await wrongCode.post('/auth/sign-in', { email: 'olga@example.com', password })
    const failures = [
      await house.browser('198.51.100.1').post('/auth/sign-in', { email: 'nobody@example.com', password }),
      await house
        .browser('198.51.100.1')
        .post('/auth/sign-in', { email: 'dev@example.com', password: 'wrong password' }),
      await house
        .browser('198.51.100.1')
        .post('/auth/sign-in', { email: 'dev@example.com', password: 'x'.repeat(900) }),
      await house.browser('198.51.100.1').post('/auth/sign-in', { email: 'dev@example.com', password: '' }),
      await house.browser('198.51.100.1').post('/auth/sign-in', { email: 'not an address', password }),
      await house.browser('198.51.100.1').post('/auth/sign-in', { email: "dev@example.com' OR 1=1 --", password }),
      await wrongCode.post('/auth/sign-in/code', { code: '000000' }),
      await wrongCode.post('/auth/sign-in/code', { code: 'aaaaa-bbbbb' }),
      await house.browser('198.51.100.1').post('/auth/sign-in/code', { code: authenticator.code() }),
    ]
    const seen = failures.map(({ status, text, headers }) => [status, text, Object.keys(headers).sort().join()])
    expect(seen[0]?.[0]).toBe(401)
    for (const one of seen) expect(one).toEqual(seen[0])
  })

  it('begins a session of its own, whatever cookie was there, and ends the one before', async () => {
    const browser = house.browser()
    const name = '__Host-hookscope.session_token'
    browser.cookies.set(name, 'planted.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D')
    await browser.done('POST', '/auth/sign-in', { email: 'dev@example.com', password })
    const first = browser.cookies.get(name)
    expect(first).not.toContain('planted')
    await browser.done('POST', '/auth/sign-in', { email: 'dev@example.com', password })
    expect(browser.cookies.get(name)).not.toBe(first)
    const before = house.browser()
    before.cookies.set(name, first ?? '')
    expect((await before.get('/auth/me')).status).toBe(401)
  })

  it('sets cookies that stay with this host, TLS and this site', async () => {
    const answer = await house.browser().post('/auth/sign-in', { email: 'dev@example.com', password })
    for (const line of answer.headers['set-cookie'] ?? []) {
      expect(line).toMatch(/^__Host-hookscope\./)
      expect(line).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
      expect(line).not.toMatch(/domain/i)
    }
    expect(answer.headers['set-cookie']).toHaveLength(1)
    expect(answer.text).not.toContain(answer.headers['set-cookie']?.[0]?.split(/[=.]/)[2] ?? '')
  })

  it('signs out, and the cookie opens nothing any more', async () => {
    const browser = house.browser()
    await browser.done('POST', '/auth/sign-in', { email: 'dev@example.com', password })
    const kept = new Map(browser.cookies)
    await browser.done('POST', '/auth/sign-out', {})
    expect(browser.cookies.size).toBe(0)
    for (const [name, value] of kept) browser.cookies.set(name, value)
    expect((await browser.get('/auth/me')).status).toBe(401)
  })

  it('bounds the failures at one account, from wherever, and says when to come again', async () => {
    minutes(16)
    for (let turn = 0; turn < 10; turn += 1)
      await house
        .browser(`192.0.2.${turn}`)
        .post('/auth/sign-in', { email: 'dev@example.com', password: `wrong ${turn}` })
    const refused = await house.browser('192.0.2.99').post('/auth/sign-in', { email: 'dev@example.com', password })
    expect([refused.status, errorOf(refused)]).toEqual([429, 'too-many-attempts'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(800)
    // Somebody who is not there is bounded in the same way.
    for (let turn = 0; turn < 10; turn += 1)
      await house.browser(`192.0.2.${turn}`).post('/auth/sign-in', { email: 'ghost@example.com', password })
    const ghost = await house.browser('192.0.2.99').post('/auth/sign-in', { email: 'ghost@example.com', password })
    expect(ghost.text).toBe(refused.text)
    minutes(16)
    expect((await house.browser().post('/auth/sign-in', { email: 'dev@example.com', password })).status).toBe(200)
  })

  it('bounds the failures of one address, as the proxy saw it and not as the client says', async () => {
    const turn = (address: string, forged?: string) =>
      house
        .browser()
        .call(
          'POST',
          '/auth/sign-in/code',
          { code: '111111' },
          { 'X-Forwarded-For': forged === undefined ? address : `${forged}, ${address}` },
        )
    for (let count = 0; count < 60; count += 1) await turn('2001:db8:1:2::1', `10.0.0.${count}`)
    expect((await turn('2001:db8:1:2:ffff::9', '10.1.1.1')).status).toBe(429)
    expect((await turn('2001:db8:1:3::1')).status).toBe(401)
  })

  it('keeps who came in and who did not', async () => {
    minutes(20)
    await owner.post('/auth/sign-in', { email: 'olga@example.com', password })
    await owner.done('POST', '/auth/sign-in/code', { code: authenticator.code() })
    const { entries } = (await owner.done('GET', '/api/audit?limit=500')) as {
      entries: { action: string; who: string | null; subject: string | null; address: string }[]
    }
    expect(entries[0]).toMatchObject({ action: 'sign-in', who: 'olga@example.com', address: '203.0.113.7' })
    const failed = entries.filter(({ action }) => action === 'sign-in-failed').map(({ subject }) => subject)
    expect(failed).toEqual(expect.arrayContaining(['olga@example.com', 'nobody@example.com', 'dev@example.com', null]))
    expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['recovery-code-used', 'sign-out']))
    expect(JSON.stringify(entries)).not.toContain(password)
    expect(origin).toBe(house.people.origin)
  })
})

it('works as long on a name that nobody has, by a hash that is slow on purpose', async () => {
  const house = await openHouse('sqlite', 'slow')
  try {
    await house.join('dev@example.com', 'owner')
    const { password: passwords } = await house.auth.$context
    const { hash, verify } = passwords
    const stored = await hash(password)
    expect([stored === (await hash(password)), await verify({ hash: stored, password })]).toEqual([false, true])
    let work = 0
    const counted =
      <Given, Made>(run: (given: Given) => Promise<Made>) =>
      (given: Given) => {
        work += 1
        return run(given)
      }
    Object.assign(passwords, { hash: counted(hash), verify: counted(verify) })
    const tries = [
      ['nobody@example.com', 'wrong password'],
      ['not an address', 'wrong password'],
      ['dev@example.com', 'x'.repeat(900)],
      ['dev@example.com', ''],
      ['dev@example.com', 'wrong password'],
    ]
    for (const [index, [email, typed]] of tries.entries()) {
      expect((await house.browser().post('/auth/sign-in', { email, password: typed })).status).toBe(401)
      expect(work).toBe(index + 1)
    }
  } finally {
    await house.close()
  }
})

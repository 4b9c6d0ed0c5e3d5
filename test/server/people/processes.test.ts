/** Several processes on one database of people, and a secret that is exchanged. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPeople, type People } from '../../../server/people/people.ts'
import { type Authenticator, type Browser, engines, type House, openHouse, origin, password, secrets } from './house.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 11, 1, 12) }))
afterAll(() => void vi.useRealTimers())

describe.each(engines)('on %s', engine => {
  let house: House
  let owner: Browser
  let authenticator: Authenticator
  beforeAll(async () => {
    house = await openHouse(engine)
    owner = await house.join('olga@example.com', 'owner')
    authenticator = await owner.setUp()
  })
  afterAll(() => house.close())

  const asker = (cookies: ReadonlyMap<string, string>) => ({
    headers: new Headers({ cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
    address: '203.0.113.7',
  })
  async function withOther(given: readonly string[], look: (other: People) => Promise<void>): Promise<void> {
    const other = await openPeople({ db: house.db, origin, secrets: given })
    try {
      await look(other)
    } finally {
      await other.close()
    }
  }

  it('knows in one process who came in by the other, until they end it there', () =>
    withOther(secrets, async other => {
      expect((await other.identify(asker(owner.cookies))).value).toMatchObject({ email: 'olga@example.com' })
      await other.sessions.endAll((await other.members.byEmail('olga@example.com')).id)
      expect((await owner.get('/auth/me')).status).toBe(401)
    }))

  it('opens authenticators of before with a new secret, and asks everybody to sign in', async () => {
    // The quick hash of these tests is not what another process would check.
    const { password: passwords } = await house.auth.$context
    const slow = await import('better-auth/crypto')
    const { id } = await house.people.members.byEmail('olga@example.com')
    const { internalAdapter } = await house.auth.$context
    await internalAdapter.updatePassword(id, await slow.hashPassword(password))
    Object.assign(passwords, { hash: slow.hashPassword, verify: slow.verifyPassword })
    vi.setSystemTime(Date.now() + 300_000)
    const browser = house.browser()
    await browser.done('POST', '/auth/sign-in', { email: 'olga@example.com', password })
    await browser.done('POST', '/auth/sign-in/code', { code: authenticator.code() })

    await withOther(['4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1f00112', ...secrets], async other => {
      expect((await other.identify(asker(browser.cookies))).value).toBe(null)
      vi.setSystemTime(Date.now() + 300_000)
      const half = await other.signIn.byPassword(asker(new Map()), { email: 'olga@example.com', password })
      const cookies = new Map(half.cookies.map(line => [line.split('=')[0] ?? '', /=([^;]*)/.exec(line)?.[1] ?? '']))
      const done = await other.signIn.byCode(asker(cookies), authenticator.code())
      expect(done.value).toEqual({ signedIn: true })
    })
  })
})

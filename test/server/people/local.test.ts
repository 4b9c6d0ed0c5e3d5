/** `listen --two-factor`: whoever has the token is in, and gives a second factor before Hooks. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { MeView } from '../../../core/people/views.ts'
import { openRoster } from '../../../server/people/roster.ts'
import { openDoor, type TestDoor } from '../api/door.ts'
import { type Authenticator, authenticatorOf, errorOf } from './house.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 11, 1, 12) }))
afterAll(() => void vi.useRealTimers())
const minutes = (count: number) => vi.setSystemTime(Date.now() + count * 60_000)

describe('with a second factor', () => {
  let door: TestDoor
  let authenticator: Authenticator
  beforeAll(async () => {
    door = await openDoor({ twoFactor: true })
  })
  afterAll(() => door.close())
  const post = (path: string, body: unknown = {}) => door.call(path, { body })
  const me = async () => (await door.call('/auth/me')).json as MeView

  it('lets in who has the token, and asks before Hooks', async () => {
    expect((await door.call('/api/deliveries')).status).toBe(200)
    expect(errorOf(await door.call('/api/hooks'))).toBe('second-factor-missing')
    expect(await me()).toMatchObject({ mode: 'local', person: { role: 'owner', hasSecondFactor: false } })
    expect((await door.call('/api/deliveries', { headers: { Authorization: undefined } })).status).toBe(401)
    expect((await door.call('/auth/me', { headers: { Authorization: undefined } })).status).toBe(401)
  })

  it('is set up there and then, without a password', async () => {
    const made = (await post('/auth/second-factor/authenticator')).json as { secret: string; recoveryCodes: string[] }
    authenticator = authenticatorOf(made.secret, made.recoveryCodes)
    const confirmed = await post('/auth/second-factor/authenticator/confirm', { code: authenticator.code() })
    expect([confirmed.status, confirmed.headers['set-cookie']]).toEqual([200, undefined])
    expect((await door.call('/api/hooks')).status).toBe(200)
  })

  it('opens Hooks for 15 minutes', async () => {
    minutes(16)
    expect(errorOf(await door.call('/api/hooks'))).toBe('second-factor-needed')
    const change = { method: 'PUT', body: { label: 'Other' } }
    expect(errorOf(await door.call('/api/hooks/main', change))).toBe('second-factor-needed')
    expect((await post('/auth/step-up', { code: authenticator.code() })).status).toBe(200)
    expect((await door.call('/api/hooks/main', change)).status).toBe(200)
    expect(errorOf(await post('/auth/step-up', { code: authenticator.code() }))).toBe('code-wrong')
  })

  it('is turned off with a fresh factor, and Hooks ask for one again', async () => {
    expect((await post('/auth/second-factor/off')).status).toBe(200)
    expect(errorOf(await door.call('/api/hooks'))).toBe('second-factor-missing')
    expect((await me()).person.hasSecondFactor).toBe(false)
  })

  it('has nothing else of sign-in', async () => {
    for (const path of ['/auth/sign-in', '/auth/invitation', '/auth/passkeys/options', '/auth/device/code'])
      expect(errorOf(await post(path, { client_id: 'hookscope' }))).toBe('route-unknown')
    expect((await door.call('/api/people')).status).toBe(404)
  })

  it('is no member: the first who is invited to the same database is an owner', async () => {
    const roster = await openRoster(door.store.path, 'https://hooks.example.com')
    expect(await roster.members.list()).toEqual([])
    expect((await roster.inviting.invite(null, { email: 'olga@example.com', role: null })).role).toBe('owner')
    await roster.close()
  })
})

it('asks for nothing by default', async () => {
  const door = await openDoor()
  expect((await door.call('/api/hooks')).status).toBe(200)
  expect((await door.call('/auth/sign-in', { body: {} })).status).toBe(404)
  await door.close()
})

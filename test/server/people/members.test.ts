/** Invitations, roles, removal, and what the audit list keeps of them. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AuditEntry } from '../../../core/people/audit.ts'
import type { PeopleView } from '../../../core/people/views.ts'
import { type Browser, engines, errorOf, type House, openHouse, password } from './house.ts'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 11, 1, 12) }))
afterAll(() => void vi.useRealTimers())
const hours = (count: number) => vi.setSystemTime(Date.now() + count * 3_600_000)

describe.each(engines)('on %s', engine => {
  let house: House
  let owner: Browser
  let step: () => Promise<unknown>
  beforeAll(async () => {
    house = await openHouse(engine)
    owner = await house.join('olga@example.com', 'owner')
    const authenticator = await owner.setUp()
    step = () => {
      hours(0.1)
      return owner.done('POST', '/auth/step-up', { code: authenticator.code() })
    }
  })
  afterAll(() => house.close())

  const people = async () => (await owner.done('GET', '/api/people')) as unknown as PeopleView
  const idOf = async (email: string) => (await people()).people.find(one => one.email === email)?.id ?? ''
  const linkFor = async (email: string, role = 'developer') => {
    const { link } = await owner.done('POST', '/api/people/invitations', { email, role })
    return String(link).split('/invitation#')[1] ?? ''
  }
  const accept = (secret: string, name?: string) =>
    house.browser().post('/auth/invitation/accept', { secret, password, ...(name !== undefined && { name }) })

  it('gives the first person nothing but everything', async () => {
    const other = await openHouse('sqlite')
    try {
      await expect(other.people.inviting.invite(null, { email: 'a@example.com', role: 'viewer' })).rejects.toThrow(
        'The first person is an owner.',
      )
      expect((await other.people.inviting.invite(null, { email: 'a@example.com', role: null })).role).toBe('owner')
    } finally {
      await other.close()
    }
  })

  it('lets somebody in by a link that works once', async () => {
    const secret = await linkFor('Ida@Example.com')
    const look = await house.browser().post('/auth/invitation', { secret })
    expect(look.json).toMatchObject({ kind: 'join', email: 'ida@example.com', role: 'developer' })
    expect(errorOf(await accept(secret))).toBe('name-missing')
    expect(
      errorOf(await house.browser().post('/auth/invitation/accept', { secret, name: 'Ida', password: 'short' })),
    ).toBe('password-length')
    const answers = await Promise.all([accept(secret, 'Ida'), accept(secret, 'Eve')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    expect(errorOf(await accept(secret, 'Eve'))).toBe('link-invalid')
    expect((await house.browser().post('/auth/invitation', { secret })).status).toBe(404)
    expect((await people()).people.map(({ email, role }) => [email, role])).toContainEqual([
      'ida@example.com',
      'developer',
    ])
    expect(errorOf(await owner.post('/api/people/invitations', { email: 'ida@example.com', role: 'owner' }))).toBe(
      'person-there',
    )
  })

  it('ends an invitation after 72 hours, when it is withdrawn, and when there is a newer one', async () => {
    const first = await linkFor('late@example.com')
    const second = await linkFor('late@example.com')
    expect((await accept(first, 'Late')).status).toBe(404)
    hours(72)
    expect((await accept(second, 'Late')).status).toBe(404)
    await step()
    const third = await linkFor('late@example.com')
    const [pending] = (await people()).invitations
    expect(pending).toMatchObject({ email: 'late@example.com', invitedBy: 'olga@example.com', kind: 'join' })
    await owner.done('DELETE', `/api/people/invitations/${pending?.id}`)
    expect((await accept(third, 'Late')).status).toBe(404)
    expect((await accept('no such secret', 'Late')).status).toBe(404)
  })

  it('keeps neither the secret of a link nor a password', async () => {
    const secret = await linkFor('kept@example.com')
    const rows = await house.people.inviting.pending()
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  it('refuses what an owner may to everybody else, in words', async () => {
    const developer = await house.join('dora@example.com', 'developer')
    const viewer = await house.join('vera@example.com', 'viewer')
    for (const browser of [developer, viewer]) {
      const refused = await browser.get('/api/people')
      expect([refused.status, errorOf(refused)]).toEqual([403, 'role'])
      expect(refused.text).toContain('This takes an owner.')
      expect((await browser.get('/api/audit')).status).toBe(403)
      expect((await browser.post('/api/people/invitations', { email: 'x@example.com', role: 'owner' })).status).toBe(
        403,
      )
      expect(
        (await browser.call('PUT', `/api/people/${await idOf('vera@example.com')}`, { role: 'owner' })).status,
      ).toBe(403)
    }
    const pin = { ids: [1], pinned: true }
    expect((await developer.post('/api/deliveries/pin', pin)).status).toBe(200)
    const refused = await viewer.post('/api/deliveries/pin', pin)
    expect([refused.status, refused.text.includes('This takes a developer.')]).toEqual([403, true])
    expect((await viewer.get('/api/deliveries')).status).toBe(200)
    expect((await viewer.get('/api/deliveries/1?reveal=1')).status).toBe(403)
  })

  it('changes a role at once, in sessions that are open as well', async () => {
    const vera = await house.join('rosa@example.com', 'viewer')
    await owner.done('PUT', `/api/people/${await idOf('rosa@example.com')}`, { role: 'developer' })
    expect((await vera.post('/api/deliveries/pin', { ids: [1], pinned: true })).status).toBe(200)
    await owner.done('PUT', `/api/people/${await idOf('rosa@example.com')}`, { role: 'viewer' })
    expect((await vera.post('/api/deliveries/pin', { ids: [1], pinned: true })).status).toBe(403)
  })

  it('removes somebody with all of their sessions; they are nobody from then on', async () => {
    const gone = await house.join('gone@example.com', 'developer')
    await owner.done('DELETE', `/api/people/${await idOf('gone@example.com')}`)
    expect((await gone.get('/api/status')).status).toBe(401)
    expect((await house.browser().post('/auth/sign-in', { email: 'gone@example.com', password })).status).toBe(401)
    expect((await owner.call('DELETE', '/api/people/nobody')).status).toBe(404)
  })

  it('keeps an owner, of two who leave at the same time as well', async () => {
    await step()
    const self = await idOf('olga@example.com')
    expect(errorOf(await owner.call('DELETE', `/api/people/${self}`))).toBe('last-owner')
    expect(errorOf(await owner.call('PUT', `/api/people/${self}`, { role: 'viewer' }))).toBe('last-owner')
    await house.join('otto@example.com', 'owner')
    const other = await idOf('otto@example.com')
    const { members } = house.people
    await Promise.allSettled([members.setRole(null, self, 'viewer'), members.setRole(null, other, 'viewer')])
    const owners = (await members.list()).filter(({ role }) => role === 'owner')
    expect(owners.length).toBeGreaterThan(0)
    for (const id of [self, other]) await members.setRole(null, id, 'owner')
  })

  it('resets somebody: sessions end at once, the link sets a password and takes the old factors away', async () => {
    const lost = await house.join('lost@example.com', 'developer')
    await lost.setUp()
    const { link } = await owner.done('POST', `/api/people/${await idOf('lost@example.com')}/reset`, {})
    expect((await lost.get('/auth/me')).status).toBe(401)
    const secret = String(link).split('#')[1]
    const back = house.browser()
    expect((await back.post('/auth/invitation', { secret })).json).toMatchObject({
      kind: 'reset',
      email: 'lost@example.com',
    })
    await back.done('POST', '/auth/invitation/accept', { secret, password: 'a brand new password' })
    expect(await back.done('GET', '/auth/me')).toMatchObject({ person: { name: 'lost', hasSecondFactor: false } })
    expect((await house.browser().post('/auth/sign-in', { email: 'lost@example.com', password })).status).toBe(401)
  })

  it('keeps who did what, and of keys only that they changed', async () => {
    await step()
    const key = 'a-new-signature-key-0123456789'
    await owner.done('PUT', '/api/hooks/main', { signature: { kind: 'signature-key', key } })
    await owner.done('PUT', '/api/hooks/main', { label: 'Sales' })
    const { entries } = (await owner.done('GET', '/api/audit?limit=500')) as { entries: AuditEntry[] }
    expect(entries[0]).toMatchObject({
      action: 'hook-changed',
      subject: 'main',
      detail: 'label',
      who: 'olga@example.com',
    })
    expect(entries[1]).toMatchObject({ action: 'key-changed', subject: 'main', detail: 'signature' })
    const told = entries.map(({ action, subject, detail }) => [action, subject, detail])
    expect(told).toContainEqual(['person-invited', 'ida@example.com', 'developer'])
    expect(told).toContainEqual(['role-changed', 'rosa@example.com', 'viewer to developer'])
    expect(told).toContainEqual(['person-removed', 'gone@example.com', null])
    expect(told).toContainEqual(['person-reset', 'lost@example.com', null])
    expect(JSON.stringify(entries)).not.toContain(key)
    const page = (await owner.done('GET', '/api/audit?limit=2')) as { entries: AuditEntry[]; next: number }
    expect(page.entries).toEqual(entries.slice(0, 2))
    const next = (await owner.done('GET', `/api/audit?limit=2&before=${page.next}`)) as { entries: AuditEntry[] }
    expect(next.entries).toEqual(entries.slice(2, 4))
  })

  it('keeps nothing of what was refused', async () => {
    const before = (await house.people.audit.list({ before: null, limit: 1 })).entries[0]?.id
    expect((await owner.call('PUT', '/api/hooks/nobody', { label: 'x' })).status).toBe(404)
    expect((await house.people.audit.list({ before: null, limit: 1 })).entries[0]?.id).toBe(before)
  })
})

/** What is turned away before anybody is asked who they are. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Browser, errorOf, type House, openHouse, origin } from './house.ts'

let house: House
let owner: Browser
beforeAll(async () => {
  house = await openHouse('sqlite')
  owner = await house.join('olga@example.com', 'owner')
})
afterAll(() => house.close())

const pin = { ids: [1], pinned: true }
it.each<[what: string, headers: Record<string, string | undefined>, status: number]>([
  ['its own page', {}, 200],
  ['another page', { Origin: 'https://evil.example.com' }, 403],
  ['no page that it would name', { Origin: 'null' }, 403],
  ['the same name without TLS', { Origin: 'http://hooks.example.com' }, 403],
  ['another port', { Origin: 'https://hooks.example.com:8443' }, 403],
  ['a longer name', { Origin: 'https://hooks.example.com.evil.example' }, 403],
  ['no Origin, with a cookie', { Origin: undefined }, 403],
  ['another site, as the browser says', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['a page beside it', { 'Sec-Fetch-Site': 'same-site' }, 403],
  ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
  ['text', { 'Content-Type': 'text/plain' }, 415],
  ['no type', { 'Content-Type': undefined }, 415],
  ['another host', { Host: 'evil.example.com' }, 403],
  ['its address', { Host: '127.0.0.1' }, 403],
])('a change that comes from %s', async (_, headers, status) => {
  expect((await owner.call('POST', '/api/deliveries/pin', pin, headers)).status).toBe(status)
})

it('has no route but those it shows, whatever better-auth has', async () => {
  for (const path of [
    '/auth/sign-up/email',
    '/auth/get-session',
    '/auth/list-sessions',
    '/auth/two-factor/disable',
    '/auth/update-user',
  ]) {
    const answer = await owner.call('POST', path, {})
    expect([answer.status, errorOf(answer)]).toEqual([404, 'route-unknown'])
  }
  expect((await owner.get('/auth/get-session')).status).toBe(404)
  expect(errorOf(await owner.get('/api/nothing'))).toBe('route-unknown')
})

it.each([
  '/api/status',
  '/api/deliveries',
  '/api//status',
  '/api/%73tatus',
  '/pages/../api/status',
  '/%2e%2e/api/status',
])('shows nobody %s who is not in', async path => {
  const answer = await house.browser().get(path)
  expect(answer.text).not.toContain('"hooks"')
  expect([401, 404, 503]).toContain(answer.status)
})

it('says that only TLS is spoken here, and shows its pages to whoever asks', async () => {
  const { headers, status } = await house.browser().get('/')
  expect(status).toBe(503)
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
  expect(headers['content-security-policy']).toContain("default-src 'none'")
})

it('refuses what is too large, or has no length, before it is read', async () => {
  const large = await house
    .browser()
    .call('POST', '/auth/sign-in', 'x'.repeat(300_000), { 'Content-Type': 'application/json' })
  expect(large.status).toBe(413)
  const chunked = await owner.call('POST', '/auth/sign-in', undefined, {
    'Transfer-Encoding': 'chunked',
    'Content-Type': 'application/json',
  })
  expect(chunked.status).toBe(411)
})

it.each([
  ['/auth/sign-in', { email: ['a'], password: 'x' }],
  ['/auth/sign-in', { email: { $ne: null }, password: 'x' }],
  ['/auth/sign-in/passkey', { response: {} }],
  ['/auth/sign-in/code', { code: 123456 }],
  ['/auth/invitation', {}],
])('answers %s in words, whatever it is sent', async (path, body) => {
  const answer = await house.browser().post(path, body)
  expect([answer.status, errorOf(answer)]).toEqual([400, 'invalid'])
})

it('takes a token that was tampered with for none', async () => {
  const name = '__Host-hookscope.session_token'
  const value = owner.cookies.get(name) ?? ''
  for (const other of [value.slice(0, -6), `x${value}`, value.split('.')[0] ?? '', '', 'null', '%00', '%']) {
    const browser = house.browser()
    browser.cookies.set(name, other)
    expect((await browser.get('/api/status')).status).toBe(401)
  }
  expect(house.people.origin).toBe(origin)
})

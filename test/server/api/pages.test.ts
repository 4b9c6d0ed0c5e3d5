import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeAll(async () => {
  door = await openDoor()
})
afterAll(() => door.close())

it.each(['/', '/deliveries', '/deliveries/12?tab=body', '/settings/'])('%s is the page', async path => {
  const answer = await door.call(path)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(answer.text).toContain('<title>hookscope</title>')
})

it('files are served compressed to those who take it, and may be kept for ever when their name has a digest', async () => {
  const plain = await door.call('/assets/main-1a2b3c.js')
  const small = await door.call('/assets/main-1a2b3c.js', { headers: { 'Accept-Encoding': 'br, gzip;q=0.8' } })
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(small.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
  expect(small.bytes.length).toBeLessThan(plain.bytes.length)
  expect(gunzipSync(small.bytes).equals(plain.bytes)).toBe(true)
  const refused = await door.call('/assets/main-1a2b3c.js', { headers: { 'Accept-Encoding': 'gzip;q=0' } })
  expect(refused.bytes.equals(plain.bytes)).toBe(true)
  expect((await door.call('/favicon.svg')).headers).toMatchObject({
    'content-type': 'image/svg+xml',
    'cache-control': 'no-store',
  })
})

it.each([
  '/assets/none.js',
  '/assets/main-1a2b3c.js.map',
  '/notices.md',
  '/../../package.json',
  '/..%2f..%2fpackage.json',
  '/%2e%2e/log.db',
  '/assets/../../log.db',
  '/C:/windows/win.ini',
  '/__proto__.js',
])('%s is not served', async path => {
  const answer = await door.call(path)
  expect(answer.status).toBe(404)
})

it('a page can only be read', async () => {
  expect((await door.call('/', { method: 'HEAD' })).status).toBe(200)
  expect((await door.call('/', { body: {} })).status).toBe(404)
})

it('says so when the pages have not been built', async () => {
  const bare = await openDoor({ ui: false })
  try {
    const answer = await bare.call('/')
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('npm run build')
    expect((await bare.call('/api/status')).status).toBe(200)
  } finally {
    await bare.close()
  }
})

/** What of the bytes a viewer gets: none that a mask hides, by no route. Developers and owners get them as they came. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arrival } from '../../helpers/deliveries.ts'
import { type Browser, errorOf, type House, openHouse } from './house.ts'

const number = '4111111111111111'
const body = JSON.stringify({ event_body: { card: number, note: 'für Ömer' } })
const signature = 'a1b2c3d4e5f6'
const headers = [
  ['Content-Type', 'application/json'],
  ['Authorization', 'Basic c2VjcmV0'],
  ['X-Signature', signature],
] as const
const gzip = [...headers, ['Content-Encoding', 'gzip']] as const

let house: House
let viewer: Browser
let developer: Browser
beforeAll(async () => {
  house = await openHouse('sqlite')
  const { deliveries, attempts } = house.workspace.store
  const add = (bytes: Uint8Array, sent: typeof headers | typeof gzip) =>
    deliveries.append(arrival({ body: bytes, headers: sent }))
  await add(Buffer.from(body), headers)
  await add(gzipSync(body), gzip)
  await add(gzipSync('{"harmless":1}'), gzip)
  await deliveries.settled()
  const request = { method: 'POST', url: 'http://localhost:3000/', headers, body: Buffer.from(body) }
  await attempts.start({ delivery: 1, source: 'forward', target: request.url, startedAt: 0, request })
  await house.join('olga@example.com', 'owner')
  viewer = await house.join('vera@example.com', 'viewer')
  developer = await house.join('dora@example.com', 'developer')
})
afterAll(() => house.close())

interface Bytes {
  readonly base64: string
  readonly text: string | null
  readonly bytes: number
}
const bytesOf = ({ base64 }: Bytes) => Buffer.from(base64, 'base64')
const delivery = async (id: number, browser = viewer) =>
  (await browser.done('GET', `/api/deliveries/${id}`)) as unknown as {
    readonly body: Bytes
    readonly decoded: Bytes | null
    readonly headers: readonly (readonly [string, string])[]
  }

describe('a viewer', () => {
  it('gets no raw bytes', async () => {
    for (const path of ['/api/deliveries/1/body', '/api/deliveries/1/body?decoded=1']) {
      const refused = await viewer.get(path)
      expect([refused.status, errorOf(refused)]).toEqual([403, 'role'])
    }
  })

  it.each(['', '&anonymize=0', '&anonymize=1&anonymize=0', '&format=csv'])('gets no exact capture%s', async more => {
    const refused = await viewer.get(`/api/deliveries/export?format=hookscope${more}`)
    expect([refused.status, errorOf(refused)]).toEqual([403, 'role'])
  })

  it('gets the rest of the body as it came, in its length', async () => {
    const { body: shown, headers: lines } = await delivery(1)
    expect(shown.text).toBe(body.replace(number, '4111xxxxxxxx1111'))
    expect(bytesOf(shown).toString()).toBe(shown.text)
    expect(shown.bytes).toBe(Buffer.byteLength(body))
    expect(lines).toEqual([
      ['Content-Type', 'application/json'],
      ['Authorization', 'Basic ••••'],
      ['X-Signature', '••••'],
    ])
  })

  it('gets nothing by way of compression, and what hides nothing as it came', async () => {
    const { body: packed, decoded } = await delivery(2)
    expect(decoded?.text).toContain('4111xxxxxxxx1111')
    expect(bytesOf(packed)).toEqual(Buffer.alloc(packed.bytes, 'x'))
    expect(bytesOf((await delivery(3)).body)).toEqual(gzipSync('{"harmless":1}'))
  })

  it.each([
    '/api/deliveries',
    '/api/deliveries/1',
    '/api/deliveries/1?attempts=summary',
    '/api/deliveries/1/attempts',
    '/api/attempts/1',
    '/api/deliveries/export?format=hookscope&anonymize=1',
    '/api/deliveries/export?format=ndjson',
    '/api/deliveries/export?format=csv',
    '/api/deliveries/export?format=har',
    '/api/deliveries/export?format=html',
  ])('gets neither the number nor the password from %s', async path => {
    const { status, text } = await viewer.get(path)
    expect(status).toBe(200)
    expect(text.length).toBeGreaterThan(100)
    const unpacked = text.replace(/"([A-Za-z0-9+/]{20,}={0,2})"/g, (_, one: string) =>
      Buffer.from(one, 'base64').toString(),
    )
    for (const secret of [number, 'c2VjcmV0']) expect(text + unpacked).not.toContain(secret)
  })
})

it('a developer gets them as they came, the credentials only when asked for', async () => {
  expect((await developer.get('/api/deliveries/1/body')).text).toBe(body)
  const { body: shown, headers: lines } = await delivery(1, developer)
  expect(shown.text).toBe(body)
  expect(lines).toContainEqual(['Authorization', 'Basic ••••'])
  for (const path of ['/api/deliveries/1?reveal=1', '/api/deliveries/export?format=hookscope'])
    expect(errorOf(await developer.get(path))).toBe('second-factor-missing')
  await developer.setUp()
  expect((await developer.get('/api/deliveries/export?format=hookscope')).text).toContain('c2VjcmV0')
})

/** --answer app: what the merchant's app says goes back to the gateway. */
import { afterEach, expect, test } from 'vitest'
import type { AppAnswer } from '../../../core/deliveries/attempt.ts'
import type { NewDelivery } from '../../../core/deliveries/delivery.ts'
import { rawRequest } from '../../helpers/gateway.ts'
import { type Door, guardedHook, openDoor, openHook } from './door.ts'

let door: Door
afterEach(() => door.close())

const answer = (status: number, headers: AppAnswer['headers'] = [], body = ''): AppAnswer => ({
  status,
  headers,
  body: Buffer.from(body),
})

test('status, header lines in order with case and duplicates, and body go back; what is hop-by-hop does not', async () => {
  const asked: [number, NewDelivery][] = []
  door = await openDoor({
    answerFromApp: async (delivery, arrival) => {
      asked.push([delivery, arrival])
      return answer(
        202,
        [
          ['X-App', 'b'],
          ['Set-Cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['Connection', 'keep-alive, X-Private'],
          ['X-Private', 'hop'],
          ['X-Sloppy', 'a\u0001b'],
          ['Keep-Alive', 'timeout=5'],
          ['Transfer-Encoding', 'chunked'],
          ['content-length', '9999'],
          ['Content-Type', 'text/plain'],
        ],
        'accepted',
      )
    },
  })
  const got = await door.gateway(guardedHook).post('transaction.sale.success')
  expect([got.status, got.text]).toEqual([202, 'accepted'])
  expect(got.headers.filter(([name]) => name !== 'Date' && name !== 'Connection')).toEqual([
    ['X-App', 'b'],
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['X-Sloppy', 'a b'],
    ['Content-Type', 'text/plain'],
    ['Content-Length', '8'],
  ])
  expect(asked).toHaveLength(1)
  expect(asked[0]?.[0]).toBe(1)
  expect(asked[0]?.[1]).toMatchObject({ hook: 'guarded', status: null, verdict: { kind: 'verified' } })
  expect(await door.deliveries()).toMatchObject([{ verdict: 'verified', status: 202 }])
})

test('it is asked only once the delivery is stored', async () => {
  const found: unknown[] = []
  door = await openDoor({
    answerFromApp: async delivery => {
      found.push((await door.store.deliveries.get(delivery))?.status)
      return answer(200)
    },
  })
  await door.gateway(openHook).post({})
  expect(found).toEqual([null])
})

test.each([
  [204, ''],
  [304, ''],
  [404, 'no such route'],
  [500, 'broken'],
  [599, 'odd'],
])('a %i goes back as it is', async (status, body) => {
  door = await openDoor({ answerFromApp: async () => answer(status, [], body) })
  const got = await door.gateway(openHook).post({})
  expect([got.status, got.text]).toEqual([status, body])
  expect(await door.deliveries()).toMatchObject([{ status }])
})

test('an answer to HEAD has no body, and its connection lives on', async () => {
  door = await openDoor({ answerFromApp: async () => answer(200, [['X-App', 'yes']], 'never seen') })
  const gateway = door.gateway(openHook, { connections: 1 })
  const head = await gateway.post(Buffer.alloc(0), { method: 'HEAD', allHeaders: [] })
  expect([head.status, head.text]).toEqual([200, ''])
  expect(head.headers).toContainEqual(['X-App', 'yes'])
  expect((await gateway.post({})).text).toBe('never seen')
})

test('a rejected delivery is not for the app to answer, except under --observe', async () => {
  let asked = 0
  const answerFromApp = async () => {
    asked += 1
    return answer(201)
  }
  door = await openDoor({ answerFromApp })
  expect((await door.gateway(guardedHook, { key: 'other' }).post({})).status).toBe(401)
  expect(asked).toBe(0)
  const observing = await openDoor({ answerFromApp, observe: true })
  expect((await observing.gateway(guardedHook, { key: 'other' }).post({})).status).toBe(201)
  expect(await observing.deliveries()).toMatchObject([{ verdict: 'rejected', status: 201 }])
  await observing.close()
})

test('no answer in time: 504', async () => {
  door = await openDoor({ answerFromApp: () => new Promise(() => {}), deadlines: { answerMs: 50 } })
  const got = await door.gateway(openHook).post({})
  expect(got.status).toBe(504)
  expect(JSON.parse(got.text)).toMatchObject({ error: { code: 'app-timed-out' } })
  expect(await door.deliveries()).toMatchObject([{ status: 504 }])
})

test.each<[string, () => Promise<AppAnswer>]>([
  ['that cannot be written', async () => answer(200, [['X-Bad', 'a\r\nb']])],
  ['with a status that is none', async () => answer(7)],
  ['that failed', () => Promise.reject(new Error('gone'))],
])('an answer %s: 502, and a line in the log', async (_, answerFromApp) => {
  door = await openDoor({ answerFromApp })
  const got = await door.gateway(openHook).post({})
  expect(got.status).toBe(502)
  expect(got.text).not.toContain('gone')
  expect(door.lines).toHaveLength(1)
  expect(await door.deliveries()).toMatchObject([{ status: 502 }])
})

test('a gateway that hangs up first was answered nothing', async () => {
  let release: (() => void) | undefined
  const asked = new Promise<void>(resolve => {
    release = resolve
  })
  let give: ((answer: AppAnswer) => void) | undefined
  door = await openDoor({
    answerFromApp: () => {
      release?.()
      return new Promise(resolve => {
        give = resolve
      })
    },
  })
  const connection = await door.raw()
  connection.write(rawRequest(`POST ${openHook.path} HTTP/1.1`, [], '{}'))
  await asked
  connection.reset()
  await connection.closed
  // The door learns of the reset before it takes a later request from another connection.
  await (await fetch(`http://127.0.0.1:${door.port}/nothing`)).text()
  give?.(answer(200))
  await (await fetch(`http://127.0.0.1:${door.port}/nothing`)).text()
  expect(await door.deliveries()).toMatchObject([{ status: null }])
})

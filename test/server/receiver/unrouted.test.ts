/** What is sent to paths that no hook has: some is kept, and nobody outside can tell. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Hook } from '../../../core/hooks/hook.ts'
import { everyHook, nearestHook } from '../../../server/hooks/nearest-path.ts'
import type { ReceiverOptions } from '../../../server/receiver/receiver.ts'
import type { Store } from '../../../server/store/store.ts'
import { openRawConnection, rawRequest } from '../../helpers/gateway.ts'
import { type Door, guardedHook, openDoor, openHook } from './door.ts'

let door: Door
afterEach(() => door.close())

const opened = (options: Partial<ReceiverOptions> = {}, most = 500): Promise<Door> =>
  openDoor({
    unrouted: { most, nearest: path => nearestHook(path, everyHook([openHook], [guardedHook])) },
    ...options,
  })
/** Resolves once exactly these of the first few are kept: what is one too many goes behind the answer. */
async function kept(wanted: readonly number[]): Promise<void> {
  let off = () => {}
  await new Promise<void>((resolve, reject) => {
    const look = async () => {
      const found = await door.store.deliveries.summaries([1, 2, 3, 4, 5, 6])
      if (found.map(({ id }) => id).join() === wanted.join()) resolve()
    }
    off = door.store.changes.onChange(() => void look().catch(reject))
    void look().catch(reject)
  })
  off()
}
const at = (path: string): Hook => ({ ...openHook, path })

test('a delivery at a wrong path is kept as it came, and answered an empty 404', async () => {
  door = await opened()
  const got = await door.gateway(at('/nothing?from=gateway')).post('ach.settled')
  expect([got.status, got.text]).toEqual([404, ''])
  expect(await door.deliveries()).toMatchObject([
    { hook: 'unrouted', path: '/nothing?from=gateway', method: 'POST', status: 404, verdict: 'unchecked' },
  ])
  expect((await door.deliveries())[0]?.eventType).toBe('ach.settled')
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('a %s is kept', async method => {
  door = await opened()
  await door.gateway(at('/nothing')).post({}, { method })
  expect(await door.deliveries()).toMatchObject([{ method, hook: 'unrouted' }])
})

test.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])('a %s is not', async method => {
  door = await opened()
  expect((await door.gateway(at('/nothing')).post(Buffer.alloc(0), { method })).status).toBe(404)
  expect(await door.deliveries()).toHaveLength(0)
})

test('a body of up to 64 KiB is kept; a larger one passes, is not, and the connection lives on', async () => {
  door = await opened()
  const gateway = door.gateway(at('/nothing'), { connections: 1 })
  expect((await gateway.post(Buffer.alloc(65_536, 'x'))).status).toBe(404)
  expect((await gateway.post(Buffer.alloc(65_537, 'x'))).status).toBe(404)
  expect((await gateway.post(Buffer.alloc(2_000_000, 'x'))).status).toBe(404)
  expect(await door.deliveries()).toMatchObject([{ bytes: 65_536 }])
})

test('a body that never came whole is not kept', async () => {
  door = await opened()
  const connection = await door.raw()
  connection.write(rawRequest('POST /nothing HTTP/1.1', ['Content-Length: 100', 'Expect: 100-continue']))
  await connection.received(/100 Continue/)
  connection.reset()
  await connection.closed
  expect((await door.gateway(openHook).post({})).status).toBe(200)
  expect(await door.deliveries()).toMatchObject([{ hook: 'open' }])
})

test('the person is told which hook may be meant; strangers are not', async () => {
  door = await opened()
  const near = await door.gateway(at(`${openHook.path}/`)).post({})
  await door.gateway(at(guardedHook.path.toUpperCase())).post({})
  const far = await door.gateway(at('/nothing')).post({})
  expect(near.headers.map(([name]) => name)).toEqual(far.headers.map(([name]) => name))
  expect([near.text, far.text]).toEqual(['', ''])
  expect(door.lines).toEqual([
    `POST to ${openHook.path}/: no hook has this path, answered 404; did you mean the Hook URL of “Open”?`,
    `POST to ${guardedHook.path.toUpperCase()}: no hook has this path, answered 404; “Guarded”, whose path is near, was deleted`,
    'POST to /nothing: no hook has this path, answered 404',
  ])
})

describe('however much comes', () => {
  test('the newest few are kept, and pinned ones', async () => {
    let time = 1_000_000
    door = await opened({ now: () => (time += 5000) }, 3)
    const gateway = door.gateway(at('/nothing'))
    await gateway.post({})
    await door.deliveries()
    await door.store.edits.setPinned([1], true)
    for (let sent = 1; sent < 6; sent += 1) await gateway.post({})
    await kept([1, 4, 5, 6])
  })

  test('those of an earlier start count too', async () => {
    let time = 1_000_000
    const now = () => (time += 5000)
    const earlier = await opened({ now }, 3)
    for (let sent = 0; sent < 3; sent += 1) await earlier.gateway(at('/nothing')).post({})
    await earlier.receiver.close()
    door = await opened({ now, store: earlier.store }, 3)
    await door.gateway(at('/nothing')).post({})
    await kept([2, 3, 4])
  })

  test('the oldest go also when more comes while those of an earlier start are still read', async () => {
    let time = 1_000_000
    const now = () => (time += 5000)
    const { store, receiver } = await opened({ now })
    await receiver.close()
    let goOn = () => {}
    const held = new Promise<void>(resolve => {
      goOn = resolve
    })
    const list: Store['deliveries']['list'] = async request => {
      await held
      return store.deliveries.list(request)
    }
    door = await opened({ now, store: { ...store, deliveries: { ...store.deliveries, list } } }, 3)
    const gateway = door.gateway(at('/nothing'))
    for (let sent = 0; sent < 6; sent += 1) await gateway.post({})
    await store.deliveries.settled()
    goOn()
    await kept([4, 5, 6])
    await gateway.post({})
    await kept([5, 6])
  })

  test('only so many a second: the rest is answered 404 and not kept, and later 429', async () => {
    let time = 1_000_000
    door = await opened({ now: () => time })
    const wrong = door.gateway(at('/guess'))
    const statuses = (await Promise.all(Array.from({ length: 120 }, () => wrong.post({})))).map(({ status }) => status)
    expect([404, 429].map(wanted => statuses.filter(status => status === wanted).length)).toEqual([100, 20])
    expect(await door.deliveries()).toHaveLength(50)
    expect((await door.gateway(openHook).post({})).status).toBe(200)
    time += 1000
    await wrong.post({})
    expect(await door.deliveries()).toHaveLength(52)
  })
})

test('whether a path is kept, near or far, the answer is the same, byte for byte', async () => {
  door = await opened()
  const answers = new Set<string>()
  for (const request of [
    rawRequest('POST /nothing HTTP/1.1', ['Connection: close'], '{}'),
    rawRequest(`POST ${openHook.path}/ HTTP/1.1`, ['Connection: close'], '{}'),
    rawRequest('GET /nothing HTTP/1.1', ['Connection: close']),
    rawRequest('POST /nothing HTTP/1.1', ['Connection: close'], 'x'.repeat(70_000)),
  ]) {
    const connection = await openRawConnection(door.port)
    connection.write(request)
    answers.add((await connection.closed).replace(/^Date: .*\r\n/m, ''))
  }
  expect([...answers]).toEqual([expect.stringMatching(/^HTTP\/1.1 404 Not Found\r\n/)])
})

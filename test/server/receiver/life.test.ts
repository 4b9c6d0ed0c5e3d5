/** Starting, ending, and a store that cannot take more. */
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import Database from 'better-sqlite3'
import { afterEach, expect, test, vi } from 'vitest'
import type { AppAnswer } from '../../../core/deliveries/attempt.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { rawRequest } from '../../helpers/gateway.ts'
import { listenApart } from '../../helpers/ports.ts'
import { type Door, guardedHook, openDoor, openHook } from './door.ts'

let door: Door | undefined
afterEach(async () => {
  await door?.close()
  door = undefined
})

async function occupy(host: string): Promise<{ port: number; free(): Promise<void> } | null> {
  const server = createServer()
  const port = await listenApart(server, host).catch(() => null)
  return port === null ? null : { port, free: () => new Promise(resolve => server.close(() => resolve())) }
}

test.each(['127.0.0.1', '::1'])('a port in use on %s: what to do instead', async host => {
  const occupied = await occupy(host)
  if (!occupied) return
  const failure = await openDoor({ port: occupied.port }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(UserError)
  expect(failure).toMatchObject({
    message: expect.stringContaining(String(occupied.port)),
    hint: expect.stringContaining('--port'),
  })
  await occupied.free()
  door = await openDoor({ port: occupied.port })
  expect(door.port).toBe(occupied.port)
})

test('a store that is locked: 503 with Retry-After and a word to the person, once; then all is well again', async () => {
  door = await openDoor()
  const gateway = door.gateway(guardedHook)
  expect((await gateway.post('ach.settled')).status).toBe(200)
  await door.store.deliveries.settled()
  expect(door.troubles).toEqual([])

  const other = new Database(door.store.path)
  other.exec('BEGIN IMMEDIATE')
  const refused = [await gateway.post('ach.settled'), await gateway.post('ach.settled')]
  expect(refused.map(({ status }) => status)).toEqual([503, 503])
  expect(refused[0]?.headers.find(([name]) => name === 'Retry-After')?.[1]).toMatch(/^\d+$/)
  expect(JSON.parse(refused[0]?.text ?? '')).toMatchObject({ error: { code: 'store-unavailable' } })
  expect(door.troubles).toHaveLength(1)
  expect(door.troubles[0]).toEqual(expect.any(String))

  other.exec('ROLLBACK')
  other.close()
  expect((await gateway.post('ach.settled')).status).toBe(200)
  expect(door.troubles).toHaveLength(2)
  expect(door.troubles[1]).toBeNull()
  expect(await door.deliveries()).toHaveLength(2)
})

test('close: what is in flight is answered, idle connections end, and no more is accepted', async () => {
  let give: ((answer: AppAnswer) => void) | undefined
  let tell: (() => void) | undefined
  const asked = new Promise<void>(resolve => {
    tell = resolve
  })
  door = await openDoor({
    answerFromApp: () => {
      tell?.()
      return new Promise(resolve => {
        give = resolve
      })
    },
  })
  const idle = await door.raw()
  const half = await door.raw()
  half.write('POST /ho')
  const busy = await door.raw()
  busy.write(rawRequest(`POST ${openHook.path} HTTP/1.1`, [], '{}'))
  await asked
  // As long as the app may take, and no shorter.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closing = door.receiver.close()
  vi.advanceTimersByTime(54_000)
  vi.useRealTimers()
  expect(await idle.closed).toBe('')
  await expect(door.raw()).rejects.toThrow(/ECONNREFUSED/)
  give?.({ status: 200, headers: [], body: Buffer.from('done') })
  expect(await busy.closed).toMatch(/200 OK.*done$/s)
  await closing
  expect(await door.deliveries()).toMatchObject([{ status: 200 }])
})

test('close right after start, twice, and with used connections', async () => {
  door = await openDoor()
  await door.receiver.close()
  await door.receiver.close()
  await door.close()
  door = await openDoor()
  const gateway = door.gateway(openHook)
  await Promise.all([gateway.post({}), gateway.post({}), gateway.post({})])
  await door.receiver.close()
})

test('an exception in what the session hands in is a 500 and a line, never an end', async () => {
  let broken = true
  door = await openDoor({
    hooks: () => {
      if (broken) throw new Error('no hooks today')
      return [openHook]
    },
  })
  const gateway = door.gateway(openHook)
  const answer = await gateway.post({})
  expect([answer.status, answer.text]).toEqual([500, ''])
  expect(door.lines[0]).toContain('no hooks today')
  broken = false
  expect((await gateway.post({})).status).toBe(200)
})

const elsewhere =
  Object.values(networkInterfaces())
    .flatMap(cards => cards ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2'

test('takes connections at 127.0.0.1 alone, and at an address of the machine when it is given one', async () => {
  door = await openDoor()
  await expect(door.raw(elsewhere)).rejects.toThrow(/ECONNREFUSED/)
  await door.close()
  for (const host of [elsewhere, '0.0.0.0', '::']) {
    const opened = await openDoor({ host }).catch((error: unknown) => error)
    // A machine without IPv6 has no ::.
    if (host === '::' && opened instanceof UserError) {
      expect(opened.message).toBe('This machine does not have the address ::.')
      continue
    }
    if (opened instanceof Error) throw opened
    door = opened as Awaited<ReturnType<typeof openDoor>>
    for (const address of ['127.0.0.1', elsewhere]) {
      const raw = await door.raw(address)
      raw.write(rawRequest(`POST ${openHook.path} HTTP/1.1`, ['Connection: close'], '{}'))
      expect(await raw.closed).toMatch(/^HTTP\/1.1 200 /)
    }
    await door.close()
  }
})

test('an address that this machine does not have is said in words', async () => {
  await expect(openDoor({ host: '192.0.2.1' })).rejects.toMatchObject({
    name: 'UserError',
    message: 'This machine does not have the address 192.0.2.1.',
    hint: expect.stringContaining('0.0.0.0 for all of them'),
  })
})

/** More connections than there is room for. */
import { afterEach, describe, expect, test } from 'vitest'
import { rawRequest } from '../../helpers/gateway.ts'
import { type Door, openDoor, openHook } from './door.ts'

let door: Door
afterEach(() => door.close())

const cap = 256
const head = `POST ${openHook.path} HTTP/1.1`

/** Opens connections, so many at once that none is refused by the system. */
async function crowd(count: number) {
  const connections = []
  while (connections.length < count)
    connections.push(...(await Promise.all(Array.from({ length: 16 }, () => door.raw()))))
  return connections
}

/** Opens a door whose app answers nobody yet. @returns lets it answer everybody */
async function openHeldDoor(): Promise<() => void> {
  let answer = () => {}
  const answering = new Promise<void>(resolve => {
    answer = resolve
  })
  door = await openDoor({
    answerFromApp: async () => {
      await answering
      return { status: 200, headers: [], body: new Uint8Array() }
    },
  })
  return answer
}

describe('connections that only take up room give way to a sender', () => {
  test.each([
    ['say nothing', ''],
    ['stop within their header', 'POST /hook HTTP/1.1\r\nX-Slow: '],
  ])('when all of them %s', async (_what, bytes) => {
    door = await openDoor()
    const all = await crowd(cap)
    for (const connection of all) connection.write(bytes)
    for (let count = 0; count < 5; count += 1) {
      const sender = await door.raw()
      sender.write(rawRequest(head, ['Connection: close'], 'a body'))
      expect(await sender.closed).toContain('200 OK')
    }
  })

  test('the one that has been silent for the longest first; who has a request in flight stays', async () => {
    const answer = await openHeldDoor()
    const [first, second, ...others] = await crowd(cap)
    if (first === undefined || second === undefined) throw new Error('no crowd')
    first.write(rawRequest(head, [], 'the oldest, but busy'))
    await door.stored(1)
    const late = await door.raw()
    expect(await second.closed).toBe('')
    late.write(rawRequest(head, ['Connection: close'], 'let in'))
    answer()
    expect(await late.closed).toContain('200 OK')
    expect(await first.received(/200 OK/)).toContain('200 OK')
    expect(others.filter(({ socket }) => socket.destroyed)).toEqual([])
  })

  test('and with every one busy, the new one is closed', async () => {
    const answer = await openHeldDoor()
    const all = await crowd(cap)
    for (const connection of all) connection.write(rawRequest(head, [], 'busy'))
    await door.stored(cap)
    expect(await (await door.raw()).closed).toBe('')
    answer()
    await Promise.all(all.map(connection => connection.received(/200 OK/)))
  })
})

/** Rehearsed answers: what the gateway is answered on trial, in place of hookscope's own 200 and of the app. */
import { afterEach, describe, expect, test } from 'vitest'
import { type MockAnswer, type MockResponse, nextMockAnswer } from '../../../core/hooks/mock-response.ts'
import type { ReceiverOptions } from '../../../server/receiver/receiver.ts'
import { StoreUnavailable } from '../../../server/store/problem.ts'
import { rawRequest } from '../../helpers/gateway.ts'
import { type Door, guardedHook, openDoor, openHook } from './door.ts'

let door: Door
afterEach(() => door.close())

const plain: MockResponse = {
  status: 200,
  headers: [],
  body: '',
  delayMs: 0,
  failures: { kind: 'never' },
  failWith: { kind: 'status', status: 500 },
}
const anHour = 3_600_000

/** A door whose open and guarded hooks both rehearse. */
function rehearsing(rehearsal: Partial<MockResponse>, more: Partial<ReceiverOptions> = {}): Promise<Door> {
  let left: MockResponse = { ...plain, ...rehearsal }
  return openDoor({
    async rehearse() {
      const { answer, after } = nextMockAnswer(left)
      left = after
      return answer
    },
    ...more,
  })
}

/** The statuses of so many deliveries, one after the other. */
async function statuses(count: number): Promise<number[]> {
  const gateway = door.gateway(openHook)
  const found: number[] = []
  while (found.length < count) found.push((await gateway.post('ach.settled')).status)
  return found
}

describe('what goes back', () => {
  test('status, header lines with their case, order and number, and the body; what is hop-by-hop does not', async () => {
    door = await rehearsing({
      status: 202,
      headers: [
        ['X-App', 'b'],
        ['Set-Cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '9999'],
        ['Retry-After', '120'],
      ],
      body: 'späte Post',
    })
    const got = await door.gateway(openHook).post('ach.settled')
    expect([got.status, got.text]).toEqual([202, 'späte Post'])
    expect(got.headers.filter(([name]) => name !== 'Date' && name !== 'Connection')).toEqual([
      ['X-App', 'b'],
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['Retry-After', '120'],
      ['Content-Length', '11'],
    ])
    expect(await door.deliveries()).toMatchObject([{ status: 202, verdict: 'unchecked' }])
  })

  test.each([200, 204, 301, 304, 410, 503, 599])('a %i, to whatever sender', async status => {
    door = await rehearsing({ status })
    expect(await statuses(2)).toEqual([status, status])
    expect(await door.deliveries()).toMatchObject([{ status }, { status }])
  })

  test('to HEAD without its body, and the connection lives on', async () => {
    door = await rehearsing({ body: 'never seen' })
    const gateway = door.gateway(openHook, { connections: 1 })
    expect((await gateway.post(Buffer.alloc(0), { method: 'HEAD', allHeaders: [] })).text).toBe('')
    expect((await gateway.post({})).text).toBe('never seen')
  })

  test('nothing, where nothing is rehearsed', async () => {
    door = await openDoor({ rehearse: async () => null })
    expect((await door.gateway(openHook).post({})).text).toBe('{"received":true}')
  })

  test('a header that cannot be written: 500, a line, and the next one is answered', async () => {
    const answers: MockAnswer[] = [
      { status: 200, headers: [['X-Bad', 'a\r\nb']], body: '', delayMs: 0, hangs: false },
      { status: 201, headers: [], body: '', delayMs: 0, hangs: false },
    ]
    door = await openDoor({ rehearse: async () => answers.shift() ?? null })
    expect(await statuses(3)).toEqual([500, 201, 200])
    expect(door.lines).toHaveLength(1)
    expect((await door.deliveries()).map(({ status }) => status)).toEqual([500, 201, 200])
  })
})

describe('which deliveries', () => {
  test.each<[string, Partial<MockResponse>, number[]]>([
    ['none fail', {}, [200, 200, 200]],
    ['the next two', { failures: { kind: 'next', left: 2 } }, [500, 500, 200, 200]],
    ['the next none', { failures: { kind: 'next', left: 0 } }, [200, 200]],
    [
      'every third, after one was seen',
      { failures: { kind: 'every', nth: 3, seen: 1 }, status: 202, failWith: { kind: 'status', status: 429 } },
      [202, 429, 202, 202, 429],
    ],
    ['every one', { failures: { kind: 'every', nth: 1, seen: 0 } }, [500, 500]],
  ])('%s', async (_, rehearsal, expected) => {
    door = await rehearsing(rehearsal)
    expect(await statuses(expected.length)).toEqual(expected)
  })

  test('accepted ones alone: what is rejected stays 401 and is not counted, except under --observe', async () => {
    const failing: Partial<MockResponse> = { failures: { kind: 'next', left: 1 } }
    door = await rehearsing(failing)
    const forger = door.gateway(guardedHook, { key: 'another' })
    expect((await forger.post('ach.settled')).status).toBe(401)
    expect((await forger.post('ach.settled')).status).toBe(401)
    expect((await door.gateway(guardedHook).post('ach.settled')).status).toBe(500)
    expect((await door.gateway(guardedHook).post('ach.settled')).status).toBe(200)
    await door.close()
    door = await rehearsing(failing, { observe: true })
    expect((await door.gateway(guardedHook, { key: 'another' }).post('ach.settled')).status).toBe(500)
  })

  test('bodies that are too large are refused as ever', async () => {
    door = await rehearsing({ status: 202 }, { bodyBytes: 10 })
    expect((await door.gateway(openHook).post(Buffer.alloc(11))).status).toBe(413)
  })
})

test('with --answer app the app gets the delivery behind the answer, and its answer goes nowhere', async () => {
  const asked: number[] = []
  door = await rehearsing(
    { status: 503 },
    {
      answerFromApp: async id => {
        asked.push(id)
        throw new Error('the app is gone')
      },
    },
  )
  expect(await statuses(2)).toEqual([503, 503])
  expect(asked).toEqual([1, 2])
  expect(await door.deliveries()).toMatchObject([{ status: 503 }, { status: 503 }])
  expect(door.lines[0]).toContain('the app is gone')
})

test('what is counted cannot be kept: 503', async () => {
  door = await openDoor({
    async rehearse() {
      throw new StoreUnavailable('full', 'The disk is full')
    },
  })
  const got = await door.gateway(openHook).post({})
  expect([got.status, JSON.parse(got.text).error.code]).toEqual([503, 'store-unavailable'])
})

describe('an answer that is held back', () => {
  test('goes out after its delay', async () => {
    door = await rehearsing({ status: 202, delayMs: 30 })
    expect(await statuses(1)).toEqual([202])
    expect(await door.deliveries()).toMatchObject([{ status: 202 }])
  })

  test('that hangs ends as a 504', async () => {
    door = await rehearsing(
      { failures: { kind: 'next', left: 1 }, failWith: { kind: 'hang' } },
      { deadlines: { hangMs: 30 } },
    )
    expect(await statuses(2)).toEqual([504, 200])
    expect(await door.deliveries()).toMatchObject([{ status: 504 }, { status: 200 }])
  })

  test('to a gateway that lost patience was never given, and holds nothing up', async () => {
    door = await rehearsing({ failures: { kind: 'next', left: 1 }, failWith: { kind: 'hang' } })
    const connection = await door.raw()
    connection.write(rawRequest(`POST ${openHook.path} HTTP/1.1`, [], '{}'))
    await door.stored(1)
    connection.reset()
    await connection.closed
    expect(await statuses(1)).toEqual([200])
    expect(await door.deliveries()).toMatchObject([{ status: null }, { status: 200 }])
  })

  test.each<[string, Partial<MockResponse>, RegExp]>([
    ['a delay goes out', { delayMs: anHour, status: 202 }, /202 Accepted/],
    ['a hang ends', { failures: { kind: 'next', left: 1 }, failWith: { kind: 'hang' } }, /504 Gateway/],
  ])('is not known before it is out; at the end of hookscope %s at once', async (_, rehearsal, expected) => {
    door = await rehearsing(rehearsal)
    const connection = await door.raw()
    connection.write(rawRequest(`POST ${openHook.path} HTTP/1.1`, [], '{}'))
    expect(await door.stored(1)).toMatchObject([{ status: null }])
    await door.receiver.close()
    expect(await connection.closed).toMatch(expected)
  })
})

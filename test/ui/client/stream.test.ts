import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Change, Status, StreamFrame } from '../../../core/api/messages.ts'
import { type Connection, type FollowedStream, followStream } from '../../../ui/client/stream.ts'

/** The network's end of a connection, in the test's hand. */
class FakeSocket {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  closed = false
  readonly url: string
  constructor(url: string) {
    this.url = url
  }
  close() {
    this.closed = true
  }
  say(...frames: StreamFrame[]) {
    this.onopen?.()
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) })
  }
  break() {
    this.onclose?.()
  }
}

const status = { version: 'test' } as unknown as Status
const removed = (id: number): Change => ({ kind: 'delivery-removed', id })

function watch(allowed = true) {
  const sockets: FakeSocket[] = []
  const seen = { changes: [] as Change[], connections: [] as Connection['state'][], reloads: 0 }
  const stream: FollowedStream = followStream({
    url: 'ws://inspector/api/stream?preparing=1',
    allowed: () => Promise.resolve(allowed),
    backoffMs: [100, 1_000],
    silenceMs: 40_000,
    connect: url => {
      const socket = new FakeSocket(url)
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    onConnection: ({ state }) => seen.connections.push(state),
    onStatus: () => {},
    onChanges: changes => seen.changes.push(...changes),
    onReload: () => {
      seen.reloads += 1
    },
  })
  return { sockets, seen, stream, last: () => sockets.at(-1) as FakeSocket }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the inspector’s stream', () => {
  it('loads at the first hello, and resumes after its last cursor without loading again', async () => {
    const { sockets, seen, last, stream } = watch()
    expect(last().url).toBe('ws://inspector/api/stream?preparing=1')
    last().say({ kind: 'hello', cursor: 7, status }, { kind: 'batch', cursor: 9, changes: [removed(1)] })
    expect(seen.reloads).toBe(1)
    last().break()
    await vi.advanceTimersByTimeAsync(100)
    expect(sockets).toHaveLength(2)
    expect(last().url).toBe('ws://inspector/api/stream?preparing=1&after=9')
    last().say({ kind: 'hello', cursor: 9, status }, { kind: 'batch', cursor: 10, changes: [removed(2)] })
    expect(seen.changes).toEqual([removed(1), removed(2)])
    expect(seen.reloads).toBe(1)
    expect(seen.connections).toEqual(['connecting', 'connected', 'lost', 'connected'])
    stream.close()
  })

  it('loads anew when its cursor is not known any more', async () => {
    const { seen, last, stream } = watch()
    last().say({ kind: 'hello', cursor: 7, status })
    last().break()
    await vi.advanceTimersByTimeAsync(100)
    last().say({ kind: 'reset', cursor: 3, status })
    expect(seen.reloads).toBe(2)
    last().break()
    await vi.advanceTimersByTimeAsync(100)
    expect(last().url).toBe('ws://inspector/api/stream?preparing=1&after=3')
    stream.close()
  })

  it('takes silence for a dead connection, a beat for a live one', async () => {
    const { sockets, last, stream } = watch()
    last().say({ kind: 'hello', cursor: 7, status })
    await vi.advanceTimersByTimeAsync(30_000)
    last().say({ kind: 'beat' })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(sockets).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(10_200)
    expect(sockets[0]?.closed).toBe(true)
    expect(sockets).toHaveLength(2)
    stream.close()
  })

  it('waits longer after each failure, and not at all when told to try now', async () => {
    const { sockets, last, stream } = watch()
    last().break()
    await vi.advanceTimersByTimeAsync(100)
    expect(sockets).toHaveLength(2)
    last().break()
    await vi.advanceTimersByTimeAsync(900)
    expect(sockets).toHaveLength(2)
    stream.retryNow()
    expect(sockets).toHaveLength(3)
    stream.close()
  })

  it('says so when another session has taken its place, and stops asking', async () => {
    const { sockets, seen, last } = watch(false)
    last().break()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen.connections.at(-1)).toBe('refused')
    expect(sockets).toHaveLength(1)
  })

  it('opens nothing more once closed', async () => {
    const { sockets, last, stream } = watch()
    last().say({ kind: 'hello', cursor: 1, status })
    stream.close()
    last().break()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sockets).toHaveLength(1)
  })
})

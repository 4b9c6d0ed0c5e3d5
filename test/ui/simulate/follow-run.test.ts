// @vitest-environment happy-dom

/** An open simulation is followed: what ends while its page is loaded is not missed. */
import { afterEach, expect, it, vi } from 'vitest'
import { followListener } from '../../../ui/app/listener.ts'
import { followSimulation, opened } from '../../../ui/simulate/run/runs.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
  opened.value = null
  vi.unstubAllGlobals()
})

const simulation = (delivered: number) => ({ id: 7, events: 1, delivered, state: delivered === 1 ? 'done' : 'running' })
const event = (state: string) => ({ id: 1, simulation: 7, state, tries: [] })

/** The network's end of the stream. */
class Socket {
  static last: Socket | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  constructor() {
    Socket.last = this
  }
  close() {}
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

it('asks again for what ended between the question for it and the answer', async () => {
  /** What is asked and not answered yet. */
  const asked: { readonly path: string; answer(body: object): void }[] = []
  vi.stubGlobal('WebSocket', Socket)
  vi.stubGlobal('fetch', (url: string | URL) => {
    const { pathname } = new URL(url, 'http://127.0.0.1/')
    return new Promise<Response>(resolve => {
      asked.push({ path: pathname, answer: body => resolve(Response.json(body)) })
    })
  })
  const arrived = async (count: number) => {
    await expect.poll(() => asked.filter(({ path }) => path.startsWith('/api/simulations/7')).length).toBe(count)
    return asked.splice(0)
  }
  closers.push(followListener())
  Socket.last?.say({ kind: 'hello', cursor: 1, status: {} })
  closers.push(followSimulation(7))
  const first = await arrived(2)
  // It ends; the answers are of before.
  Socket.last?.say({ kind: 'batch', cursor: 2, changes: [{ kind: 'simulated', event: event('delivered') }] })
  for (const { path, answer } of first)
    answer(path.endsWith('/events') ? { events: [event('sending')] } : { simulation: simulation(0) })
  await expect.poll(() => asked.some(({ path }) => path.endsWith('/events'))).toBe(true)
  for (const { path, answer } of asked.splice(0))
    answer(path.endsWith('/events') ? { events: [event('delivered')] } : { simulation: simulation(1) })
  await expect.poll(() => opened.value?.events.get(1)?.state).toBe('delivered')
})

/** Several processes on one log, of which one is killed; and the server that crashes under them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openPostgres } from '../../../../server/store/postgres/postgres.ts'
import { StoreUnavailable } from '../../../../server/store/problem.ts'
import type { Store } from '../../../../server/store/store.ts'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import { bundled } from '../../../helpers/own-process.ts'
import { type PostgresDatabase, type PostgresServer, startPostgres } from '../../../helpers/postgres.ts'

const script = await bundled(new URL('../../../helpers/postgres-process.ts', import.meta.url))
const target = 'http://localhost:3000/'
let server: PostgresServer
let database: PostgresDatabase
const stores = new Set<Store>()
const children = new Set<ChildProcess>()

beforeAll(async () => {
  server = await startPostgres()
})
beforeEach(async () => {
  database = await server.create()
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  children.clear()
  for (const store of stores) await store.close()
  stores.clear()
  await database.drop()
})
afterAll(() => server.close())

async function open(): Promise<Store> {
  const store = await openPostgres({ url: database.url })
  stores.add(store)
  return store
}

/** Another hookscope on the log; `lines` grows with what it says. */
async function otherProcess(connections = 0) {
  const child = spawn(process.execPath, [script, database.url, String(connections)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.add(child)
  const lines: { kind: string; id: number; event: string }[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => lines.push(JSON.parse(line)))
  const atLeast = (count: number) => vi.waitFor(() => expect(lines.length).toBeGreaterThanOrEqual(count), 60_000)
  await atLeast(1)
  return {
    child,
    lines,
    atLeast,
    async kill() {
      const closed = once(reader, 'close')
      child.kill('SIGKILL')
      await closed
    },
  }
}
type Other = Awaited<ReturnType<typeof otherProcess>>

describe('two processes on one log', () => {
  it('keep once what they acknowledged, though one is killed again and again and the server crashes', async () => {
    const acknowledged = new Map<string, number>()
    const note = ({ lines }: Other) => {
      for (const { kind, id, event } of lines) if (kind === 'acknowledged') acknowledged.set(event, id)
    }
    const steady = await otherProcess(10)
    for (const count of [30, 100, 200, 60]) {
      const other = await otherProcess(10)
      await other.atLeast(count)
      await other.kill()
      note(other)
    }
    const before = steady.lines.length
    await server.crash()
    await server.start()
    await steady.atLeast(before + 300)
    await steady.kill()
    note(steady)
    const store = await open()
    await store.deliveries.settled()
    const ids = [...acknowledged.values()]
    expect(new Set(ids).size).toBe(ids.length)
    const kept = await store.deliveries.getMany(ids)
    expect(kept).toHaveLength(ids.length)
    for (const { id, eventId } of kept) expect(acknowledged.get(eventId ?? '')).toBe(id)
  })

  it('what one was doing when it was killed is taken over by the other', async () => {
    const store = await open()
    const id = await store.deliveries.append(arrival({ receivedAt: Date.now() }))
    const other = await otherProcess()
    other.child.stdin?.write(`${id}\n`)
    await other.atLeast(2)
    expect(other.lines[1]?.kind).toBe('attempting')
    expect(await store.claims.hold(`forward:${target}`)).toBeNull()
    const heard: unknown[] = []
    store.attempts.onEnded(attempt => heard.push(attempt))
    await other.kill()
    await vi.waitFor(async () => expect(await store.claims.hold(`forward:${target}`)).not.toBeNull(), 10_000)
    await vi.waitFor(() => expect(heard).toHaveLength(1), 10_000)
    expect(heard).toMatchObject([{ id: other.lines[1]?.id, outcome: 'reset', error: { code: 'interrupted' } }])
    const [record] = (await store.unfinished.of('interrupted')).values()
    expect(JSON.parse(record ?? '')).toMatchObject({ target, source: 'forward', ids: [[id, id]] })
  })

  it('the one that starts after all were killed indexes what they left', async () => {
    const other = await otherProcess(10)
    await other.atLeast(100)
    await other.kill()
    const store = await open()
    await store.deliveries.settled()
    const acknowledged = other.lines.filter(({ kind }) => kind === 'acknowledged').map(({ id }) => id)
    expect((await store.deliveries.summaries(acknowledged)).map(({ id }) => id)).toEqual(
      acknowledged.sort((one, two) => one - two),
    )
  })
})

describe('the server', () => {
  it('that is away has deliveries refused at once; they are kept again when it is back, and the trouble is told once', async () => {
    const store = await open()
    await store.deliveries.append(arrival({ receivedAt: Date.now() }))
    await store.deliveries.settled()
    const claim = await store.claims.hold('retention')
    const told: (string | null)[] = []
    store.health.onTrouble(trouble => told.push(trouble && `${trouble.code} ${trouble.message}`))
    const lost = once(claim?.lost ?? new EventTarget(), 'abort')
    await server.crash()
    await lost
    const refused = await store.deliveries.append(arrival({ receivedAt: Date.now() })).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(StoreUnavailable)
    expect(refused).toMatchObject({ code: 'gone' })
    expect(store.health.trouble()).toMatchObject({ code: 'gone', keeps: false })
    await server.start()
    await vi.waitFor(() => expect(store.health.trouble()).toBeNull(), 20_000)
    expect(told).toEqual(['gone Deliveries cannot be kept: the database cannot be reached.', null])
    const id = await store.deliveries.append(arrival({ receivedAt: Date.now(), body: saleEvent({ id: 'after' }) }))
    expect(await store.deliveries.get(id)).toMatchObject({ eventId: 'after' })
    const again = await vi.waitFor(async () => {
      const held = await store.claims.hold('retention')
      expect(held).not.toBeNull()
      return held
    })
    expect(again?.lost.aborted).toBe(false)
  })

  it('that was away hides from nobody what another process did meanwhile', async () => {
    const [one, two] = [await open(), await open()]
    const heard: number[] = []
    two.deliveries.onIndexed(deliveries => heard.push(...deliveries.map(({ id }) => id)))
    await server.crash()
    await server.start()
    const ids: number[] = []
    await vi.waitFor(async () => ids.push(await one.deliveries.append(arrival({ receivedAt: Date.now() }))), 20_000)
    for (let count = 0; count < 20; count++)
      ids.push(await one.deliveries.append(arrival({ receivedAt: Date.now(), body: saleEvent({ id: `e${count}` }) })))
    await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(ids.length), 20_000)
    expect(heard).toEqual(ids)
  })
})

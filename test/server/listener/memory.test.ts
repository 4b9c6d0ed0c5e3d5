/** What a session was in the middle of, as the inspector's API offers it: letting go of a queue, and what was not sent. */
import { cpSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { defaults } from '../../../server/config/settings.ts'
import { type Listener, startListener } from '../../../server/listener.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { eventBytes, openGateway } from '../../helpers/gateway.ts'
import { holdAnswers, type Merchant, manners, startMerchant } from '../../helpers/merchants.ts'
import { portApart } from '../../helpers/ports.ts'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const token = 'a-token-of-this-launch'

async function session(db: string, forward: readonly string[], count: number | null = null): Promise<Listener> {
  const started = await startListener({
    settings: {
      ...defaults,
      // What is missed at once is what this is about.
      retryMs: 0,
      retention: { ...defaults.retention, count },
      port: 0,
      inspectorPort: 0,
      forward,
      tunnel: 'none',
      tunnelHost: null,
      subdomain: null,
      publicUrl: null,
      open: false,
      db,
      label: null,
    },
    secrets: { signatureKey: null, sourceKey: null, basicAuth: null },
    token,
    uiFolder: emptyFolder(),
    log: () => {},
    onDelivery: () => {},
    onDiagnosis: () => {},
    onAttempt: () => {},
  })
  closing.push(() => started.close())
  return started
}

async function call({ inspectorUrl }: Listener, method: string, path: string, body: object = {}) {
  const answer = await fetch(`${inspectorUrl}/api${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(method !== 'GET' && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, json: await answer.json() }
}

async function merchant(): Promise<Merchant> {
  const app = await startMerchant()
  closing.push(app.close)
  return app
}

/** Deliveries come, and wait for the app. */
async function post(to: Listener, count: number, kept = count) {
  const gateway = openGateway({ url: to.workspace.status().hooks[0]?.localUrl ?? '' })
  for (let n = 1; n <= count; n++) expect((await gateway.post(eventBytes('ach.settled', n))).status).toBe(200)
  gateway.close()
  await expect.poll(() => to.kept()).toBe(kept)
}

const left = (of: Listener) => of.workspace.status().leftovers

it('answers 409 with their number as long as deliveries wait; then offers what was let go of', async () => {
  const app = await merchant()
  const now = await session(join(emptyFolder(), 'a.db'), [app.url])
  expect((await call(now, 'PUT', '/forward', { paused: true })).status).toBe(200)
  await post(now, 3)
  for (const target of [null, []])
    expect(await call(now, 'PUT', '/forward', { target })).toMatchObject({
      status: 409,
      json: { error: { code: 'deliveries-wait', count: 3, message: `3 deliveries wait for ${app.url}.` } },
    })
  expect(now.workspace.status().forward).toMatchObject({ target: app.url, waiting: 3, mostWaiting: 10_000 })
  const { status, json } = await call(now, 'PUT', '/forward', { target: null, letGo: true })
  expect([status, json.forward]).toEqual([200, null])
  expect(json.leftovers).toEqual([
    { id: expect.any(String), target: app.url, why: 'let-go', count: 3, query: 'id:1-3' },
  ])
  // One of them is sent by itself, and no second time with the others.
  expect((await call(now, 'POST', '/deliveries/2/replay', { target: app.url })).status).toBe(200)
  expect(left(now)).toMatchObject([{ count: 2, query: 'id:1,3' }])
  const sent = await call(now, 'POST', `/leftovers/${json.leftovers[0].id}/send`)
  expect(sent).toMatchObject({ status: 202, json: { job: { total: 2, target: app.url } } })
  await app.arrived(3)
  expect(left(now)).toEqual([])
  expect((await call(now, 'POST', `/leftovers/${json.leftovers[0].id}/send`)).status).toBe(404)
  expect((await call(now, 'DELETE', '/leftovers/none')).status).toBe(404)
})

it('says at the end what a replay of several did not come to, and offers it at the next start', async () => {
  const { manner, release } = holdAnswers()
  const app = await merchant()
  const db = join(emptyFolder(), 'a.db')
  const before = await session(db, [])
  await post(before, 3)
  app.behave(manner)
  const told: unknown[] = []
  before.onSending(news => told.push(news))
  const asked = { ids: [1, 2, 3], target: app.url, order: 'received', rate: null }
  expect((await call(before, 'POST', '/replays', asked)).status).toBe(202)
  await app.arrived(1)
  const closed = before.close()
  release()
  await closed
  expect(told).toMatchObject([{ kind: 'left', why: 'replay', target: app.url, ids: [2, 3] }])
  const after = await session(db, [])
  await expect.poll(() => left(after)).toMatchObject([{ why: 'replay', count: 2, query: 'id:2-3' }])
})

it('offers the rest of a replay of several that was cut short, in its manner, until it is sent or dismissed', async () => {
  const app = await merchant()
  const db = join(emptyFolder(), 'a.db')
  const before = await session(db, [])
  await post(before, 6)
  const { manner, release } = holdAnswers()
  let received = 0
  app.behave((socket, request) => (++received > 2 ? manner : manners.answers())(socket, request))
  const asked = { ids: [1, 2, 3, 4, 5, 6], target: app.url, order: 'received', rate: null }
  expect((await call(before, 'POST', '/replays', asked)).status).toBe(202)
  await app.arrived(3)
  const killed = (name: string) => {
    const path = join(emptyFolder(), name)
    for (const end of ['', '-wal']) cpSync(`${db}${end}`, `${path}${end}`)
    return path
  }
  const [one, other] = [killed('one.db'), killed('other.db')]
  await call(before, 'DELETE', `/replays/${before.workspace.status().jobs[0]?.id}`)
  release()

  const after = await session(one, [app.url])
  await expect.poll(() => left(after).length).toBe(2)
  expect(left(after)).toEqual([
    expect.objectContaining({ target: app.url, why: 'interrupted', count: 1, query: 'id:3' }),
    expect.objectContaining({ target: app.url, why: 'replay', count: 3, query: 'id:4-6' }),
  ])
  const told: unknown[] = []
  after.onSending(news => told.push(news))
  expect(told).toContainEqual(
    expect.objectContaining({
      why: 'replay',
      manner: { order: 'received', rate: null, resign: undefined, includeRejected: true },
    }),
  )
  expect((await call(after, 'POST', `/leftovers/${left(after)[1]?.id}/send`)).status).toBe(202)
  await app.arrived(6)
  expect(left(after).map(({ why }) => why)).toEqual(['interrupted'])

  const dismissed = await session(other, [])
  await expect.poll(() => left(dismissed).length).toBe(2)
  for (const { id } of left(dismissed)) expect((await call(dismissed, 'DELETE', `/leftovers/${id}`)).status).toBe(200)
  await dismissed.close()
  const last = await session(other, [])
  await call(last, 'GET', '/status')
  expect(left(last)).toEqual([])
})

it('offers no more what the limits dropped, says how many, and that they are not kept at the end', async () => {
  const app = await merchant()
  const db = join(emptyFolder(), 'a.db')
  const before = await session(db, [app.url])
  expect((await call(before, 'PUT', '/forward', { paused: true })).status).toBe(200)
  await post(before, 6)
  await before.close()
  expect([before.kept(), before.dropped()]).toEqual([6, 0])
  const after = await session(db, [], 2)
  await expect.poll(() => left(after)).toMatchObject([{ why: 'elsewhere', count: 2, query: 'id:5-6' }])
  expect(after.workspace.status().droppedWaiting).toBe(4)
  await post(after, 3)
  await expect.poll(() => [after.kept(), after.dropped(), left(after).length]).toEqual([3, 1, 0])
  const gone: number[] = []
  after.onSending(news => news.kind === 'gone' && gone.push(...news.ids))
  await after.close()
  expect(gone).toEqual([1, 2, 3, 4, 5, 6])
})

it('offers what an app missed once it is back, until it is sent in order or dismissed, and adds what it misses next', async () => {
  const port = await portApart()
  const url = `http://127.0.0.1:${port}/webhooks`
  const received: string[] = []
  const up = async () => {
    const app = http.createServer((request, response) => {
      received.push(String(request.headers['hookscope-delivery']))
      response.end()
    })
    await new Promise<void>(resolve => app.listen(port, '127.0.0.1', resolve))
    const down = () => new Promise(resolve => app.close(resolve).closeAllConnections())
    closing.push(async () => void (await down()))
    return down
  }
  const now = await session(join(emptyFolder(), 'a.db'), [url])
  const outage = async (count: number) => {
    await post(now, count, now.kept() + count)
    const target = () => now.workspace.status().forward?.targets[0]
    await expect.poll(() => target()?.missed, { timeout: 10_000 }).toBe(count)
    const down = await up()
    await expect.poll(() => target()?.state, { timeout: 20_000 }).toBe('up')
    return down
  }
  const down = await outage(2)
  expect(left(now)).toMatchObject([{ why: 'missed', target: url, count: 2, query: 'id:1-2' }])
  await down()
  await outage(1)
  expect(left(now)).toMatchObject([{ why: 'missed', count: 3, query: 'id:1-3' }])
  // Another body is not what was missed.
  const changes = { body: { text: '{}' } }
  expect((await call(now, 'POST', '/deliveries/3/replay', { target: url, changes })).status).toBe(200)
  expect((await call(now, 'POST', '/deliveries/1/replay', { target: url })).status).toBe(200)
  expect(left(now)).toMatchObject([{ count: 2, query: 'id:2-3' }])
  expect((await call(now, 'POST', `/leftovers/${left(now)[0]?.id}/send`)).status).toBe(202)
  await expect.poll(() => received).toEqual(['3', '1', '2', '3'])
  expect(left(now)).toEqual([])
})

it('offers what an app that answered 503 missed once it answers 2xx; and after a restart, until it is sent or dismissed', async () => {
  const app = await merchant()
  const db = join(emptyFolder(), 'a.db')
  const target = (of: Listener) => of.workspace.status().forward?.targets[0]
  const restarted = async (before: Listener) => {
    await before.close()
    const told: unknown[] = []
    const now = await session(db, [app.url])
    now.onSending(news => told.push(news))
    await expect.poll(() => [left(now).length, told.length]).toEqual([1, 1])
    expect(told).toMatchObject([{ kind: 'left', why: 'missed-before', target: app.url }])
    return now
  }
  const first = await session(db, [app.url])
  app.behave(manners.answers('503 Service Unavailable'))
  await post(first, 2)
  await expect.poll(() => target(first)).toMatchObject({ state: 'down', missed: 2, answered: { status: 503 } })
  expect(left(first)).toEqual([])

  const second = await restarted(first)
  expect(left(second)).toMatchObject([{ why: 'missed-before', target: app.url, count: 2, query: 'id:1-2' }])
  await post(second, 1)
  await expect.poll(() => target(second)).toMatchObject({ state: 'down', missed: 1 })
  app.behave(manners.answers())
  // One that was missed makes the app answer again: the others are offered together.
  expect((await call(second, 'POST', '/deliveries/2/replay', { target: app.url })).status).toBe(200)
  await expect.poll(() => left(second)).toMatchObject([{ why: 'missed', count: 2, query: 'id:1,3' }])
  expect(target(second)).toMatchObject({ state: 'up', missed: 0 })

  const third = await restarted(second)
  expect(left(third)).toMatchObject([{ why: 'missed-before', count: 2, query: 'id:1,3' }])
  expect((await call(third, 'DELETE', `/leftovers/${left(third)[0]?.id}`)).status).toBe(200)
  await third.close()
  const last = await session(db, [app.url])
  await post(last, 1)
  await app.arrived(5)
  expect(left(last)).toEqual([])
})

it('offers what it sends until the app has taken it, and the rest again; one send at a time', async () => {
  const app = await merchant()
  const now = await session(join(emptyFolder(), 'a.db'), [app.url])
  const target = () => now.workspace.status().forward?.targets[0]
  app.behave(manners.answers('503 Service Unavailable'))
  await post(now, 4)
  await expect.poll(() => target()).toMatchObject({ state: 'down', missed: 4 })
  app.behave(manners.answers())
  expect((await call(now, 'POST', '/deliveries/4/replay', { target: app.url })).status).toBe(200)
  await expect.poll(() => left(now)).toMatchObject([{ why: 'missed', count: 3, query: 'id:1-3' }])
  const send = () => call(now, 'POST', `/leftovers/${id}/send`)
  const id = left(now)[0]?.id
  const jobs = () => now.workspace.status().jobs

  const { manner, release } = holdAnswers()
  const answers = [manner, manners.answers('502 Bad Gateway'), manners.answers('500 Internal Server Error')]
  app.behave((socket, request) => (answers.shift() ?? manners.answers())(socket, request))
  expect((await Promise.all([send(), send()])).map(({ status }) => status).sort()).toEqual([202, 404])
  // It is under way: neither offered, nor settled.
  expect(left(now)).toEqual([])
  release()
  await expect.poll(jobs).toMatchObject([{ state: 'done', sent: 3, answered: 1, failed: 2, leftOut: 0 }])
  await expect.poll(() => left(now)).toEqual([{ id, target: app.url, why: 'missed', count: 2, query: 'id:2-3' }])
  expect((await send()).status).toBe(202)
  await expect.poll(() => jobs().at(-1)).toMatchObject({ state: 'done', answered: 2, total: 2 })
  expect([left(now), target()?.state]).toEqual([[], 'up'])
})

it('offers what a target missed that is removed while it is down, and adds what it misses once it is one again', async () => {
  const url = `http://127.0.0.1:${await portApart()}/webhooks`
  const now = await session(join(emptyFolder(), 'a.db'), [url])
  const told: unknown[] = []
  now.onSending(news => told.push(news))
  const target = () => now.workspace.status().forward?.targets[0]
  await post(now, 2)
  await expect.poll(() => target()?.missed).toBe(2)
  expect((await call(now, 'PUT', '/forward', { target: null })).status).toBe(200)
  expect(left(now)).toMatchObject([{ why: 'missed-removed', target: url, count: 2, query: 'id:1-2' }])
  expect(told).toMatchObject([{ kind: 'left', why: 'missed-removed', target: url, ids: [1, 2] }])
  expect((await call(now, 'PUT', '/forward', { target: url })).status).toBe(200)
  await post(now, 1, 3)
  await expect.poll(() => target()?.missed).toBe(1)
  const app = http.createServer((_, response) => response.end())
  await new Promise<void>(resolve => app.listen(Number(new URL(url).port), '127.0.0.1', resolve))
  closing.push(() => new Promise<void>(resolve => app.close(() => resolve()).closeAllConnections()))
  await expect.poll(() => left(now), { timeout: 10_000 }).toMatchObject([{ why: 'missed', count: 3, query: 'id:1-3' }])
})

it('says that a port without an app is down, and offers over a restart what it cut off', async () => {
  let hasApp = false
  const app = http.createServer((_, response) => response.end())
  const proxy = net.createServer(socket => void (hasApp ? app.emit('connection', socket) : socket.destroy()))
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  closing.push(() => void proxy.close())
  const address = proxy.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`
  const db = join(emptyFolder(), 'a.db')
  const before = await session(db, [url])
  const target = (of: Listener) => of.workspace.status().forward?.targets[0]
  await post(before, 3)
  await expect
    .poll(() => target(before), { timeout: 10_000 })
    .toMatchObject({ state: 'down', missed: 3, error: { code: 'CLOSED_AT_ONCE' }, watched: true })
  await before.close()
  const after = await session(db, [url])
  await expect.poll(() => left(after)).toMatchObject([{ why: 'missed-before', count: 3, query: 'id:1-3' }])
  hasApp = true
  await expect.poll(() => target(after)?.state, { timeout: 10_000 }).toBe('up')
  expect((await call(after, 'POST', `/leftovers/${left(after)[0]?.id}/send`)).status).toBe(202)
  await expect.poll(() => [left(after).length, target(after)?.answered?.status]).toEqual([0, 200])
})

it('counts what was deleted neither as missed, nor as waiting, nor as offered, until it is restored', async () => {
  const port = await portApart()
  const url = `http://127.0.0.1:${port}/webhooks`
  const now = await session(join(emptyFolder(), 'a.db'), [url])
  const target = () => now.workspace.status().forward?.targets[0]
  const edit = async (kind: 'remove' | 'restore', ids: readonly number[]) =>
    expect((await call(now, 'POST', `/deliveries/${kind}`, { ids })).status).toBe(200)
  await post(now, 4)
  await expect.poll(() => target()?.missed).toBe(4)
  await edit('remove', [2, 3])
  expect(target()?.missed).toBe(2)
  await edit('restore', [3])
  expect(target()?.missed).toBe(3)
  expect((await call(now, 'PUT', '/forward', { paused: true })).status).toBe(200)
  await post(now, 2, 6)
  await expect.poll(() => target()?.waiting).toBe(2)
  await edit('remove', [5])
  expect([target()?.waiting, now.workspace.status().forward?.oldestWaiting]).toEqual([1, 6])
  expect(await call(now, 'PUT', '/forward', { target: null })).toMatchObject({ json: { error: { count: 1 } } })
  expect(now.unsent()).toEqual([{ target: url, ids: [6], tried: [] }])

  const news: unknown[] = []
  now.onTarget(one => news.push(one))
  const app = http.createServer((_, response) => response.end())
  await new Promise<void>(resolve => app.listen(port, '127.0.0.1', resolve))
  closing.push(() => new Promise<void>(resolve => app.close(() => resolve()).closeAllConnections()))
  await expect
    .poll(() => left(now), { timeout: 10_000 })
    .toMatchObject([{ why: 'missed', count: 3, query: 'id:1,3-4' }])
  expect(news.at(-1)).toEqual({ state: 'up', target: url, missed: [1, 3, 4] })
  await edit('restore', [2])
  expect(left(now)).toMatchObject([{ count: 4, query: 'id:1-4' }])
  await edit('remove', [1])
  const { json } = await call(now, 'POST', `/leftovers/${left(now)[0]?.id}/send`)
  expect(json).toMatchObject({ job: { total: 3 } })
  await expect.poll(() => now.workspace.status().jobs[0]).toMatchObject({ state: 'done', answered: 3 })
  expect(left(now)).toEqual([])
})

it('goes on with an edit of many deliveries that the end of the run before cut short', async () => {
  const db = join(emptyFolder(), 'edited.db')
  const first = await session(db, [])
  await post(first, 3)
  // As the end of a process leaves it that had begun to delete two of them.
  await first.workspace.store.unfinished.note('edit', new Map([['cut-short', '{"kind":"remove","ids":[[1,2]]}']]))
  await first.close()
  const now = await session(db, [])
  const edits = () => now.workspace.status().edits
  await expect
    .poll(edits)
    .toMatchObject([{ id: 'cut-short', kind: 'remove', state: 'done', changed: 2, canUndo: true }])
  const { deliveries } = (await call(now, 'GET', '/deliveries')).json
  expect(deliveries.map(({ id }: { id: number }) => id)).toEqual([3])
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Change, StreamFrame } from '../../../core/api/messages.ts'
import { openStream } from '../../../server/api/stream.ts'
import { openViewers } from '../../../server/api/viewers.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { manners, startMerchant } from '../../helpers/merchants.ts'
import { openDoor, type TestDoor, token } from './door.ts'

let door: TestDoor
const sockets: WebSocket[] = []
beforeEach(async () => {
  door = await openDoor()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await door.close()
})

/** A viewer that keeps the frames it got. */
async function watch(after: number | null = null) {
  const query = after === null ? '' : `?after=${after}`
  const socket = new WebSocket(`ws://127.0.0.1:${door.inspector.port}/api/stream${query}`, {
    headers: { Authorization: `Bearer ${token}`, Origin: door.inspector.url },
  })
  sockets.push(socket)
  const frames: StreamFrame[] = []
  let refusal = ''
  socket.on('error', error => {
    refusal = error.message
  })
  const closed = new Promise<number>(resolve => socket.on('close', resolve))
  const until = (done: (frames: readonly StreamFrame[]) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!done(frames)) return
        socket.off('message', look)
        resolve()
      }
      socket.on('message', look)
      void closed.then(code => reject(new Error(`closed with ${code} ${refusal}`)))
      look()
    })
  socket.on('message', text => frames.push(JSON.parse(String(text))))
  await until(() => frames.length > 0)
  const changes = () => frames.flatMap((frame): readonly Change[] => (frame.kind === 'batch' ? frame.changes : []))
  return { socket, frames, closed, until, changes }
}

const deliveryIds = (changes: readonly Change[]) =>
  changes.flatMap(change => (change.kind === 'delivery' ? change.delivery.id : []))
const event = (index: number) => saleEvent({ id: index.toString(16).padStart(64, '0') })

it('carries what comes, the status when it changes, and attempts', async () => {
  const viewer = await watch()
  expect(viewer.frames[0]).toMatchObject({
    kind: 'hello',
    cursor: door.store.changes.cursor(),
    status: { version: '0.0.0' },
  })
  const ids = await door.add(arrival({ body: event(1) }), arrival({ body: event(2) }))
  await viewer.until(() => viewer.changes().length >= 2)
  expect(deliveryIds(viewer.changes())).toEqual(ids)

  door.session.status = { ...door.session.status, storeTrouble: 'the disk is full' }
  door.session.announce()
  await viewer.until(frames => frames.at(-1)?.kind === 'status')
  expect(viewer.frames.at(-1)).toMatchObject({ status: { storeTrouble: 'the disk is full' } })

  await door.call(`/api/deliveries/${ids[0]}/replay`, { body: { target: 'http://127.0.0.1:9/' } })
  await viewer.until(() =>
    viewer.changes().some(change => change.kind === 'attempt' && change.attempt.outcome !== 'pending'),
  )
  await door.call('/api/deliveries/remove', { body: { ids: [ids[1]] } })
  await viewer.until(() => viewer.changes().some(change => change.kind === 'delivery-removed' && change.id === ids[1]))
})

it('goes on from the cursor of a viewer that was away', async () => {
  const first = await watch()
  const before = door.store.changes.cursor()
  first.socket.terminate()
  const ids = await door.add(...Array.from({ length: 1200 }, (_, index) => arrival({ body: event(index) })))
  const again = await watch(before)
  await again.until(frames =>
    frames.some(frame => frame.kind === 'batch' && frame.cursor === door.store.changes.cursor()),
  )
  expect(deliveryIds(again.changes())).toEqual(ids)
  const cursors = again.frames.flatMap(frame => (frame.kind === 'batch' ? frame.cursor : []))
  expect(cursors.length).toBeGreaterThan(1)
  expect(cursors.toSorted((one, other) => one - other)).toEqual(cursors)
})

it('tells a viewer of another database to load anew', async () => {
  const viewer = await watch(99_999_999)
  await viewer.until(frames => frames.some(({ kind }) => kind === 'reset'))
  expect(viewer.frames.at(-1)).toMatchObject({ kind: 'reset', cursor: door.store.changes.cursor() })
})

it('drops a viewer that does not read with 4008; it resumes with nothing missed', async () => {
  const [slow, quick] = [await watch(), await watch()]
  const before = door.store.changes.cursor()
  slow.socket.pause()
  // Large enough that the frames soon pile up here, behind full socket buffers.
  door.session.status = { ...door.session.status, db: 'x'.repeat(1_000_000) }
  const rounds = 30
  for (let round = 0; round < rounds; round++) {
    door.session.announce()
    await door.add(arrival({ body: event(round) }))
    await quick.until(() => quick.changes().length > round)
  }
  slow.socket.resume()
  expect(await slow.closed).toBe(4008)
  expect(slow.changes().length).toBeLessThan(rounds)
  door.session.status = { ...door.session.status, db: '' }
  const again = await watch(before)
  await again.until(() => deliveryIds(again.changes()).length === rounds)
})

it('a viewer may say nothing large', async () => {
  const viewer = await watch()
  viewer.socket.send('x'.repeat(2000))
  expect(await viewer.closed).toBe(1009)
  const polite = await watch()
  polite.socket.send('{"kind":"hello"}')
  await door.add()
  await polite.until(() => polite.changes().length > 0)
})

it('no more viewers than it can carry', async () => {
  const viewers = await Promise.all(Array.from({ length: 100 }, () => watch()))
  await expect(watch()).rejects.toThrow(/503/)
  viewers[0]?.socket.terminate()
  await viewers[0]?.closed
  await door.add()
  await Promise.all(viewers.slice(1).map(viewer => viewer.until(() => viewer.changes().length === 1)))
})

it('ends with 1001 when hookscope ends', async () => {
  const viewer = await watch()
  await door.inspector.close()
  expect(await viewer.closed).toBe(1001)
})

it('sends a beat, and ends a viewer that no longer answers', async () => {
  const viewers = openViewers({ store: door.store, status: () => door.session.status, log: () => {} })
  const stream = openStream(viewers, { beatMs: 1000 })
  const server = createServer().on('upgrade', stream.upgrade).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const open = (autoPong: boolean) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/stream`, { autoPong })
    sockets.push(socket)
    return socket
  }
  const [alive, dead] = [open(true), open(false)]
  const [code] = await once(dead, 'close')
  expect(code).toBe(1006)
  let beats = 0
  await new Promise<void>(resolve => {
    alive.on('message', text => {
      if (String(text) === '{"kind":"beat"}' && ++beats === 3) resolve()
    })
  })
  stream.close()
  viewers.close()
  server.close()
  expect((await once(alive, 'close'))[0]).toBe(1001)
})

it('carries how far a check has come, and that it is over', async () => {
  const app = await startMerchant(manners.hangs())
  try {
    const viewer = await watch()
    const { json } = await door.call('/api/checks', {
      body: {
        target: app.url,
        secrets: { kind: 'given', authentication: { kind: 'none' }, key: null },
        only: ['https', 'nulls'],
        skip: [],
        failOn: 'fail',
        rate: null,
        effectUrl: null,
        confirmed: false,
      },
    })
    const { id } = (json as { run: { id: number } }).run
    const checks = () => viewer.frames.flatMap(frame => (frame.kind === 'status' ? [frame.status.check] : []))
    await viewer.until(() => checks().some(check => check?.asked === 1))
    expect(checks().at(-1)).toEqual({ id, asked: 1, of: 2, current: null })
    await door.call(`/api/checks/${id}`, { method: 'DELETE' })
    await viewer.until(() => checks().at(-1) === null)
  } finally {
    await app.close()
  }
})

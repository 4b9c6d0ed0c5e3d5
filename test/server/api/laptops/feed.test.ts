/** What is sent to a laptop waits for it: a slow one holds nothing up, and fills no memory. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ToLaptop } from '../../../../core/laptops/frames.ts'
import { openFeed } from '../../../../server/api/laptops/feed.ts'
import { openSqlite } from '../../../../server/store/sqlite/sqlite.ts'
import type { Store } from '../../../../server/store/store.ts'
import { emptyFolder } from '../../../helpers/command.ts'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'

let store: Store
beforeEach(() => {
  store = openSqlite({ path: `${emptyFolder()}/a.db` })
})
afterEach(() => store.close())

const idsIn = (frames: readonly ToLaptop[]) => frames.flatMap(one => (one.kind === 'delivery' ? [one.delivery.id] : []))

it('sends a page, then waits until the laptop has it on its disk, and reads no further where nothing leaves', async () => {
  const { cursor } = await store.changes.arrivals(null, 1)
  const count = 450
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.deliveries.append(
        arrival({ body: saleEvent({ id: `event-${index}` }), hook: index === 5 ? 'other' : 'main' }),
      ),
    ),
  )
  await store.deliveries.settled()
  const sent: ToLaptop[] = []
  let leave = () => {}
  let isStuck = true
  const feed = openFeed({
    ...{ store, cursor, wants: (hook: string) => hook === 'main', failed: error => expect(error).toBeUndefined() },
    send(frame) {
      sent.push(frame)
      return isStuck ? new Promise(resolve => (leave = resolve)) : Promise.resolve()
    },
  })
  await expect.poll(() => sent.length).toBe(1)
  // It does not leave: nothing more is read for it.
  await store.deliveries.settled()
  expect(sent.length).toBe(1)
  isStuck = false
  leave()
  const cursors = () => sent.flatMap(one => (one.kind === 'cursor' ? [one] : []))
  await expect.poll(() => cursors().length).toBe(1)
  expect(idsIn(sent).length).toBe(199)
  await store.deliveries.append(arrival({ body: saleEvent({ id: 'another' }) }))
  await store.deliveries.settled()
  expect(cursors().length).toBe(1)
  for (const page of [1, 2, 3]) {
    await expect.poll(() => cursors().length).toBe(page)
    feed.acknowledge(cursors().at(-1)?.cursor ?? '')
  }
  expect(cursors().map(({ behind }) => behind)).toEqual([true, true, false])
  expect(idsIn(sent)).toEqual(Array.from({ length: count + 1 }, (_, index) => index + 1).filter(id => id !== 6))
  await feed.close()
})

it('says so when it cannot go on, so that the laptop begins anew', async () => {
  const { cursor } = await store.changes.arrivals(null, 1)
  const broken = new Error('what no database says')
  const failure = new Promise(failed => {
    const changes = { ...store.changes, arrivals: () => Promise.reject(broken) }
    const feed = openFeed({
      ...{ store: { ...store, changes }, cursor, wants: () => true, send: async () => {} },
      failed: error => void feed.close().then(() => failed(error)),
    })
  })
  expect(await failure).toBe(broken)
})

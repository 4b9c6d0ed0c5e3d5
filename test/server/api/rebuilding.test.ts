/** While the list is being rebuilt nothing that is read of it looks complete, and nobody acts on a part of it. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenerClient } from '../../../cli/client.ts'
import { findAll } from '../../../cli/shared/found.ts'
import { openSqlite } from '../../../server/store/sqlite/sqlite.ts'
import { emptyFolder } from '../../helpers/command.ts'
import { damage } from '../../helpers/damage.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { openDoor, type TestDoor, token } from './door.ts'

const many = 60
const path = join(emptyFolder(), 'shop.db')
let door: TestDoor
let other: Database.Database

/** A rebuild that another program's lock holds up at its beginning. */
beforeAll(async () => {
  const made = openSqlite({ path })
  const sales = Array.from({ length: many }, (_, index) =>
    arrival({ body: saleEvent({ id: `event-${index}`, invoice: `${index}`.repeat(100) }) }),
  )
  await Promise.all(sales.map(sale => made.deliveries.append(sale)))
  await made.close()
  damage(path, 'delivery_key', 'leaf')
  other = new Database(path)
  door = await openDoor({ ui: false, store: { path } })
  const rebuilding = new Promise<void>(resolve => {
    const stop = door.store.health.onTrouble(trouble => {
      if (trouble?.rebuilding == null) return
      stop()
      other.exec('BEGIN IMMEDIATE')
      resolve()
    })
  })
  await door.store.deliveries.append(arrival())
  await door.store.deliveries.timeline({ query: { terms: [] }, buckets: 1, from: null, to: null }).catch(() => {})
  await rebuilding
})
afterAll(async () => {
  other.close()
  await door.close()
})

const mark = { rebuilding: { done: expect.any(Number), of: expect.any(Number) } }

it.each(['/api/deliveries', '/api/deliveries/count', '/api/facets', '/api/timeline'])('%s is marked', async route => {
  expect((await door.call(route)).json).toMatchObject(mark)
})

const refused = { error: { code: 'store-rebuilding', hint: expect.stringContaining('Try again once that is done') } }

it.each<[string, Parameters<TestDoor['call']>[1]]>([
  ['/api/deliveries/export?format=ndjson', undefined],
  ['/api/deliveries/export?format=csv', undefined],
  ['/api/deliveries/export?format=ndjson&ids=1,2,3', undefined],
  ['/api/replays', { body: { q: '', order: 'received', rate: null } }],
  ['/api/deliveries/remove', { body: { q: '' } }],
])('%s is refused', async (route, call) => {
  const { status, json } = await door.call(route, call)
  expect(status).toBe(503)
  expect(json).toMatchObject(refused)
})

it('an edit of all that a search finds changes nothing and says why', async () => {
  await door.call('/api/edits', { body: { kind: 'remove', q: '' } })
  await expect
    .poll(() => door.status().edits)
    .toMatchObject([{ state: 'failed', changed: 0, problem: expect.stringContaining('being rebuilt') }])
})

it('a script that asks for all that a search finds is told so', async () => {
  const listener = { pid: 1, inspectorUrl: door.inspector.url, token }
  const { api } = listenerClient(listener, new AbortController().signal)
  await expect(findAll(api, '')).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('rebuilt'),
  })
})

it('all of it is there once that is done, without a mark', async () => {
  other.exec('COMMIT')
  await expect.poll(() => door.store.health.trouble(), { timeout: 20_000 }).toBeNull()
  const { json } = await door.call('/api/deliveries/count')
  expect(json).toEqual({ count: many + 1, capped: false })
  const { text } = await door.call('/api/deliveries/export?format=ndjson')
  expect(text.trimEnd().split('\n')).toHaveLength(many + 1)
})

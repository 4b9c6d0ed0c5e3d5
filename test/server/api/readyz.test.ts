/** What a supervisor of this machine asks: whether deliveries are kept, shown and sent on. */
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { arrival } from '../../helpers/deliveries.ts'
import { knock, openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door.close())

test('200 without a token, and no more than that it is ready', async () => {
  const answer = await knock(door.inspector.port, '/readyz', {})
  expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { ready: true }])
  expect((await door.call('/readyz')).status).toBe(200)
})

test.each([
  ['another name', { Host: 'rebound.example.test' }, 403],
  ['another web page', { Origin: 'https://example.test' }, 403],
])('%s is turned away', async (_, headers, status) => {
  expect((await knock(door.inspector.port, '/readyz', { headers })).status).toBe(status)
})

test('503 with the kind of trouble while deliveries cannot be kept, and nothing that only the token shows', async () => {
  const other = new Database(door.store.path)
  other.exec('BEGIN IMMEDIATE')
  await expect(door.store.deliveries.append(arrival())).rejects.toThrow()
  const answer = await knock(door.inspector.port, '/readyz', {})
  expect([answer.status, JSON.parse(answer.text)]).toEqual([503, { ready: false, trouble: 'locked', keeps: false }])
  other.close()
  await door.add()
  expect((await knock(door.inspector.port, '/readyz', {})).status).toBe(200)
})

test('it is ready again by itself once they can be kept, without a delivery', async () => {
  const other = new Database(door.store.path)
  other.exec('BEGIN IMMEDIATE')
  await expect(door.store.deliveries.append(arrival())).rejects.toThrow()
  other.close()
  await expect.poll(async () => (await knock(door.inspector.port, '/readyz', {})).status).toBe(200)
  expect((await door.store.deliveries.facets()).total).toBe(0)
})

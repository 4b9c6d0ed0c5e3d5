/** What is dropped leaves nothing behind in any table. */
import { expect, it } from 'vitest'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const none = { count: null, days: null, bytes: null }

it('purge drops attempts, keys and text with their delivery, and never gives an id again', async () => {
  const accented = { body: saleEvent({ invoice: 'größer', id: 'accented' }), receivedAt: place.now() }
  const only = await place.store.deliveries.append(arrival(accented))
  await place.store.deliveries.settled()
  const request = { method: 'POST', url: 'http://localhost:1/', headers: [], body: new Uint8Array() }
  const attempt = await place.store.attempts.start({
    delivery: only,
    source: 'replay',
    target: 'http://localhost:1/',
    startedAt: place.now(),
    request,
  })
  await place.store.edits.remove([only])
  expect(await place.store.retention.purge(none)).toBe(1)
  expect(await place.store.attempts.get(attempt)).toBeUndefined()
  const next = await place.store.deliveries.append(arrival())
  await place.store.deliveries.settled()
  expect(next).toBeGreaterThan(only)
  expect(place.rows('SELECT count(*) AS n FROM attempt_content')).toEqual([{ n: 0 }])
  expect(place.rows('SELECT DISTINCT delivery FROM delivery_key')).toEqual([{ delivery: next }])
  expect(place.rows(`SELECT rowid FROM delivery_gram WHERE delivery_gram MATCH 'app'`)).toEqual([{ rowid: next }])
  expect(place.rows('SELECT id FROM delivery_searched')).toEqual([])
})

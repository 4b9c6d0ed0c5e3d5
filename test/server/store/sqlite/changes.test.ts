/** What the change log and attempts take up in the file. */
import { expect, it } from 'vitest'
import { arrival } from '../../../helpers/deliveries.ts'
import { useStore } from '../fixture.ts'

const place = useStore()

async function append(): Promise<number> {
  const id = await place.store.deliveries.append(arrival())
  await place.store.deliveries.settled()
  return id
}

it('the change log is trimmed to its newest entries, and says reset to those who missed them', async () => {
  const before = place.store.changes.cursor()
  const id = await append()
  for (let count = 0; count < 50_000; count += 2) await place.store.edits.setPinned([id], count % 4 === 0)
  for (let count = 0; count < 50_000; count += 2) await place.store.edits.setPinned([id], count % 4 === 0)
  await place.store.retention.purge({ count: null, days: null, bytes: null })
  expect((await place.store.changes.after(before, 10)).kind).toBe('reset')
  expect(place.rows('SELECT count(*) AS n FROM feed')).toEqual([{ n: 50_000 }])
  expect((await place.store.changes.after(place.store.changes.cursor() - 50_000, 10)).kind).toBe('changes')
  expect((await place.store.changes.after(place.store.changes.cursor() - 50_001, 10)).kind).toBe('reset')
}, 60_000)

it('an attempt that sends the delivery’s own body comes back with it', async () => {
  const id = await append()
  const body = (await place.store.deliveries.get(id))?.body ?? new Uint8Array()
  const request = { method: 'POST', url: 'http://localhost:3000/', headers: [], body }
  await place.store.attempts.start({
    delivery: id,
    source: 'replay',
    target: request.url,
    startedAt: place.now(),
    request,
  })
  expect((await place.store.attempts.ofDelivery(id))[0]?.request.body).toEqual(body)
  expect(place.rows('SELECT request_body FROM attempt_content')).toEqual([{ request_body: null }])
})

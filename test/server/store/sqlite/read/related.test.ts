/** Deliveries that an older hookscope kept are joined to others, too. */
import Database from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { scenarioEvents } from '../../../../../core/events/generator/scenarios.ts'
import { renewalSchema } from '../../../../../server/store/sqlite/schema/renewal.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()
const when = new Date(2026, 9, 20, 18)
const events = (name: string, seed: number) => scenarioEvents(name, seed, when)

async function post(bodies: readonly object[]): Promise<number[]> {
  const ids = await Promise.all(bodies.map(body => place.store.deliveries.append(arrival({ body }))))
  await place.store.deliveries.settled()
  return ids
}
const related = async (id = 0) => (await place.store.deliveries.related(id)).map(delivery => delivery.id)

it('what an older hookscope kept is joined, too, in slices behind the start', async () => {
  const bodies = [...events('card-sale', 1), ...events('check-sale', 2), ...events('refund', 3)]
  const ids = await post(bodies)
  const described = 'SELECT id, summary, amount, refnum FROM delivery ORDER BY id'
  const keys = 'SELECT key, delivery FROM delivery_key ORDER BY delivery, key'
  const [summariesNow, keysNow] = [place.rows(described), place.rows(keys)]
  await place.store.close()
  asBefore(place.path)

  const store = await place.reopen({ indexSliceMs: 0 })
  expect(store.deliveries.renewingBelow()).toBe((ids.at(-1) ?? 0) + 1)
  const [late] = await post([saleEvent({ id: 'meanwhile' })])
  await vi.waitFor(() => expect(store.deliveries.renewingBelow()).toBeNull(), 20_000)
  await store.edits.remove([late ?? 0])
  await store.retention.purge({ count: null, days: null, bytes: null })
  expect(place.rows(described)).toEqual(summariesNow)
  expect(place.rows(keys)).toEqual(keysNow)
  expect(await related(ids[0])).toEqual(ids.slice(0, 3))
  expect((await place.reopen()).deliveries.renewingBelow()).toBeNull()
})

it('a start in the middle of that goes on where the last one ended', async () => {
  const ids = await post([...events('card-sale', 1), ...events('card-sale', 2)])
  await place.store.close()
  asBefore(place.path)
  const middle = ids[3] ?? 0
  const db = new Database(place.path)
  db.exec(`UPDATE renewal SET below = ${middle}`)
  db.close()
  const store = await place.reopen()
  await vi.waitFor(() => expect(store.deliveries.renewingBelow()).toBeNull(), 20_000)
  const renewed = place.rows("SELECT id FROM delivery WHERE summary <> 'of before' ORDER BY id")
  expect(renewed).toEqual(ids.filter(id => id < middle).map(id => ({ id })))
})

/** Leaves a database as the version before the new links did: older summaries, and the step that brings the links not made. */
function asBefore(path: string): void {
  const db = new Database(path)
  db.exec("DELETE FROM delivery_key WHERE key LIKE 'batch:%'; UPDATE delivery SET summary = 'of before', amount = NULL")
  db.exec(`DROP TABLE renewal; ${renewalSchema}`)
  db.close()
}

/** Which deliveries belong together: those that come, and those that an older hookscope kept. */
import Database from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { journeyEvents } from '../../../core/journeys.ts'
import { renewalSchema } from '../../../server/store/schema-renewal.ts'
import { arrival, saleEvent } from '../../helpers/deliveries.ts'
import { useStore } from './fixture.ts'

const place = useStore()
const when = new Date(2026, 9, 20, 18)
const events = (name: string, seed: number) => journeyEvents(name, seed, when)

async function post(bodies: readonly object[]): Promise<number[]> {
  const ids = await Promise.all(bodies.map(body => place.store.append(arrival({ body }))))
  await place.store.settled()
  return ids
}
const related = async (id = 0) => (await place.store.journey(id)).map(delivery => delivery.id)

/** A sale and the settlement of its batch, by merchant and batchrefnum, as the gateway names them. */
function batchEvents(merchant: string, batchrefnum: unknown, key: string): [sale: object, settlement: object] {
  const body = (object: object) => ({ event_body: { merchant: { merch_key: merchant }, object } })
  const batch = { type: 'batch', batchrefnum, key: `a${key}`, sequence: '3' }
  return [
    { ...saleEvent({ id: `sale ${key}` }), ...body({ type: 'transaction', key, batch }) },
    {
      ...saleEvent({ id: `settled ${key}`, type: 'settlement.batch.success', triggered: '2026-11-21 10:00:00' }),
      ...body({ type: 'batch', key: `b${key}`, batchrefnum, batchnum: '3' }),
    },
  ]
}

it.each([
  'card-sale',
  'card-authorized',
  'card-partial',
  'settlement-retry',
  'check-sale',
  'ach-return-early',
  'card-released',
])('all events of %s are related, whichever of the sale’s is asked about, and none of another', async name => {
  const all = [...events(name, 1), ...events(name, 2)]
  const ids = await post(all)
  const own = ids.slice(0, ids.length / 2)
  const settlement = (index: number) => String(all[index]?.['event_type']).startsWith('settlement.')
  for (const [index, id] of own.entries()) {
    if (settlement(index)) expect(own).toEqual(expect.arrayContaining(await related(id)))
    else expect(await related(id)).toEqual(own)
  }
})

it('a sale and its settlement are joined by merchant and batchrefnum together', async () => {
  const [sale, settled, ...others] = await post([
    ...batchEvents('m1', '409384', 'k1'),
    ...batchEvents('m1', '409385', 'k2'),
    ...batchEvents('m2', '409384', 'k3'),
  ])
  expect(await related(sale)).toEqual([sale, settled])
  expect(await related(settled)).toEqual([sale, settled])
  expect(await related(others.at(-1))).toEqual(others.slice(-2))
})

it('a batchrefnum may be a number in one of them', async () => {
  const [sale] = batchEvents('m1', '409384', 'k1')
  const [, settled] = batchEvents('m1', 409384, 'k1')
  const ids = await post([sale, settled])
  expect(await related(ids[0])).toEqual(ids)
})

it('without a merchant nothing is joined', async () => {
  const nobody = batchEvents('m1', '409384', 'k1').map(event =>
    JSON.parse(JSON.stringify(event).replace('"merch_key":"m1"', '"x":1')),
  )
  const [sale] = await post(nobody)
  expect(await related(sale)).toEqual([sale])
})

it('a sale has its settlement, and not the other sales of a large batch; the settlement has them all', async () => {
  const [sale, settled] = batchEvents('m1', '409384', 'k')
  const others = Array.from({ length: 250 }, (_, index) =>
    JSON.parse(JSON.stringify(sale).replace('"key":"k"', `"key":"k${index}"`).replace('sale k', `sale ${index}`)),
  )
  const [first, ...rest] = await post([sale, ...others, settled])
  expect(await related(first)).toEqual([first, rest.at(-1)])
  const ofBatch = await related(rest.at(-1))
  expect(ofBatch).toHaveLength(200)
  expect(ofBatch.at(-1)).toBe(rest.at(-1))
})

it('what an older hookscope kept is joined, too, in slices behind the start', async () => {
  const bodies = [...events('card-sale', 1), ...events('check-sale', 2), ...events('refund', 3)]
  const ids = await post(bodies)
  const described = 'SELECT id, summary, amount, refnum FROM delivery ORDER BY id'
  const keys = 'SELECT key, delivery FROM delivery_key ORDER BY delivery, key'
  const [summariesNow, keysNow] = [place.rows(described), place.rows(keys)]
  await place.store.close()
  asBefore(place.path)

  const store = await place.reopen({ indexSliceMs: 0 })
  expect(store.renewingBelow()).toBe((ids.at(-1) ?? 0) + 1)
  const [late] = await post([saleEvent({ id: 'meanwhile' })])
  await vi.waitFor(() => expect(store.renewingBelow()).toBeNull(), 20_000)
  store.remove([late ?? 0])
  await store.purge({ count: null, days: null, bytes: null })
  expect(place.rows(described)).toEqual(summariesNow)
  expect(place.rows(keys)).toEqual(keysNow)
  expect(await related(ids[0])).toEqual(ids.slice(0, 3))
  expect((await place.reopen()).renewingBelow()).toBeNull()
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
  await vi.waitFor(() => expect(store.renewingBelow()).toBeNull(), 20_000)
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

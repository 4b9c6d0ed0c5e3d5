/** What is purged, and what is taken away until it is. */
import { describe, expect, it } from 'vitest'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function retentionContract(place: ContractPlace): void {
  const none = { count: null, days: null, bytes: null }
  const day = 86_400_000

  async function appendDays(...ages: number[]): Promise<number[]> {
    const ids: number[] = []
    for (const age of ages)
      ids.push(
        await place.store.deliveries.append(
          arrival({ receivedAt: place.now() - age * day, body: saleEvent({ id: `event-${age}-${ids.length}` }) }),
        ),
      )
    await place.store.deliveries.settled()
    return ids
  }

  const keptIds = async () =>
    (await place.store.deliveries.list({ query: { terms: [] }, before: null, limit: 500, grouped: false })).deliveries
      .map(delivery => delivery.id)
      .reverse()

  describe('purge', () => {
    it('drops nothing without limits', async () => {
      const ids = await appendDays(400, 1)
      expect(await place.store.retention.purge(none)).toBe(0)
      expect(await keptIds()).toEqual(ids)
    })

    it('drops what is older than the limit of days, and keeps what is pinned', async () => {
      const [old = 0, pinned = 0, young = 0] = await appendDays(31, 40, 29)
      await place.store.edits.setPinned([pinned], true)
      expect(await place.store.retention.purge({ ...none, days: 30 })).toBe(1)
      expect(await keptIds()).toEqual([pinned, young])
      expect(await place.store.deliveries.get(old)).toBeUndefined()
    })

    it('drops the oldest beyond the limit of deliveries, which pinned ones do not count against', async () => {
      const ids = await appendDays(...Array.from({ length: 350 }, () => 1))
      await place.store.edits.setPinned(ids.slice(0, 2), true)
      expect(await place.store.retention.purge({ ...none, count: 100 })).toBe(248)
      expect(await keptIds()).toEqual([...ids.slice(0, 2), ...ids.slice(-100)])
      await place.store.edits.setPinned(ids.slice(0, 1), false)
      expect(await place.store.retention.purge({ ...none, count: 100 })).toBe(1)
      expect(await keptIds()).toEqual([...ids.slice(1, 2), ...ids.slice(-100)])
    })

    it('finds the oldest behind many that are pinned or were taken away', async () => {
      const ids = await appendDays(...Array.from({ length: 450 }, () => 40))
      await place.store.edits.setPinned(ids.slice(0, 420), true)
      expect(await place.store.retention.purge({ ...none, count: 20 })).toBe(10)
      expect(await place.store.retention.purge({ ...none, days: 30 })).toBe(20)
      expect(await keptIds()).toEqual(ids.slice(0, 420))
      await place.store.edits.setPinned(ids.slice(0, 1), false)
      expect(await place.store.retention.purge({ ...none, days: 30 })).toBe(1)
    })

    it('tells viewers of what went', async () => {
      const [old = 0] = await appendDays(31)
      const cursor = place.store.changes.cursor()
      await place.store.retention.purge({ ...none, days: 30 })
      expect(await place.store.changes.after(cursor, 10)).toMatchObject({
        changes: [{ kind: 'delivery-removed', id: old }],
      })
    })

    it('shows the older delivery of an event again when the newer one went', async () => {
      const body = saleEvent({ id: 'twice' })
      const first = await place.store.deliveries.append(arrival({ body, receivedAt: place.now() }))
      const second = await place.store.deliveries.append(arrival({ body, receivedAt: place.now() - 50 * day }))
      await place.store.deliveries.settled()
      expect((await place.store.deliveries.get(first))?.superseded).toBe(true)
      await place.store.retention.purge({ ...none, days: 30 })
      expect(await place.store.deliveries.get(second)).toBeUndefined()
      expect((await place.store.deliveries.get(first))?.superseded).toBe(false)
    })
  })

  describe('removal', () => {
    it('takes deliveries away until they are restored', async () => {
      const [one = 0, two = 0] = await appendDays(1, 1)
      expect(await place.store.edits.remove([one, 999])).toEqual([one])
      expect(await place.store.edits.remove([one])).toEqual([])
      expect(await place.store.deliveries.get(one)).toBeUndefined()
      expect(await keptIds()).toEqual([two])
      await place.store.edits.restore([one])
      expect(await keptIds()).toEqual([one, two])
      expect((await place.store.deliveries.facets()).total).toBe(2)
    })

    it('shows the older delivery of an event while the newer one is away', async () => {
      const body = saleEvent({ id: 'twice' })
      const first = await place.store.deliveries.append(arrival({ body }))
      const second = await place.store.deliveries.append(arrival({ body }))
      await place.store.deliveries.settled()
      const superseded = async () =>
        (await place.store.deliveries.summaries([first, second])).map(one => one.superseded)
      expect(await superseded()).toEqual([true, false])
      await place.store.edits.remove([second])
      expect(await superseded()).toEqual([false])
      await place.store.edits.restore([second])
      expect(await superseded()).toEqual([true, false])
    })
  })
}

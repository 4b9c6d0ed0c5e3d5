/** Edits of many deliveries. The place is opened so that a slice ends after each delivery. */
import { describe, expect, it } from 'vitest'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function editContract(place: ContractPlace): void {
  async function fill(count: number, eventOf = (at: number) => `event-${at}`): Promise<number[]> {
    const ids = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        place.store.deliveries.append(arrival({ body: saleEvent({ id: eventOf(at) }) })),
      ),
    )
    await place.store.deliveries.settled()
    return ids
  }

  /** Ids of the grouped list, newest first. */
  const shown = async () =>
    (
      await place.store.deliveries.list({ query: { terms: [] }, before: null, limit: 500, grouped: true })
    ).deliveries.map(({ id }) => id)

  type Edit = (ids: readonly number[], options?: Parameters<typeof place.store.edits.remove>[1]) => Promise<number[]>
  const edits: [string, Edit][] = [
    ['remove', (ids, options) => place.store.edits.remove(ids, options)],
    ['restore', (ids, options) => place.store.edits.restore(ids, options)],
    ['pin', (ids, options) => place.store.edits.setPinned(ids, true, options)],
    ['unpin', (ids, options) => place.store.edits.setPinned(ids, false, options)],
  ]

  describe('an edit of many deliveries', () => {
    it('lets appends go first, and tells how far it is', async () => {
      // So many that it is not over before the disk has what comes meanwhile.
      const ids = await fill(1000)
      for (const [name, edit] of edits) {
        const order: string[] = []
        const steps: number[] = []
        const changed: number[] = []
        const editing = edit(ids, {
          onStep(step) {
            if (steps.length === 0)
              void place.store.deliveries.append(arrival({ body: '{}' })).then(() => order.push('appended'))
            steps.push(step.done)
            changed.push(...step.changed)
          },
        }).then(all => {
          order.push(name)
          return all
        })
        expect(await editing).toEqual(ids)
        expect(order, name).toEqual(['appended', name])
        expect(changed).toEqual(ids)
        expect(steps).toHaveLength(ids.length)
      }
    })

    it('ends early when it is cancelled; what is done stays done, and is told', async () => {
      const ids = await fill(50)
      const stop = new AbortController()
      const removed = await place.store.edits.remove(ids, { signal: stop.signal, onStep: () => stop.abort() })
      expect(removed).toEqual(ids.slice(0, removed.length))
      expect(removed.length).toBeLessThan(ids.length)
      expect((await place.store.deliveries.facets()).total).toBe(ids.length - removed.length)
      expect(await place.store.edits.restore(removed)).toEqual(removed)
      expect((await place.store.deliveries.facets()).total).toBe(ids.length)
    })

    it('of one event shows the newest that is left, however many there are', async () => {
      const ids = await fill(1200, () => 'one')
      const newest = ids.at(-1)
      expect(await shown()).toEqual([newest])
      expect(await place.store.edits.remove(ids.slice(20))).toHaveLength(1180)
      expect(await shown()).toEqual([ids[19]])
      expect(await place.store.edits.restore(ids.slice(20, 900))).toHaveLength(880)
      expect(await shown()).toEqual([ids[899]])
      await place.store.retention.purge({ count: null, days: null, bytes: null })
      expect(await shown()).toEqual([ids[899]])
      expect((await place.store.deliveries.facets()).total).toBe(900)
    })

    it('fails where the store is closed meanwhile, and leaves the rest', async () => {
      const ids = await fill(50)
      const closing: Promise<void>[] = []
      const removing = place.store.edits.remove(ids, { onStep: () => closing.push(place.store.close()) })
      await expect(removing).rejects.toMatchObject({ name: 'StoreUnavailable' })
      await Promise.all(closing)
      const left = (await (await place.reopen()).deliveries.facets()).total
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThan(ids.length)
    })
  })

  it('a delivery that comes after its event’s newest was taken away is the one shown', async () => {
    const ids = await fill(2, () => 'one')
    await place.store.edits.remove(ids.slice(1))
    const later = await fill(1, () => 'one')
    expect(await shown()).toEqual(later)
  })
}

/** What laptops need: the log in its order, however late they ask, and their attempts, kept once. */
import { describe, expect, it } from 'vitest'
import { arrival, asItCame, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function laptopContract(place: ContractPlace): void {
  const target = 'http://localhost:3000/webhooks'
  const forwarded = (status: number) => ({
    outcome: 'answered' as const,
    answer: { status, headers: [], body: new Uint8Array(), bodyBytes: 0 },
    timing: { connectMs: 1, firstByteMs: 2, totalMs: 3 },
    error: null,
  })
  const append = (id: string) => place.store.deliveries.append(arrival({ body: saleEvent({ id }) }))
  const report = async (delivery: number, name: string, given: { report: string; status?: number }) => {
    const came = await place.store.deliveries.get(delivery)
    return place.store.attempts.addReported({
      ...{ delivery, source: 'forward', target, startedAt: place.now(), laptop: { person: 'Olga', name } },
      ...{ report: given.report, changes: [], result: forwarded(given.status ?? 200) },
      request: asItCame(came ?? arrival(), target),
    })
  }

  describe('the log in its order', () => {
    it('keeps where a delivery came first, and finds it by that and by when it was received there', async () => {
      const { deliveries } = place.store
      const origin = { server: 'https://hooks.example.com', id: 7 }
      const receivedAt = place.now()
      const id = await deliveries.append(arrival({ receivedAt, origin }))
      const own = await deliveries.append(arrival({ receivedAt }))
      expect(await deliveries.ofOrigin(origin, receivedAt)).toBe(id)
      expect(await deliveries.ofOrigin(origin, receivedAt + 1)).toBeNull()
      expect(await deliveries.ofOrigin({ ...origin, server: 'https://other.example.com' }, receivedAt)).toBeNull()
      await deliveries.settled()
      expect((await deliveries.get(id))?.origin).toEqual(origin)
      expect((await deliveries.summaries([id, own])).map(one => one.origin)).toEqual([origin, undefined])
      const again = await place.reopen()
      expect(await again.deliveries.ofOrigin(origin, receivedAt)).toBe(id)
    })

    it('begins with what comes from now on, and goes on from any cursor', async () => {
      const { changes, deliveries } = place.store
      await append('before')
      await deliveries.settled()
      const start = await changes.arrivals(null, 10)
      expect(start).toMatchObject({ ids: [], lost: false })
      const ids = [await append('one'), await append('two'), await append('three')]
      await deliveries.settled()
      // Other changes are none of its concern.
      await place.store.edits.setPinned([ids[0] ?? 0], true)
      const first = await changes.arrivals(start.cursor, 2)
      expect([first.ids, first.more]).toEqual([ids.slice(0, 2), true])
      const rest = await changes.arrivals(first.cursor, 2)
      expect(rest.ids).toEqual(ids.slice(2))
      expect((await changes.arrivals(rest.cursor, 2)).ids).toEqual([])
      expect((await changes.arrivals(start.cursor, 10)).ids).toEqual(ids)
    })

    it('says of a cursor that is none of it that it is lost', async () => {
      const { changes } = place.store
      for (const cursor of ['999999999999999', '999999999999999.1', 'x'])
        expect(await changes.arrivals(cursor, 10), cursor).toMatchObject({ ids: [] })
      expect(await changes.arrivals('x', 10)).toMatchObject({ lost: true })
    })
  })

  describe('an attempt of a laptop', () => {
    it('is kept once, with whose it is, and calls nobody who waits for attempts of here', async () => {
      const { attempts, deliveries, changes } = place.store
      const id = await append('one')
      await deliveries.settled()
      const heard: number[] = []
      attempts.onEnded(attempt => heard.push(attempt.id))
      const before = changes.cursor()
      expect(await report(id, 'thinkpad', { report: 'a 1', status: 500 })).toBe(true)
      expect(await report(id, 'thinkpad', { report: 'a 1', status: 500 })).toBe(false)
      expect(await report(9999, 'thinkpad', { report: 'a 2' })).toBe(false)
      const [attempt, ...others] = await attempts.ofDelivery(id)
      expect(others).toEqual([])
      const laptop = { person: 'Olga', name: 'thinkpad' }
      expect(attempt).toMatchObject({ source: 'forward', target, status: 500, own: false, laptop, outcome: 'answered' })
      const told = await changes.after(before, 10)
      expect(told.kind === 'changes' && told.changes.map(({ kind }) => kind).sort()).toEqual(['attempt', 'delivery'])
      await deliveries.settled()
      expect(heard).toEqual([])
    })

    it('stands for the delivery only where nothing was forwarded from here, and is none at a target of here', async () => {
      const { attempts, deliveries, unfinished } = place.store
      await attempts.setForwarding([target])
      const id = await append('one')
      await deliveries.settled()
      await report(id, 'thinkpad', { report: 'a 1', status: 200 })
      await report(id, 'macbook', { report: 'b 1', status: 500 })
      const shown = async () => (await deliveries.get(id))?.lastAttempt
      expect(await shown()).toMatchObject({ status: 500, laptop: { name: 'macbook' } })
      // The same URL is another app there: this one is still owed it.
      const owed = await unfinished.unsent({ target, ids: [id], after: 0, upTo: 0, sinceAttempt: 0 })
      expect(owed.map(row => row.id)).toEqual([id])
      const request = asItCame((await deliveries.get(id)) ?? arrival(), target)
      const own = await attempts.start({ delivery: id, source: 'forward', target, startedAt: place.now(), request })
      await attempts.end(own, forwarded(204))
      await report(id, 'macbook', { report: 'b 2', status: 500 })
      const last = await shown()
      expect([last?.status, last?.own, last?.laptop]).toEqual([204, true, undefined])
    })
  })
}

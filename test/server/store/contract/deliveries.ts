/** Deliveries: what is appended is durable, comes back byte for byte, and is listed. */
import { describe, expect, it } from 'vitest'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function deliveryContract(place: ContractPlace): void {
  const everything = { query: { terms: [] }, before: null, limit: 100, grouped: false }

  describe('a delivery in the log', () => {
    it('comes back whole, byte for byte', async () => {
      const body = Uint8Array.from({ length: 256 }, (_, index) => index)
      const came = arrival({ body, verdict: { kind: 'rejected', reasons: ['signature-wrong'] }, status: 401 })
      const id = await place.store.deliveries.append(came)
      const kept = await place.store.deliveries.get(id)
      expect(kept).toMatchObject({
        id,
        hook: 'main',
        receivedAt: '2026-11-23T12:00:00.250Z',
        readMs: 1.5,
        method: 'POST',
        path: '/in/secret?x=1',
        httpVersion: '1.1',
        remoteAddress: '127.0.0.1',
        headers: came.headers,
        bytes: 256,
        status: 401,
        verdict: 'rejected',
        reasons: ['signature-wrong'],
        verdictDetail: came.verdict,
      })
      expect(Uint8Array.from(kept?.body ?? [])).toEqual(body)
    })

    it('has in its row what a merchant knows it by, a full card number masked', async () => {
      await place.store.deliveries.append(arrival({ body: saleEvent({ amount: '1234.50', invoice: 'INV-7' }) }))
      const card = saleEvent({ id: 'b'.repeat(64), type: 'ach.settled', invoice: '4111111111111111' })
      await place.store.deliveries.append(arrival({ body: card }))
      await place.store.deliveries.settled()
      const [ach, sale] = (await place.store.deliveries.list(everything)).deliveries
      expect(sale).toMatchObject({ amount: 1234.5, invoice: 'INV-7', orderid: null })
      expect(ach?.amount).toBeNull()
      expect(ach?.invoice).not.toContain('4111111111111111')
    })

    it('shows where its body holds what was searched for, where its summary does not, and no full card number', async () => {
      const sale = saleEvent({ amount: '1234.50', invoice: 'INV-7/Jürgen' })
      const card = { ...saleEvent({ id: 'b'.repeat(64), invoice: 'Plain-9' }), note: '4111111111111111 for Plain-9' }
      for (const body of [sale, card]) await place.store.deliveries.append(arrival({ body }))
      await place.store.deliveries.settled()
      const found = async (...texts: string[]) => {
        const terms = texts.map(text => ({
          ...{ negated: false, span: { start: 0, end: 0 } },
          anyOf: [{ field: 'text', text, phrase: false }] as const,
        }))
        const { deliveries } = await place.store.deliveries.list({ ...everything, query: { terms } })
        return deliveries.map(({ matched }) => matched && Object.values(matched))
      }
      expect(await found('inv-7')).toEqual([['invoice: ', 'inv-7', '/jurgen']])
      expect(await found('approved')).toEqual([undefined, undefined])
      expect(await found('approved', 'jurgen')).toEqual([['invoice: inv-7/', 'jurgen', '']])
      expect(JSON.stringify(await found('for plain'))).not.toContain('4111111111111111')
      await place.store.deliveries.append(arrival({ body: saleEvent({ id: 'c'.repeat(64), invoice: 'ORDER-Nine' }) }))
      await place.store.deliveries.settled()
      expect(await found('order-nine')).toEqual([['invoice: ', 'ORDER-Nine', '']])
    })

    it('is there as it was last written, for whoever asks afterwards', async () => {
      const ids = await Promise.all(Array.from({ length: 50 }, () => place.store.deliveries.append(arrival())))
      await place.store.deliveries.settled()
      for (const id of ids) {
        const pinned = id % 2 === 0
        await place.store.edits.setPinned([id], pinned)
        const before = place.store.changes.cursor()
        await place.store.edits.setAnswered(id, id + 200)
        const [one, [other], [whole], changes] = await Promise.all([
          place.store.deliveries.get(id),
          place.store.deliveries.summaries([id]),
          place.store.deliveries.getMany([id]),
          place.store.changes.after(before, 10),
        ])
        for (const kept of [one, other, whole]) expect(kept).toMatchObject({ id, pinned, status: id + 200 })
        expect(changes).toMatchObject({
          cursor: place.store.changes.cursor(),
          changes: [{ delivery: { id, status: id + 200 } }],
        })
      }
    })

    it('is not waited for when there is none with its id, however many come meanwhile', async () => {
      let coming = true
      const appends = (async () => {
        while (coming) await place.store.deliveries.append(arrival())
      })()
      expect(await place.store.deliveries.get(1_000_000)).toBeUndefined()
      coming = false
      await appends
    })

    it('is told to listeners once it is indexed, in id order, and is in the list from then on', async () => {
      const told: number[] = []
      place.store.deliveries.onIndexed(deliveries => told.push(...deliveries.map(delivery => delivery.id)))
      const ids = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          place.store.deliveries.append(arrival({ body: saleEvent({ id: `event-${index}` }) })),
        ),
      )
      await place.store.deliveries.settled()
      expect(told).toEqual(ids)
      const first = await place.store.deliveries.list(everything)
      expect(first.deliveries.map(delivery => delivery.id)).toEqual(ids.slice(200).reverse())
      const second = await place.store.deliveries.list({ ...everything, before: first.next })
      const third = await place.store.deliveries.list({ ...everything, before: second.next })
      expect(third.deliveries.at(-1)?.id).toBe(ids[0])
      expect(third.next).toBeNull()
    })
  })
}

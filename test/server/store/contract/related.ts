/** Which deliveries belong together. */
import { expect, it } from 'vitest'
import { scenarioEvents } from '../../../../core/events/generator/scenarios.ts'
import { parseQuery } from '../../../../core/search/search.ts'
import { arrival, saleEvent } from '../../../helpers/deliveries.ts'
import type { ContractPlace } from './place.ts'

export function relatedContract(place: ContractPlace): void {
  const when = new Date(2026, 9, 20, 18)
  const events = (name: string, seed: number) => scenarioEvents(name, seed, when)

  async function post(bodies: readonly object[]): Promise<number[]> {
    const ids = await Promise.all(bodies.map(body => place.store.deliveries.append(arrival({ body }))))
    await place.store.deliveries.settled()
    return ids
  }
  const related = async (id = 0) => (await place.store.deliveries.related(id)).map(delivery => delivery.id)

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

  it('the settlement of a sale is found by the reference of the sale, and no other sale of its batch', async () => {
    const withRef = (sale: object, refnum: string) => {
      const text = JSON.stringify(sale)
      return JSON.parse(text.replace('"type":"transaction"', `"type":"transaction","refnum":"${refnum}"`))
    }
    const [sale, settled] = batchEvents('m1', '409384', 'k1')
    const [other] = batchEvents('m1', '409384', 'k2')
    const [alone, elsewhere] = batchEvents('m1', '409385', 'k3')
    const ids = await post([
      withRef(sale, '1586465224'),
      settled,
      withRef(other, '1586465999'),
      withRef(alone, '15'),
      elsewhere,
    ])
    const found = async (query: string) => {
      const page = { query: parseQuery(query).query, before: null, limit: 10, grouped: false }
      return (await place.store.deliveries.list(page)).deliveries.map(({ id }) => ids.indexOf(id)).sort()
    }
    expect(await found('ref:1586465224')).toEqual([0, 1])
    expect(await found('ref:15864')).toEqual([0, 2])
    expect(await found('-ref:1586465224')).toEqual([2, 3, 4])
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
}

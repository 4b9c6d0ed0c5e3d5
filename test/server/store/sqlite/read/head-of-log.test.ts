/** What is kept and not listed yet: told of from the log, newest first, while listing is late. */
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { parseQuery } from '../../../../../core/search/search.ts'
import type { ListPage } from '../../../../../server/store/deliveries.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { keepLate } from '../../../../helpers/late.ts'
import { useStore } from '../../fixture.ts'

const place = useStore()

function list(text = '', more: { before?: number; limit?: number } = {}): Promise<ListPage> {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return place.store.deliveries.list({ query: parsed.query, before: null, limit: 50, grouped: true, ...more })
}
const sale = (id: string, more: Parameters<typeof arrival>[0] = {}) =>
  arrival({ body: saleEvent({ id, invoice: `inv-${id}` }), ...more })
const idsOf = (deliveries: readonly { readonly id: number }[] = []) => deliveries.map(({ id }) => id)

it('the newest are on top as their bytes tell, until they are listed, and never both', async () => {
  const { deliveries } = place.store
  await deliveries.append(sale('one'))
  await deliveries.settled()
  expect((await list()).preparing).toBeUndefined()
  const held = await keepLate(place.store, [
    sale('two', { verdict: { kind: 'verified', key: 'signature-key', basic: false } }),
    sale('one', { verdict: { kind: 'rejected', reasons: ['signature-wrong'] }, status: 401 }),
    sale('three', { headers: [['Content-Encoding', 'gzip']], body: gzipSync('{}') }),
    arrival({ body: 'x'.repeat(20_000) }),
  ])
  // Where the thread takes its time, their headers alone are told at first.
  await expect.poll(async () => (await list()).preparing?.newest.at(-1)?.isDescribed, { timeout: 20_000 }).toBe(true)
  const page = await list()
  expect(idsOf(page.deliveries)).toEqual([1])
  expect(page.preparing).toMatchObject({
    ...{ count: 4, looked: 4, after: 1 },
    newest: [
      { id: 5, isDescribed: false, eventType: null, summary: '' },
      { id: 4, isDescribed: false },
      { id: 3, isDescribed: true, verdict: 'rejected', reasons: ['signature-wrong'], status: 401, eventId: 'one' },
      { id: 2, isDescribed: true, verdict: 'verified', eventType: 'transaction.sale.success', invoice: 'inv-two' },
    ],
  })
  // Whether it is a retry is found out when it is listed.
  expect(page.preparing?.newest.flatMap(({ notes }) => notes)).not.toContain('retry')
  expect(page.preparing?.newest[0]).not.toHaveProperty('tries')
  expect(idsOf((await list('', { limit: 2 })).preparing?.newest)).toEqual([5, 4])
  expect((await list('', { before: 2 })).preparing).toBeUndefined()
  held.release()
  await deliveries.settled()
  const settled = await list()
  expect(settled.preparing).toBeUndefined()
  expect(idsOf(settled.deliveries)).toEqual([5, 4, 3, 2, 1])
  expect(settled.deliveries[2]).toMatchObject({ id: 3, retryOf: 1 })
})

it('a search finds among them what is known, and says where it is not', async () => {
  const held = await keepLate(place.store, [
    sale('big', { body: saleEvent({ id: 'big', amount: '900.00', invoice: 'inv-big' }) }),
    sale('other', { body: saleEvent({ id: 'other', type: 'ach.settled', invoice: 'Größe' }) }),
    arrival({ body: 'inv-big '.repeat(3000) }),
  ])
  const found = async (text: string) => {
    const { preparing } = await list(text)
    return [preparing?.looked, idsOf(preparing?.newest)]
  }
  expect(await found('inv-big')).toEqual([3, [1]])
  expect(await found('grosse')).toEqual([3, []])
  expect(await found('größe')).toEqual([3, [2]])
  expect(await found('amount:>100')).toEqual([3, [1]])
  expect(await found('-type:ach.settled is:unchecked')).toEqual([3, [1]])
  // What the app said, what a person did, and what came before.
  for (const text of ['is:failed', '-is:pinned', 'is:retry', 'status:200', 'ref:100061'])
    expect(await found(text)).toEqual([0, []])
  held.release()
  await place.store.deliveries.settled()
  expect(idsOf((await list('inv-big')).deliveries)).toEqual([3, 1])
})

import { statSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Query } from '../../../../../core/search/query.ts'
import { arrival, saleEvent } from '../../../../helpers/deliveries.ts'
import { useStore } from '../../fixture.ts'

const most = 256 * 1024
const place = useStore({ logBytes: most })
const everything: Query = {
  terms: [{ negated: false, anyOf: [{ field: 'note', note: 'loop' }], span: { start: 0, end: 0 } }],
}

it('the write-ahead log begins anew under searches that never pause', async () => {
  let searching = true
  const searches = Array.from({ length: 4 }, async () => {
    let count = 0
    for (; searching; count++) await place.store.deliveries.count(everything, 1)
    return count
  })
  const logBytes = () => statSync(`${place.path}-wal`).size
  let written = 0
  let largest = 0
  // Until it has begun anew three times; without that it only grows.
  for (let round = 0, before = 0, anew = 0; anew < 3; round++) {
    for (let at = 0; at < 20; at++) {
      await place.store.deliveries.append(
        arrival({ body: saleEvent({ id: `${round}-${at}` }), receivedAt: place.now() }),
      )
      written += 1
    }
    const now = logBytes()
    if (now < before) anew += 1
    largest = Math.max(largest, now)
    before = now
  }
  searching = false
  expect(Math.min(...(await Promise.all(searches)))).toBeGreaterThan(0)
  await place.store.deliveries.settled()
  expect((await place.store.deliveries.facets()).total).toBe(written)
  expect(largest).toBeLessThan(most * 20)
}, 30_000)

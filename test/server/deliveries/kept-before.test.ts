/** What a start says of the deliveries that are there already. */
import { expect, it } from 'vitest'
import { keptBeforeLine, readKeptBefore } from '../../../server/deliveries/kept-before.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()
const hourMs = 3_600_000

it('counts what is kept, not what was deleted, and tells nothing from deleted', async () => {
  expect(await readKeptBefore(place.store)).toEqual({ count: 0, newestAt: null, anyCame: false })
  for (const hours of [5, 2, 1])
    await place.store.deliveries.append(arrival({ receivedAt: place.now() - hours * hourMs }))
  await place.store.deliveries.settled()
  await place.store.edits.remove([3])
  const before = await readKeptBefore(place.store)
  expect(before).toMatchObject({ count: 2, anyCame: true })
  expect(before && keptBeforeLine(before, place.now())).toBe('2 kept, last 2 h ago')
  await place.store.edits.remove([1, 2])
  expect(await readKeptBefore(place.store)).toEqual({ count: 0, newestAt: null, anyCame: true })
})

it('does not know where the database cannot tell', async () => {
  const unreadable = () => Promise.reject(new Error('The database is damaged'))
  expect(await readKeptBefore({ deliveries: { facets: unreadable, list: unreadable, newest: unreadable } })).toBeNull()
})

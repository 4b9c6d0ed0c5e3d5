/** What cannot be dropped is told of, unless it is the database's trouble, which is told of by itself. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openPurging } from '../../../server/deliveries/purging.ts'
import { StoreUnavailable } from '../../../server/store/problem.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()
const retention = { count: 100, days: 90, bytes: null }
const failing = (newestAt: () => Promise<never>) => ({
  retention: place.store.retention,
  deliveries: { ...place.store.deliveries, newestAt },
})

it('says nothing of what the database says', async () => {
  const lines: string[] = []
  const damaged = () => Promise.reject(new StoreUnavailable('damaged', 'The database is damaged'))
  const purging = await openPurging(failing(damaged), retention, line => lines.push(line))
  await nextTurn()
  purging.close()
  expect(lines).toEqual([])
})

it('says what else fails', async () => {
  const lines: string[] = []
  const surprised = () => Promise.reject(new Error('a surprise'))
  const purging = await openPurging(failing(surprised), retention, line => lines.push(line))
  await nextTurn()
  purging.close()
  expect(new Set(lines)).toEqual(new Set(['Old deliveries could not be dropped: a surprise']))
})

/** A clock far ahead: nothing is dropped by its age before somebody says that this is right. */
import { expect, it } from 'vitest'
import { oldSentence, openAgeGuard } from '../../../server/deliveries/age-guard.ts'
import { arrival } from '../../helpers/deliveries.ts'
import { useStore } from '../store/fixture.ts'

const place = useStore()
const dayMs = 86_400_000
const retention = { count: 100, days: 90, bytes: null }

/** Deliveries that came so many days ago. */
async function came(...ages: readonly number[]) {
  for (const age of ages) await place.store.deliveries.append(arrival({ receivedAt: place.now() - age * dayMs }))
  await place.store.deliveries.settled()
}

/** @param days limit by age @param ahead by how much the clock is ahead, days */
function guard(days: number | null, ahead = 0) {
  const held: number[] = []
  const ages = openAgeGuard(
    place.store,
    { ...retention, days },
    ({ count }) => held.push(count),
    () => place.now() + ahead * dayMs,
  )
  return { ages, held }
}

it.each([
  ['nothing is kept', [], 90, 400, null],
  ['the newest came lately, whatever else is old', [400, 100, 29], 90, 0, null],
  ['there is no limit by age', [400], null, 0, null],
  ['nothing is older than the limit', [10, 5], 90, 50, null],
  ['the clock is a year ahead', [10, 0], 90, 365, 2],
  ['nobody has used it for long', [200, 100], 90, 0, 2],
  ['it is two months ahead, and some would go', [40, 0], 90, 60, 1],
  ['the limit is short, and a week is not long', [10, 8], 7, 0, null],
] as const)('asks where all would go at once: %s', async (_name, ages, days, ahead, count) => {
  await came(...ages)
  expect((await guard(days, ahead).ages.look())?.count ?? null).toBe(count)
})

it('drops nothing by age until it is allowed, and the rest of the limits hold meanwhile', async () => {
  await came(10, 0)
  const { ages, held } = guard(90, 365)
  expect(await ages.purgeable()).toEqual({ ...retention, days: null })
  expect(held).toEqual([2])
  ages.allow()
  expect(await ages.purgeable()).toEqual(retention)
  expect(held).toEqual([2])
})

it('leaves pinned ones out of the count, since they stay anyway', async () => {
  await came(10, 0)
  await place.store.edits.setPinned([1], true)
  const { ages } = guard(90, 365)
  expect((await ages.look())?.count).toBe(1)
})

it('says what it is about', async () => {
  expect(oldSentence({ count: 5432, ago: 365, newestAt: '2026-11-23T12:00:00.250Z', days: 90 })).toBe(
    'The newest kept delivery arrived 365 days ago, on 2026-11-23: is this machine’s clock right? 5,432 deliveries are older than the limit of 90 days.',
  )
})

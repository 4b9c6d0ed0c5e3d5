import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createGivingWay, createPacing } from '../../../server/store/turns.ts'

/** @param looks how often it is seen that deliveries come, from the first look on */
function seen(looks: number) {
  let looked = 0
  const giveWay = createGivingWay(() => {
    looked += 1
    return looked <= looks
  })
  return { giveWay, looked: () => looked }
}

it('long reading goes on at once while no delivery comes, and as soon as no more come', async () => {
  const quiet = seen(0)
  await quiet.giveWay(3_600_000)
  expect(quiet.looked()).toBe(1)
  const busy = seen(2)
  await busy.giveWay(3_600_000)
  expect(busy.looked()).toBe(3)
})

it('rests for a while only, where deliveries never end', async () => {
  const endless = seen(Number.POSITIVE_INFINITY)
  await endless.giveWay(1)
  expect(endless.looked()).toBeGreaterThan(1)
})

it('what is asked again and again is answered at once the first time, and then rests while deliveries come', async () => {
  let looked = 0
  const paced = createPacing(() => {
    looked += 1
    return looked <= 3
  })
  const read = async () => {
    const seen = looked
    await sleep(5)
    return seen
  }
  expect(await paced(read)).toBe(0)
  expect(await paced(read)).toBe(4)
})

it('a read that fails is told of, and holds up none after it', async () => {
  const paced = createPacing(() => false)
  await expect(paced(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  expect(await paced(async () => 'read')).toBe('read')
})

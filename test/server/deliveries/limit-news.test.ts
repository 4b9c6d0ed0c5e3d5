import { expect, it } from 'vitest'
import type { PinsBeyond } from '../../../core/deliveries/pins.ts'
import { keepWithin } from '../../../server/deliveries/limit-news.ts'

it('limits that are met in a way nobody expects are said once, not with each change', () => {
  const lines: string[] = []
  let changes = 0
  let pins: PinsBeyond | null = null
  let dropped = 0
  let change = () => {}
  const stop = keepWithin(
    {
      keepWithin: async (_, onChange) => {
        change = onChange
      },
      pinsBeyond: () => pins,
      passedOver: () => dropped,
    },
    { count: 10, days: null, bytes: null },
    { log: line => lines.push(line), changed: () => changes++ },
  )
  change()
  expect(lines).toEqual([])
  pins = { count: 11, bytes: 1 }
  change()
  pins = { count: 12, bytes: 1 }
  change()
  expect(lines).toEqual([expect.stringMatching(/^11 deliveries are pinned/)])
  pins = null
  change()
  dropped = 1500
  change()
  dropped = 1600
  change()
  pins = { count: 13, bytes: 1 }
  change()
  expect(lines.slice(1)).toEqual([
    '1,500 deliveries were dropped before they were shown or sent on: more arrived than the limits keep.',
    expect.stringMatching(/^13 deliveries are pinned/),
  ])
  expect(changes).toBe(7)
  stop()
})

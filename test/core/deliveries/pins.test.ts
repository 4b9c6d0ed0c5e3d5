import { expect, it } from 'vitest'
import { pinsSentence } from '../../../core/deliveries/pins.ts'

it.each([
  [
    { count: 1200, bytes: 5_000_000 },
    { count: 1000, bytes: null },
    /^1,200 deliveries are pinned, more than the 1,000 others that the limits let stay\./,
  ],
  [
    { count: 3, bytes: 12_582_912 },
    { count: 1000, bytes: 10_485_760 },
    /^3 pinned deliveries take up 12 MB, more than the 10 MB that the limits let stay beside them\./,
  ],
  [
    { count: 1, bytes: 12_582_912 },
    { count: null, bytes: 1024 },
    /^1 pinned delivery takes up 12 MB, more than the 1 KB that the limits let stay beside it\./,
  ],
])('pins that alone are beyond a limit are said: %j, %j', (pins, limits, text) => {
  expect(pinsSentence(pins, limits)).toMatch(text)
  expect(pinsSentence(pins, limits)).toMatch(/ Pinned ones stay until they are unpinned\.$/)
})

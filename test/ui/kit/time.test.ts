import { expect, it } from 'vitest'
import { countText, shortCount } from '../../../ui/kit/count.ts'

it.each([
  [0, '0'],
  [99_999, countText(99_999)],
  [100_000, '100K'],
  [977_600, '978K'],
  [1_250_000, '1.25M'],
])('%d is told in little room as %s', (count, short) => {
  expect(shortCount(count)).toBe(short)
})

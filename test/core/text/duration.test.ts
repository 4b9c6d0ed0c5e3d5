/** Lengths of time in words. */
import { describe, expect, it } from 'vitest'
import { lengthText, limitText, sinceText, spanText, tookText } from '../../../core/text/duration.ts'

describe('a wait', () => {
  it.each([
    [0, '0 ms'],
    [250, '250 ms'],
    [1500, '2 s'],
    [300_000, '5 min'],
    [999.9, '1 s'],
    [90_000, '1 min 30 s'],
    [3_599_999, '1 h'],
    [299_900, '5 min'],
    [3_600_000, '1 h'],
    [9_000_000, '2 h 30 min'],
    [259_200_000, '72 h'],
  ] as const)('%d ms is %s', (ms, text) => expect(spanText(ms)).toBe(text))
})

it.each([
  [0.4, '0 ms'],
  [12.4, '12 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [45_040, '45.0 s'],
] as const)('what took %d ms took %s', (ms, text) => expect(tookText(ms)).toBe(text))

it.each([
  [300, '0.3 s'],
  [45_000, '45 s'],
] as const)('a limit of %d ms is %s', (ms, text) => expect(limitText(ms)).toBe(text))

it.each([
  [40, '40 ms'],
  [500, '0.5 s'],
  [432_000, '7.2 min'],
  [72 * 3_600_000, '72 h'],
] as const)('a length of %d ms is %s', (ms, text) => expect(lengthText(ms)).toBe(text))

it.each([
  [0, 'just now'],
  [9_999, 'just now'],
  [10_000, '10 s ago'],
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_999, '59 min ago'],
  [2 * 3_600_000, '2 h ago'],
  [86_400_000, '1 day ago'],
  [21 * 86_400_000, '21 days ago'],
  [-1, null],
] as const)('%d ms since then is %s', (ms, text) => expect(sinceText(ms)).toBe(text))

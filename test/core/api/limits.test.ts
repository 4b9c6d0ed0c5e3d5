/** How much may be asked for, and what a sample may be called. */
import { expect, it } from 'vitest'
import { fastestRate, isRate, isSampleName, longestSampleName } from '../../../core/api/limits.ts'
import { readWhat } from '../../../ui/simulate/compose/draft.ts'

it.each([
  [0.000_001, true],
  [0.5, true],
  [fastestRate, true],
  [fastestRate + 1, false],
  [0, false],
  [-1, false],
  [Number.NaN, false],
] as const)('%d a second: %s', (rate, is) => expect(isRate(rate)).toBe(is))

it.each([
  ['a', true],
  ['large-sale', true],
  ['v1.2', true],
  ['a'.repeat(longestSampleName), true],
  ['a'.repeat(longestSampleName + 1), false],
  ['', false],
  ['-a', false],
  ['a.', false],
  ['A', false],
  ['a b', false],
] as const)('a sample called %j: %s, in the form, too', (name, is) => {
  expect(isSampleName(name)).toBe(is)
  expect(readWhat(`sample:${name}`) !== null).toBe(is)
})

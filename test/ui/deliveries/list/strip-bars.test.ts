/** The strip's bars: what they say, how high they are, and what stands along them. */
import { describe, expect, it } from 'vitest'
import { axisLabels, barTops, bucketLines, stretchText } from '../../../../ui/deliveries/list/strip-bars.ts'
import type { Bucket } from '../../../../ui/deliveries/list/timeline.ts'

const at = (day: number, hour = 0, minute = 0, second = 0) => new Date(2026, 10, day, hour, minute, second).getTime()
const minuteMs = 60_000
const hourMs = 60 * minuteMs

const bucket = (parts: Partial<Bucket>): Bucket => ({
  ...{
    start: at(29, 20, 10),
    verified: 0,
    unchecked: 0,
    rejected: 0,
    failed: { verified: 0, unchecked: 0, rejected: 0 },
  },
  ...parts,
})

describe('a bar', () => {
  it('of a small hour is seen beside a large one, and the large one is the highest', () => {
    const [small = 0] = barTops([1], 1000)
    const [middle = 0] = barTops([250], 1000)
    expect(small).toBeGreaterThanOrEqual(0.05)
    expect(middle).toBeCloseTo(0.5)
    expect(barTops([1000], 1000)).toEqual([1])
    expect(barTops([0, 0], 1000)).toEqual([0, 0])
  })

  it('shares its height among its parts, and shows one of a thousand', () => {
    expect(barTops([75, 0, 25], 100)).toEqual([0.75, 0.75, 1])
    const [verified = 0, rejected = 0] = barTops([999, 1], 1000)
    expect(rejected).toBeCloseTo(1)
    expect(rejected - verified).toBeGreaterThan(0.04)
  })

  it('says when, how many, and of which kind, what the app did not take apart from the verdicts', () => {
    const failed = { verified: 2, unchecked: 0, rejected: 0 }
    expect(bucketLines(bucket({ verified: 1234, rejected: 1, failed }), 10 * minuteMs)).toEqual([
      'Nov 29, 20:10 – 20:20',
      '1,235 deliveries',
      '2 app errors',
      '1 rejected',
      '1,232 verified',
    ])
    const one = bucket({ verified: 1, failed: { verified: 1, unchecked: 0, rejected: 0 } })
    expect(bucketLines(one, 10 * minuteMs).slice(1)).toEqual(['1 delivery', '1 app error'])
  })
})

it.each([
  [at(29, 20, 10), at(29, 20, 20), 'Nov 29, 20:10 – 20:20'],
  [at(29, 20, 10, 5), at(29, 20, 10, 10), 'Nov 29, 20:10:05 – 20:10:10'],
  [at(29, 23), at(30), 'Nov 29, 23:00 – 00:00'],
  [at(29, 21), at(30, 3), 'Nov 29, 21:00 – Nov 30, 03:00'],
  [at(29), at(30), 'Nov 29'],
  [at(27), at(29), 'Nov 27 – Nov 28'],
])('a stretch from %i to %i is “%s”', (from, to, text) => {
  expect(stretchText(from, to)).toBe(text)
})

it.each<[string, number[], number, string[]]>([
  ['hours of today', [at(30, 9), at(30, 12)], 3 * hourMs, ['09:00', '12:00']],
  [
    'hours of two days, each day once',
    [at(29, 12), at(29, 18), at(30), at(30, 6)],
    6 * hourMs,
    ['Nov 29, 12:00', '18:00', 'Nov 30', '06:00'],
  ],
  [
    'a day that begins between two',
    [at(29, 20), at(30, 4), at(30, 12)],
    8 * hourMs,
    ['Nov 29, 20:00', 'Nov 30, 04:00', '12:00'],
  ],
  ['seconds', [at(30, 9, 0, 0), at(30, 9, 0, 30)], 30_000, ['09:00:00', '09:00:30']],
  ['days', [at(27), at(28)], 24 * hourMs, ['Nov 27', 'Nov 28']],
])('along it stand %s', (_, splits, step, labels) => {
  expect(axisLabels(splits, step, at(30, 13))).toEqual(labels)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limitLog, openLimiter } from '../../../server/lib/limiter.ts'

test('never more than the burst and what time has refilled, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { maxLength: 100 }), steps => {
      let time = 1_000_000
      let forward = 0
      const take = openLimiter(5, 2, () => time)
      let taken = 0
      for (const step of steps) {
        time += step
        forward += Math.max(0, step)
        if (take()) taken += 1
      }
      expect(taken).toBeLessThanOrEqual(5 + (forward / 1000) * 2)
    }),
  )
})

test('a full bucket is a burst again', () => {
  let time = 0
  const take = openLimiter(3, 1, () => time)
  const burst = () => [take(), take(), take(), take()]
  expect(burst()).toEqual([true, true, true, false])
  time = 60_000
  expect(burst()).toEqual([true, true, true, false])
})

test('lines that were left out are counted', () => {
  let time = 0
  const lines: string[] = []
  const log = limitLog(
    line => lines.push(line),
    openLimiter(2, 1, () => time),
  )
  for (const line of ['a', 'b', 'c', 'd']) log(line)
  time = 1000
  log('e')
  time = 2000
  log('f')
  expect(lines).toEqual(['a', 'b', 'e (and 2 lines like it were left out)', 'f'])
})

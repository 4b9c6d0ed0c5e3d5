import { expect, it } from 'vitest'
import { createLateness } from '../../../../../server/store/sqlite/index/lateness.ts'

it('is late once a delivery has waited for long, and until one has not', () => {
  let now = 0
  const lateness = createLateness(() => now)
  const at = (time: number, upTo: number, durable: number) => {
    now = time
    lateness.look(upTo, durable)
    return lateness.isLate()
  }
  expect(at(0, 10, 10)).toBe(false)
  // Under steady load none waits for long.
  for (let time = 0; time < 3000; time += 100) expect(at(time, time, time + 50)).toBe(false)
  expect([at(3000, 3000, 4000), at(3300, 3999, 5000), at(3301, 3999, 5000)]).toEqual([false, false, true])
  // One was waited for; those behind it are late still.
  expect(at(3600, 4000, 5000)).toBe(true)
  expect(at(3650, 5000, 6000)).toBe(false)
  expect([at(4000, 5000, 6000), at(4010, 6000, 6000), at(9000, 6000, 6000)]).toEqual([true, false, false])
})

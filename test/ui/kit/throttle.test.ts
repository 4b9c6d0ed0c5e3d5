import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { throttled } from '../../../ui/kit/throttle.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('runs at once, then at its pace, and never loses the last call', async () => {
  let runs = 0
  const soon = throttled(1_000, async () => {
    runs += 1
  })
  soon()
  await vi.advanceTimersByTimeAsync(0)
  expect(runs).toBe(1)
  soon()
  soon()
  await vi.advanceTimersByTimeAsync(900)
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(100)
  expect(runs).toBe(2)
})

it('pauses ten times as long as the work took, and runs again for a call that came meanwhile', async () => {
  let runs = 0
  const soon = throttled(1_000, async () => {
    runs += 1
    await new Promise(resolve => setTimeout(resolve, 500))
  })
  soon()
  await vi.advanceTimersByTimeAsync(100)
  soon()
  await vi.advanceTimersByTimeAsync(5_300)
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(runs).toBe(2)
  soon.cancel()
})

it('is not held by a clock that is set back an hour', async () => {
  let runs = 0
  const soon = throttled(1_000, async () => {
    runs += 1
  })
  soon()
  await vi.advanceTimersByTimeAsync(0)
  vi.setSystemTime(Date.now() - 3_600_000)
  soon()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(runs).toBe(2)
})

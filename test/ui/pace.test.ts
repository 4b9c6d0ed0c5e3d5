import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { paced } from '../../ui/models/pace.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('runs at once, then at its pace, and never loses the last call', async () => {
  let runs = 0
  const soon = paced(1_000, async () => {
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
  const soon = paced(1_000, async () => {
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

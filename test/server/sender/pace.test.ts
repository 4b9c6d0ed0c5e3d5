import { expect, test } from 'vitest'
import { openGate, paced } from '../../../server/sender/pace.ts'

const never = new AbortController().signal

test('a rate is one of starts: a slow answer holds up nothing', async () => {
  const started: number[] = []
  let release = () => {}
  const all = new Promise<void>(resolve => {
    release = resolve
  })
  await paced([5, 3, 4], { rate: 1000, signal: never }, async id => {
    started.push(id)
    if (started.length === 3) release()
    await all
  })
  expect(started).toEqual([5, 3, 4])
})

test('what a stall held up does not follow in a burst, whoever waits at once', async () => {
  const turn = openGate(10, never)
  // Rounds of the event loop, and not milliseconds: a burst is what passes in one of them, on a busy machine, too.
  let round = 0
  let spinning = true
  const spin = () => {
    round += 1
    if (spinning) setImmediate(spin)
  }
  spin()
  const passed: number[] = []
  const all = Promise.all(Array.from({ length: 4 }, () => turn().then(() => passed.push(round))))
  await new Promise(resolve => setImmediate(resolve))
  const until = performance.now() + 350
  while (performance.now() < until);
  await all
  spinning = false
  expect(passed).toHaveLength(4)
  expect(new Set(passed).size).toBe(4)
})

test('a rate that is slower than timers can be is waited for, not passed over', async () => {
  const started: number[] = []
  const stop = new AbortController()
  const all = paced([5, 3, 4], { rate: 1e-9, signal: stop.signal }, async id => {
    started.push(id)
  })
  await new Promise(resolve => setTimeout(resolve, 50))
  stop.abort()
  await all
  expect(started).toEqual([5])
})

test('at a rate no more than 20 are awaited at once, without one a single one', async () => {
  const most = async (rate: number | null) => {
    let running = 0
    let highest = 0
    await paced(
      Array.from({ length: 50 }, (_, index) => index),
      { rate, signal: never },
      async () => {
        running += 1
        highest = Math.max(highest, running)
        await new Promise(resolve => setTimeout(resolve, 20))
        running -= 1
      },
    )
    return highest
  }
  expect(await most(null)).toBe(1)
  expect(await most(100_000)).toBeLessThanOrEqual(20)
})

test('after a failure, and once it is ended, no more are started and the rest is waited for', async () => {
  const ended: number[] = []
  const failing = paced([1, 2, 3], { rate: 1000, signal: never }, async id => {
    if (id === 2) throw new Error('two')
    await new Promise(resolve => setImmediate(resolve))
    ended.push(id)
  })
  await expect(failing).rejects.toThrow('two')
  expect(ended).toEqual([1])

  const stop = new AbortController()
  const started: number[] = []
  await paced([1, 2, 3], { rate: 0.001, signal: stop.signal }, async id => {
    started.push(id)
    stop.abort()
  })
  expect(started).toEqual([1])
})

import { expect, it } from 'vitest'
import { openBacklogNews } from '../../../server/deliveries/backlog-news.ts'
import { createListeners } from '../../../server/lib/listeners.ts'

/** @param everyMs how long there must be many, and how often the status may change */
function opened(everyMs: number) {
  const indexed = createListeners<readonly never[]>()
  const lines: string[] = []
  let waiting = 0
  let changes = 0
  const stop = openBacklogNews(
    { backlog: () => waiting, onIndexed: indexed.add },
    {
      log: line => lines.push(line),
      changed: () => {
        changes += 1
      },
    },
    everyMs,
  )
  const see = (left: number) => {
    waiting = left
    indexed.call([])
  }
  return { lines, see, stop, changes: () => changes }
}

it('says that many deliveries are being prepared, once, and that all are listed', () => {
  const { lines, see, stop, changes } = opened(0)
  see(0)
  see(999)
  expect([lines, changes()]).toEqual([[], 0])
  see(12_345)
  see(9000)
  see(1)
  expect(lines).toEqual(['12,345 deliveries are being prepared: kept and answered, and soon listed and sent on.'])
  expect(changes()).toBe(3)
  see(0)
  see(0)
  expect(lines.slice(1)).toEqual(['All deliveries are listed now.'])
  expect(changes()).toBe(4)
  see(2000)
  stop()
  see(3000)
  expect(lines.slice(2)).toEqual([
    '2,000 deliveries are being prepared: kept and answered, and soon listed and sent on.',
  ])
})

it('leaves a moment’s backlog to the status', () => {
  const { lines, see, changes } = opened(60_000)
  see(5000)
  see(0)
  expect([lines, changes()]).toEqual([[], 2])
})

import { expect, it } from 'vitest'
import { catchUpLines } from '../../../cli/listen/catch-up-lines.ts'
import { paintFor } from '../../../cli/shared/style.ts'
import { catchUp } from '../../../core/tunnels/catch-up.ts'

const minute = 60_000
const hour = 60 * minute
const from = Date.parse('2026-11-23T12:00:00Z')

it('the oldest event is tried again on its own schedule, the newest 5 minutes after', () => {
  const { oldest, newest } = catchUp({ from, to: from + 12 * minute }, 3)
  expect(oldest.next).toEqual([15, 20, 25].map(minutes => from + minutes * minute))
  expect(newest.next).toEqual([17, 22, 27].map(minutes => from + minutes * minute))
})

it('after three days the oldest is given up; just before, one try is left', () => {
  expect(catchUp({ from, to: from + 72 * hour }, 3).oldest.next).toEqual([])
  expect(catchUp({ from, to: from + 71 * hour }, 3).oldest.next).toEqual([from + 72 * hour])
})

it('the terminal names from when to when, and the instants', () => {
  const style = { paint: paintFor({ isTTY: false }, {}), width: null }
  const clock = (at: number) => new Date(at).toTimeString().slice(0, 8)
  const [line] = catchUpLines({ from, to: from + 12 * minute }, style)
  expect(line).toBe(
    `Not reachable from ${clock(from)} to ${clock(from + 12 * minute)} (12 min). For 72 hours the gateway sends again what did not arrive: ` +
      `an event of ${clock(from)} at ${[15, 20, 25].map(at => clock(from + at * minute)).join(', ')} and so on; ` +
      `an event of ${clock(from + 12 * minute)} at ${[17, 22, 27].map(at => clock(from + at * minute)).join(', ')} and so on.`,
  )
  expect(catchUpLines({ from, to: from + 80 * hour }, style).join()).toContain('an event of 11/23/2026')
})

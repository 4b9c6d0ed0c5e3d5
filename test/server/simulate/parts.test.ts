import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptInstants } from '../../../core/simulate/schedule.ts'
import { chance } from '../../../server/simulate/chance.ts'
import { sendOptionsOf } from '../../../server/simulate/dispatcher.ts'
import { nextAttemptAt } from '../../../server/simulate/next-attempt.ts'
import { simulationTitle } from '../../../server/simulate/title.ts'

describe('the next try', () => {
  const onTime = { kind: 'times', factor: 1 } as const
  it('of one that is always on time follows the whole schedule', () => {
    let dueAt: number | null = 1000
    const instants: number[] = []
    for (let number = 1; dueAt !== null; number++) {
      instants.push(dueAt - 1000)
      dueAt = nextAttemptAt({ number, dueAt, startedAt: dueAt }, onTime)
    }
    expect(instants).toEqual(attemptInstants)
  })
  it('is not moved by a small delay, and never before the one it follows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 35 }),
        fc.integer({ min: 0, max: 1e9 }),
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        (number, delay, factor) => {
          const gap = ((attemptInstants[number] ?? 0) - (attemptInstants[number - 1] ?? 0)) / factor
          const next = nextAttemptAt({ number, dueAt: 0, startedAt: delay }, { kind: 'times', factor })
          expect(next).toBe(delay < gap ? gap : delay + gap)
        },
      ),
    )
  })
  it('comes at once on the instant clock', () => {
    expect(nextAttemptAt({ number: 1, dueAt: 5, startedAt: 9 }, { kind: 'instant' })).toBe(9)
  })
  it('is none after the 36th', () => {
    expect(nextAttemptAt({ number: 36, dueAt: 0, startedAt: 0 }, onTime)).toBeNull()
  })
})

it('a try may take what the gateway gives it: 5 s for a connection, 45 s for an answer', () => {
  expect(sendOptionsOf({})).toMatchObject({ connectMs: 5000, readMs: 45_000 })
  expect(sendOptionsOf({ readMs: 20 })).toMatchObject({ connectMs: 5000, readMs: 20 })
})

it('chance is from 0 to 1, and the same for the same question', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string(), fc.nat(), (seed, kind, ordinal) => {
      const drawn = chance(seed, kind, ordinal)
      expect(drawn).toBeGreaterThanOrEqual(0)
      expect(drawn).toBeLessThan(1)
      expect(chance(seed, kind, ordinal)).toBe(drawn)
    }),
  )
})

it.each([
  [[{ kind: 'event', type: 'ach.settled' }], 1, 'ach.settled'],
  [[{ kind: 'event', type: 'transaction.sale.success' }], 3, '3 × transaction.sale.success'],
  [
    [
      { kind: 'event', type: 'ach.settled' },
      { kind: 'event', type: 'ach.settled' },
      { kind: 'journey', name: 'decline' },
    ],
    2,
    '4 × ach.settled and 2 × scenario decline',
  ],
  [
    [
      { kind: 'sample', name: 'large-sale' },
      { kind: 'body', text: '{}' },
      { kind: 'event', type: 'ach.failed' },
      { kind: 'event', type: 'ach.voided' },
    ],
    1,
    'sample large-sale, a body of your own and 2 more',
  ],
] as const)('%j × %i is called %s', (items, count, title) => {
  expect(simulationTitle(items, count)).toBe(title)
})

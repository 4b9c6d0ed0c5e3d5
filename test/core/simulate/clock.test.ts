/** The simulated gateway's clock and faults, as people write them. */
import { describe, expect, it } from 'vitest'
import { clockText, parseClock } from '../../../core/simulate/clock.ts'
import { parseFaults } from '../../../core/simulate/fault-text.ts'

describe('clock', () => {
  it.each([
    ['instant', { kind: 'instant' }],
    [' Instant ', { kind: 'instant' }],
    ['600x', { kind: 'times', factor: 600 }],
    ['600', { kind: 'times', factor: 600 }],
    ['1.5X', { kind: 'times', factor: 1.5 }],
    ['1000000x', { kind: 'times', factor: 1_000_000 }],
  ] as const)('%j', (text, clock) => {
    expect(parseClock(text)).toEqual(clock)
    expect(parseClock(clockText(clock))).toEqual(clock)
  })

  it.each(['', 'x', '0', '0x', '-1x', '1000001x', '1e3', '60 x', 'fast', 'NaN', 'Infinity'])('not %j', text => {
    expect(parseClock(text)).toBeUndefined()
  })
})

describe('faults', () => {
  it.each([
    ['duplicates', { duplicates: 1 }],
    ['slow=0.2,cut=5%', { slow: 0.2, cut: 0.05 }],
    [' disorder , slow = .5 ', { disorder: 1, slow: 0.5 }],
    ['cut=0', { cut: 0 }],
    ['cut=100%', { cut: 1 }],
  ] as const)('%j', (text, faults) => {
    const trimmed = text.replaceAll(' = ', '=')
    expect(parseFaults(trimmed)).toEqual({ ok: true, faults })
  })

  it.each([
    ['', /missing/],
    ['slow,', /missing/],
    ['rain', /no fault “rain”/],
    ['slwo', /no fault “slwo”/],
    ['slow=2', /“2” is not a share/],
    ['slow=-1', /“-1” is not a share/],
    ['slow=', /“” is not a share/],
    ['slow=101%', /“101%” is not a share/],
    ['slow,slow=1', /slow is given twice/],
  ] as const)('not %j', (text, says) => {
    const parsed = parseFaults(text)
    expect(parsed).toMatchObject({ ok: false, message: expect.stringMatching(says) })
  })

  it('names the nearest kind', () => {
    expect(parseFaults('tampre')).toMatchObject({ hint: 'Did you mean tamper?' })
  })
})

import { describe, expect, it } from 'vitest'
import { attemptInstants, gatewayLimits } from '../../../core/simulate/schedule.ts'

/** When each try of an event is due that nobody answers, as hours and minutes after the first. */
const due = [
  // every five minutes in the first hour
  ...['0:00', '0:05', '0:10', '0:15', '0:20', '0:25', '0:30', '0:35', '0:40', '0:45', '0:50', '0:55', '1:00'],
  // every hour for eleven hours
  ...['2:00', '3:00', '4:00', '5:00', '6:00', '7:00', '8:00', '9:00', '10:00', '11:00', '12:00'],
  // every three hours for twelve hours
  ...['15:00', '18:00', '21:00', '24:00'],
  // every six hours for forty-eight hours
  ...['30:00', '36:00', '42:00', '48:00', '54:00', '60:00', '66:00', '72:00'],
]

describe('the gateway’s schedule', () => {
  it.each(due.map((time, index) => [index + 1, time] as const))('try %i is due after %s', (number, time) => {
    const ms = attemptInstants[number - 1] ?? Number.NaN
    const minutes = ms / 60_000
    expect(`${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`).toBe(time)
  })

  it('ends with the 36th try, three days after the first', () => {
    expect(attemptInstants).toHaveLength(36)
    expect(attemptInstants.at(-1)).toBe(3 * 86_400_000)
  })

  it('waits 5 s for a connection and 45 s for an answer, on at most 20 connections', () => {
    expect(gatewayLimits).toEqual({ connectMs: 5000, readMs: 45_000, connections: 20 })
  })
})

import { expect, it } from 'vitest'
import { parseQuery } from '../../../core/search/search.ts'
import { zoneClock } from '../../../core/search/search-time.ts'
import { timeSpanOf } from '../../../core/search/time-span.ts'

const clock = zoneClock('UTC', Date.UTC(2026, 10, 30, 12))
const [from, to] = [Date.UTC(2026, 10, 29), Date.UTC(2026, 10, 30)]

it.each<[string, { from: number | null; to: number | null }]>([
  ['', { from: null, to: null }],
  ['refund is:rejected', { from: null, to: null }],
  ['on:2026-11-29', { from, to }],
  ['after:2026-11-29 before:2026-11-30', { from, to }],
  ['after:2026-11-29', { from, to: null }],
  ['-on:2026-11-29', { from: null, to: null }],
  ['on:2026-11-29 after:2026-11-01', { from, to }],
])('the time that “%s” is about', (text, span) => {
  const parsed = parseQuery(text, clock)
  expect(parsed.ok && timeSpanOf(parsed.query)).toEqual(span)
})

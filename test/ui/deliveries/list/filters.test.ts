import { describe, expect, it, vi } from 'vitest'
import { parseQuery } from '../../../../core/search/search.ts'
import {
  chips,
  clearChips,
  hasTerm,
  replaceFields,
  timeFields,
  timeTerm,
  toggleChip,
  typeFields,
  valuesOf,
} from '../../../../ui/deliveries/list/filters.ts'

const chip = (id: string) => chips.find(one => one.id === id) as (typeof chips)[number]

describe('filters are terms of the search', () => {
  it.each([
    ['', 'rejected', 'is:rejected'],
    ['"last update" type:ach.*', 'pinned', '"last update" type:ach.* is:pinned'],
    ['is:verified refund', 'rejected', 'refund is:rejected'],
    ['is:rejected refund', 'rejected', 'refund'],
    ['is:rejected', 'failed', 'is:rejected is:failed'],
  ])('“%s” and the chip %s make “%s”', (text, id, after) => {
    expect(toggleChip(text, chip(id))).toBe(after)
  })

  it('clears its chips and nothing else', () => {
    expect(clearChips('is:pinned -is:verified is:test refund is:failed')).toBe('-is:verified is:test refund')
  })

  it('finds whole terms only', () => {
    expect(hasTerm('"is:pinned"', 'is:pinned')).toBe(false)
    expect(hasTerm('IS:Pinned', 'is:pinned')).toBe(true)
  })

  it('replaces types and times, and leaves negated ones', () => {
    expect(replaceFields('type:ach.* -type:cau.* family:cau x', typeFields, 'family:ach')).toBe(
      '-type:cau.* x family:ach',
    )
    expect(replaceFields('after:1h before:today x', timeFields, null)).toBe('x')
    expect(valuesOf('type:ach.*,"cau.*" -type:x family:cau', typeFields)).toEqual(['ach.*', 'cau.*', 'cau'])
  })

  it('what came to paths without a hook is counted, and shown where there is some', () => {
    const facets = {
      capped: false,
      total: 5,
      bytes: 0,
      verdicts: { verified: 0, unchecked: 5, rejected: 0 },
      duplicates: 0,
      unknown: 0,
      failed: 0,
      pinned: 0,
      types: [],
      hooks: [{ hook: 'main', count: 3 }],
    }
    const unrouted = chip('unrouted')
    expect([unrouted.rare, unrouted.count(facets)]).toEqual([true, 0])
    expect(unrouted.count({ ...facets, hooks: [...facets.hooks, { hook: 'unrouted', count: 2 }] })).toBe(2)
  })

  it('every chip is a search that can be understood', () => {
    for (const { term } of chips) expect(parseQuery(term).ok).toBe(true)
  })

  it('a brushed stretch of time is a search for exactly its seconds', () => {
    const from = new Date(2026, 10, 23, 14, 0, 5).getTime()
    const parsed = parseQuery(timeTerm(from + 300, from + 65_000))
    expect(parsed.ok && parsed.query.terms[0]?.anyOf).toEqual([{ field: 'received', from, to: from + 65_000 }])
  })

  it.each([0, 3_600_000])('also in the hour that comes twice, %i ms after it began', later => {
    vi.stubEnv('TZ', 'America/New_York')
    const from = Date.UTC(2026, 10, 1, 5, 30) + later
    const parsed = parseQuery(timeTerm(from, from + 60_000))
    vi.unstubAllEnvs()
    expect(parsed.query.terms[0]?.anyOf).toEqual([{ field: 'received', from, to: from + 60_000 }])
  })
})

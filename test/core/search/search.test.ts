import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition, Query } from '../../../core/search/query.ts'
import {
  type Clock,
  completeQuery,
  formatQuery,
  localClock,
  localZone,
  meantSearch,
  parseQuery,
  zoneClock,
} from '../../../core/search/search.ts'
import { searchFieldNames, searchFields } from '../../../core/search/search-fields.ts'

const now = Date.UTC(2026, 10, 5, 12, 30)

/** A zone two hours east of Greenwich, all year. */
const clock: Clock = {
  now,
  toMoment: (year, month, day, hour = 0, minute = 0, second = 0, ms = 0) =>
    Date.UTC(year, month - 1, day, hour - 2, minute, second, ms),
  toDay(moment) {
    const date = new Date(moment + 2 * 3_600_000)
    return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
  },
}

const withoutSpans = ({ terms }: Query) => terms.map(({ negated, anyOf }) => ({ negated, anyOf }))
const parse = (text: string) => withoutSpans(parseQuery(text, clock).query)
const one = (text: string): Condition | undefined => parse(text)[0]?.anyOf[0]
const problemOf = (text: string) => {
  const parsed = parseQuery(text, clock)
  return parsed.ok ? null : { ...parsed.problem, at: text.slice(parsed.problem.span.start, parsed.problem.span.end) }
}
const local = (day: number, hour = 0, minute = 0) => clock.toMoment(2026, 11, day, hour, minute)

describe('one condition', () => {
  it.each<[string, Condition]>([
    ['refund', { field: 'text', text: 'refund', phrase: false }],
    ['"last update"', { field: 'text', text: 'last update', phrase: true }],
    ['"say \\"hi\\" \\\\ there"', { field: 'text', text: 'say "hi" \\ there', phrase: true }],
    ['https://example.test/a,b', { field: 'text', text: 'https://example.test/a,b', phrase: false }],
    ['1,00', { field: 'text', text: '1,00', phrase: false }],
    ['type:ach.*', { field: 'type', pattern: 'ach.*' }],
    ['TYPE:transaction.sale.success', { field: 'type', pattern: 'transaction.sale.success' }],
    ['family:inventory', { field: 'family', family: 'inventory' }],
    ['is:Rejected', { field: 'is', state: 'rejected' }],
    ['verdict:unchecked', { field: 'verdict', verdict: 'unchecked' }],
    ['reason:signature-wrong', { field: 'reason', reason: 'signature-wrong' }],
    ['note:retry-changed', { field: 'note', note: 'retry-changed' }],
    ['status:5xx', { field: 'status', from: 500, to: 599 }],
    ['status:404', { field: 'status', from: 404, to: 404 }],
    ['status:400-499', { field: 'status', from: 400, to: 499 }],
    ['status:>=500', { field: 'status', from: 500, to: 999 }],
    ['status:<300', { field: 'status', from: 100, to: 299 }],
    ['status:refused', { field: 'outcome', outcome: 'refused' }],
    ['status:timed-out', { field: 'outcome', outcome: 'timed-out' }],
    ['status:pending', { field: 'outcome', outcome: 'pending' }],
    ['answered:401', { field: 'answered', from: 401, to: 401 }],
    ['key:8nf0', { field: 'key', prefix: '8nf0' }],
    ['key:"a b"', { field: 'key', prefix: 'a b' }],
    ['event:3f9a', { field: 'event', prefix: '3f9a' }],
    ['ref:98454685', { field: 'ref', prefix: '98454685' }],
    ['amount:>100', { field: 'amount', comparison: '>', amount: 100 }],
    ['amount:>=12.50', { field: 'amount', comparison: '>=', amount: 12.5 }],
    ['amount:$500.00', { field: 'amount', comparison: '=', amount: 500 }],
    ['amount:1,234.50', { field: 'amount', comparison: '=', amount: 1234.5 }],
    ['amount:>1,000', { field: 'amount', comparison: '>', amount: 1000 }],
    ['amount:<=$1,234,567.89', { field: 'amount', comparison: '<=', amount: 1_234_567.89 }],
    ['amount:-5.00', { field: 'amount', comparison: '=', amount: -5 }],
    ['amount:100..200', { field: 'amounts', from: 100, to: 200 }],
    ['amount:$1,000-$2,500.50', { field: 'amounts', from: 1000, to: 2500.5 }],
    ['header:"x-name: jürgen"', { field: 'header', text: 'x-name: jürgen' }],
    ['id:#17', { field: 'id', from: 17, to: 17 }],
    ['on:"Nov 1, 2026"', { field: 'received', from: local(1), to: local(2) }],
    ['on:"30 November"', { field: 'received', from: local(-335), to: local(-334) }],
    ['after:12:05', { field: 'received', from: local(5, 12, 5), to: null }],
    ['bytes:<1k', { field: 'bytes', comparison: '<', bytes: 1024 }],
    ['bytes:<=1.5MB', { field: 'bytes', comparison: '<=', bytes: 1_572_864 }],
    ['bytes:0', { field: 'bytes', comparison: '=', bytes: 0 }],
    ['hook:main', { field: 'hook', hook: 'main' }],
    ['method:put', { field: 'method', method: 'PUT' }],
    ['id:17', { field: 'id', from: 17, to: 17 }],
    ['id:17', { field: 'id', from: 17, to: 17 }],
    ['id:17-20', { field: 'id', from: 17, to: 20 }],
    ['before:2026-11-01', { field: 'received', from: null, to: local(1) }],
    ['after:2026-11-01', { field: 'received', from: local(1), to: null }],
    ['on:2026-11-01', { field: 'received', from: local(1), to: local(2) }],
    ['after:2026-11-01T14:00', { field: 'received', from: local(1, 14), to: null }],
    ['after:"2026-11-01 14:00"', { field: 'received', from: local(1, 14), to: null }],
    ['after:2026-11-01T14:00Z', { field: 'received', from: Date.UTC(2026, 10, 1, 14), to: null }],
    ['after:2026-11-01T14:00-05:30', { field: 'received', from: Date.UTC(2026, 10, 1, 19, 30), to: null }],
    ['on:2026-11-01T14:00', { field: 'received', from: local(1, 14), to: local(1, 14, 1) }],
    ['on:2026-11-01T14:00:05', { field: 'received', from: local(1, 14) + 5000, to: local(1, 14) + 6000 }],
    ['on:2026-11-01..2026-11-03', { field: 'received', from: local(1), to: local(4) }],
    ['on:3d..1d', { field: 'received', from: now - 3 * 86_400_000, to: now - 86_400_000 }],
    ['after:2h', { field: 'received', from: now - 7_200_000, to: null }],
    ['before:3d', { field: 'received', from: null, to: now - 3 * 86_400_000 }],
    ['on:today', { field: 'received', from: local(5), to: local(6) }],
    ['on:yesterday', { field: 'received', from: local(4), to: local(5) }],
    ['before:now', { field: 'received', from: null, to: now }],
  ])('%s', (text, condition) => {
    expect(parseQuery(text, clock).ok).toBe(true)
    expect(one(text)).toEqual(condition)
  })

  const also = (text: string) => parse(text).map(({ anyOf: [first] }) => (first.field === 'text' ? first.also : first))
  const received = (from: number, to: number) => ({ field: 'received', from, to })
  const shown: readonly [text: string, ...(readonly (readonly Condition[] | undefined)[])][] = [
    ['#2', [{ field: 'id', from: 2, to: 2 }]],
    ['$1,234.50', [{ field: 'amount', comparison: '=', amount: 1234.5 }]],
    ['1,234.50', [{ field: 'amount', comparison: '=', amount: 1234.5 }]],
    ['−$5.00', [{ field: 'amount', comparison: '=', amount: -5 }]],
    ['1234.50', undefined],
    ['1111', undefined],
    ['kafo', undefined],
    [
      '503',
      [
        { field: 'status', from: 503, to: 503 },
        { field: 'answered', from: 503, to: 503 },
      ],
    ],
    ['Verified', [{ field: 'verdict', verdict: 'verified' }]],
    ['×3', [{ field: 'tries', tries: 3 }]],
    ['35 ms', [{ field: 'took', from: 34.5, to: 35.5 }]],
    ['1.2 s', [{ field: 'took', from: 1150, to: 1250 }]],
    ['4.5 KB', [{ field: 'size', from: 4556.8, to: 4659.2 }]],
    ['Nov 1', [received(local(1), local(2))] as Condition[]],
    ['Nov 6', [received(local(6 - 365), local(7 - 365))] as Condition[]],
    ['Nov 01, 2026, 14:05:09.123 GMT+2', [received(local(1, 14, 5) + 9123, local(1, 14, 5) + 9124)] as Condition[]],
    ['2026-11-01 14:05', [received(local(1, 14, 5), local(1, 14, 6))] as Condition[]],
    ['14:05', [received(local(5, 14, 5), local(5, 14, 6))] as Condition[]],
    ['14:45:10', [received(local(4, 14, 45) + 10_000, local(4, 14, 45) + 11_000)] as Condition[]],
    ['Mayday 5', undefined, undefined],
    [
      'refund Nov 1 35 ms',
      undefined,
      [received(local(1), local(2))] as Condition[],
      [{ field: 'took', from: 34.5, to: 35.5 }],
    ],
    ['Nov -1', undefined, undefined],
  ]
  it.each(shown)('%s means what is shown so', (text, ...readings) => {
    expect(parseQuery(text, clock).ok).toBe(true)
    expect(also(text)).toEqual(readings)
  })

  it('takes a local day as long as it is, also when the clocks change', () => {
    const changing = {
      ...clock,
      toMoment: (_y: number, _m: number, day: number) => (day === 1 ? 1_000_000 : 91_000_000),
    }
    const { query } = parseQuery('on:2026-11-01', changing)
    expect(query.terms[0]?.anyOf).toEqual([{ field: 'received', from: 1_000_000, to: 91_000_000 }])
  })

  it('reads times in the zone of the machine unless told otherwise', () => {
    const { query } = parseQuery('after:2026-11-01T14:00')
    expect(query.terms[0]?.anyOf).toEqual([{ field: 'received', from: new Date(2026, 10, 1, 14).getTime(), to: null }])
    const today = localClock().toDay(new Date(2026, 0, 31, 23).getTime())
    expect(today).toEqual({ year: 2026, month: 1, day: 31 })
  })
})

describe('the zone of who asks', () => {
  const at = (zone: string, text: string, when = now) =>
    parseQuery(text, zoneClock(zone, when)).query.terms.flatMap(({ anyOf }) => anyOf)
  const hour = 3_600_000
  it.each<[zone: string, text: string, from: number | null, to: number | null]>([
    ['America/New_York', 'before:2026-11-02', null, Date.UTC(2026, 10, 2, 5)],
    ['Asia/Kolkata', 'after:2026-11-02T10:00', Date.UTC(2026, 10, 2, 4, 30), null],
    ['Pacific/Auckland', 'on:today', Date.UTC(2026, 10, 5, 11), Date.UTC(2026, 10, 6, 11)],
    ['Pacific/Honolulu', 'on:yesterday', Date.UTC(2026, 10, 4, 10), Date.UTC(2026, 10, 5, 10)],
    // Put back at 2:00: the day has 25 hours, and 1:30 is the first of the two.
    ['America/New_York', 'on:2026-11-01', Date.UTC(2026, 10, 1, 4), Date.UTC(2026, 10, 2, 5)],
    ['America/New_York', 'after:2026-11-01T01:30', Date.UTC(2026, 10, 1, 5, 30), null],
    ['America/New_York', 'after:2026-11-01T02:30', Date.UTC(2026, 10, 1, 7, 30), null],
    // Put forward at 2:00: the day has 23 hours, and 2:30 never comes.
    ['Europe/Berlin', 'on:2026-03-29', Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22)],
    ['Europe/Berlin', 'after:2026-03-29T02:30', Date.UTC(2026, 2, 29, 1, 30), null],
    ['Europe/Berlin', 'after:2026-03-29T03:30', Date.UTC(2026, 2, 29, 1, 30), null],
    // At midnight itself: the day begins at 1:00.
    ['America/Santiago', 'on:2026-09-06', Date.UTC(2026, 8, 6, 4), Date.UTC(2026, 8, 7, 3)],
  ])('%s: %s', (zone, text, from, to) => {
    expect(at(zone, text)).toEqual([{ field: 'received', from, to }])
  })

  it('is that of the machine where it has the same name', () => {
    const [machine, zone] = [localClock(), zoneClock(localZone())]
    for (let moment = Date.UTC(2026, 0, 1); moment < Date.UTC(2027, 0, 1); moment += 7 * hour + 1_001) {
      expect(zone.toDay(moment)).toEqual(machine.toDay(moment))
      const date = new Date(moment)
      const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), 30] as const
      expect(zone.toMoment(...parts)).toBe(machine.toMoment(...parts))
    }
  })
})

describe('terms', () => {
  it('stand side by side, turned round by -, with alternatives joined by commas', () => {
    expect(parse('type:ach.*,"cau.*" -is:rejected,test -"last update" -refund')).toEqual([
      {
        negated: false,
        anyOf: [
          { field: 'type', pattern: 'ach.*' },
          { field: 'type', pattern: 'cau.*' },
        ],
      },
      {
        negated: true,
        anyOf: [
          { field: 'is', state: 'rejected' },
          { field: 'is', state: 'test' },
        ],
      },
      { negated: true, anyOf: [{ field: 'text', text: 'last update', phrase: true }] },
      { negated: true, anyOf: [{ field: 'text', text: 'refund', phrase: false }] },
    ])
  })

  it('know where they stand in the text', () => {
    const text = '  type:ach.*,cau.*\t-is:rejected  "last update"'
    const spans = parseQuery(text, clock).query.terms.map(({ span }) => text.slice(span.start, span.end))
    expect(spans).toEqual(['type:ach.*,cau.*', '-is:rejected', '"last update"'])
  })

  it('nothing typed finds everything', () => {
    expect(parseQuery(' \n ', clock)).toEqual({ ok: true, query: { terms: [] } })
  })
})

describe('a problem says where, what and what to type instead', () => {
  it.each<[text: string, at: string, message: RegExp, hint: RegExp]>([
    ['stats:5xx', 'stats:', /no field “stats”/, /Did you mean status:\?/],
    ['zzzzzz:5', 'zzzzzz:', /no field/, /There are type, is, status/],
    ['is:rejectd', 'rejectd', /“rejectd” is not/, /Did you mean “rejected”\? .*pinned/],
    ['is:verified,nope', 'nope', /“nope”/, /It takes verified/],
    ['family:ACHH', 'ACHH', /“ACHH”/, /Did you mean “ach”/],
    ['reason:signature-wrng', 'signature-wrng', /not/, /“signature-wrong”/],
    ['status:refusd', 'refusd', /not/, /Did you mean “refused”/],
    ['status:499-400', '499-400', /not/, /400-499/],
    ['amount:lots', 'lots', /not an amount/, />100/],
    ['amount:>', '>', /not an amount/, /12\.50/],
    ['bytes:1g', '1g', /not a size/, /10k/],
    ['before:2026-13-01', '2026-13-01', /not a date/, /2026-11-01/],
    ['before:2026-02-30', '2026-02-30', /not a date/, /2026-11-01/],
    ['after:2026-11-01T25:00', '2026-11-01T25:00', /not a date/, /today/],
    ['on:2026-11-03..2026-11-01', '2026-11-03..2026-11-01', /not a date/, /today/],
    ['on:2h', '2h', /not a date/, /today/],
    ['id:x', 'x', /not a delivery/, /120-140/],
    ['type:a*b', 'a*b', /only be at the end/, /ach\.\*/],
    ['type:', 'type:', /no value/, /type:transaction\.sale/],
    ['type:ach.*,', 'type:ach.*,', /no value/, /instance/],
    ['-', '-', /nothing follows/, /-is:rejected/],
    ['""', '""', /quotes are empty/, /leave the quotes out/],
    ['"last upd', '"last upd', /not closed/, /Close it/],
    ['key:"a b', '"a b', /not closed/, /Close it/],
  ])('%s', (text, at, message, hint) => {
    const problem = problemOf(text)
    expect(problem?.at).toBe(at)
    expect(problem?.message).toMatch(message)
    expect(problem?.hint).toMatch(hint)
  })

  it('never hides the terms that are fine, and tells the first of several', () => {
    const parsed = parseQuery('type:ach.* is:wrong amount:x refund', clock)
    expect(withoutSpans(parsed.query)).toEqual(parse('type:ach.* refund'))
    expect(problemOf('type:ach.* is:wrong amount:x refund')?.at).toBe('wrong')
  })

  it('a search has a bounded number of conditions', () => {
    const parsed = parseQuery('a '.repeat(5000), clock)
    expect(parsed.query.terms).toHaveLength(100)
    expect(parsed.ok).toBe(false)
  })

  it('every field reads its own example and everything it proposes', () => {
    for (const name of searchFieldNames) {
      const { example, proposals } = searchFields[name]
      for (const value of [example, ...proposals.map(proposal => proposal.value)])
        expect([`${name}:${value}`, problemOf(`${name}:${value}`)]).toEqual([`${name}:${value}`, null])
    }
  })
})

describe('a time in words', () => {
  it.each<[text: string, meant: string | null]>([
    ['yesterday', 'on:yesterday'],
    ['on yesterday', 'on:yesterday'],
    ['On Yesterday', 'on:Yesterday'],
    ['refund yesterday is:rejected', 'refund on:yesterday is:rejected'],
    ['since 2h', 'after:2h'],
    ['since yesterday refund', 'after:yesterday refund'],
    ['before 2026-11-01', 'before:2026-11-01'],
    ['on Nov 3, 2026', 'on:"Nov 3, 2026"'],
    ['on 3 Nov refund', 'on:"3 Nov" refund'],
    ['on 2h', null],
    ['on hold', null],
    ['"yesterday"', null],
    ['-yesterday', null],
    ['on:yesterday', null],
    ['Nov 3, 2026', null],
    ['refund', null],
    ['', null],
  ])('%s means %s', (text, meant) => {
    expect(meantSearch(text, clock)).toBe(meant)
    if (meant !== null) expect(problemOf(meant)).toBeNull()
  })
})

describe('completion', () => {
  const known = { types: ['ach.settled', 'custom.thing'], hooks: ['main', 'my shop'] }
  /** `|` is the caret. */
  const complete = (text: string) => {
    const caret = text.indexOf('|')
    const plain = text.replace('|', '')
    const { span, options } = completeQuery(plain, caret, known)
    return options.map(({ insert }) => `${plain.slice(0, span.start)}${insert}${plain.slice(span.end)}`)
  }

  it.each<[text: string, offered: string]>([
    ['|', 'type:'],
    ['refund |', 'refund is:'],
    ['sta|', 'status:'],
    ['-sta|', '-status:'],
    ['sta|tus:404', 'status:404'],
    ['rejec|', 'is:rejected'],
    ['rejected|', 'is:rejected'],
    ['yester|', 'on:yesterday'],
    ['yesterday|', 'on:yesterday'],
    ['is:rej|', 'is:rejected'],
    ['is:verified,rej|', 'is:verified,rejected'],
    ['is:ver|,rejected', 'is:verified,rejected'],
    ['-is:|', '-is:pinned'],
    ['type:ach|', 'type:ach.*'],
    ['type:cust|', 'type:custom.thing'],
    ['type:sale.s|', 'type:transaction.sale.success'],
    ['hook:m|', 'hook:main'],
    ['hook:my|', 'hook:"my shop"'],
    ['hook:"my|', 'hook:"my shop"'],
    ['status:5|', 'status:5xx'],
    ['before:y|', 'before:yesterday'],
    ['reason:sig|', 'reason:signature-wrong'],
    ['a type:ach| b', 'a type:ach.* b'],
  ])('%s offers %s', (text, offered) => {
    expect(complete(text)).toContain(offered)
  })

  it('says what each offer means', () => {
    const { options } = completeQuery('reason:signature-m', 18, known)
    expect(options).toContainEqual({
      insert: 'signature-missing',
      label: 'signature-missing',
      detail: 'No X-Signature header',
    })
  })

  it('offers nothing inside quoted text, nor what is already there', () => {
    expect(complete('"last upd|ate"')).toEqual([])
    expect(complete('is:rejected|')).toEqual([])
  })
})

describe('for any text', () => {
  const pieces = fc.constantFrom(
    ...searchFieldNames.map(name => `${name}:`),
    ...['-', ',', '"', '\\', ' ', '>', '<=', '..', '*', '5xx', '400-499', '12.50', '1k', '2026-11-01', 'T14:00', 'Z'],
    ...['2h', 'today', 'rejected', 'ach.*', 'refused', 'foo:', '://', '7', 'ü', '\u{1f600}', '\n', '\0'],
  )
  const anyQuery = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 16 }).map(parts => parts.join('')),
  )

  it('parsing never throws, and spans lie inside and in order', () => {
    fc.assert(
      fc.property(anyQuery, text => {
        const parsed = parseQuery(text, clock)
        const spans = [...parsed.query.terms.map(({ span }) => span), ...(parsed.ok ? [] : [parsed.problem.span])]
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
        }
        const ends = parsed.query.terms.map(({ span }) => span)
        for (const [index, { end }] of ends.entries()) expect(ends[index + 1]?.start ?? end).toBeGreaterThanOrEqual(end)
      }),
      { numRuns: 3000 },
    )
  })

  it('a parsed query written out parses to the same', () => {
    fc.assert(
      fc.property(anyQuery, text => {
        const { query } = parseQuery(text, clock)
        const again = parseQuery(formatQuery(query), clock)
        expect(again.ok).toBe(true)
        expect(withoutSpans(again.query)).toEqual(withoutSpans(query))
      }),
      { numRuns: 3000 },
    )
  })

  it('completion never throws, and replaces a part of the text around the caret', () => {
    fc.assert(
      fc.property(anyQuery, fc.double({ min: 0, max: 1, noNaN: true }), (text, where) => {
        const caret = Math.round(where * text.length)
        const { span } = completeQuery(text, caret, { types: ['x.y'], hooks: ['a b'] })
        expect(span.start).toBeLessThanOrEqual(caret)
        expect(span.end).toBeGreaterThanOrEqual(caret)
        expect(span.end).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 2000 },
    )
  })
})

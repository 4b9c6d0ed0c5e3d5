import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCardData } from '../../../../core/events/card.ts'
import { catalogue } from '../../../../core/events/catalogue.ts'
import { objectAt, readEnvelope } from '../../../../core/events/envelope.ts'
import type { Tender } from '../../../../core/events/generator/samples/moment.ts'
import { sampleEvent, sampleFields } from '../../../../core/events/generator/samples.ts'
import { pathText, placesIn, valueAt } from '../../../../core/text/json-steps.ts'
import { gatewayEvent, optionalFields } from '../gateway-facts.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const often = { numRuns: 1000 }
const types = catalogue.map(entry => entry.type)
const when = new Date(2026, 10, 1, 12, 30, 5)

/** A field of `event_body.object`, as it is. */
const at = (event: unknown, path: string) => valueAt(event, ['event_body', 'object', ...path.split('.')])
const centsOf = (money: unknown) => (typeof money === 'string' ? Math.round(Number(money) * 100) : 0)

describe.each(types)('samples of %s', type => {
  it('are what the gateway could send, field by field and without card data, for a thousand seeds', () => {
    const facts = gatewayEvent(type)
    fc.assert(
      fc.property(seeds, seed => {
        const event = sampleEvent(type, seed, when)
        const sent = JSON.stringify(event)
        // As it arrives: nothing is lost on the wire, no undefined, no number that JSON cannot carry.
        const read = facts.safeParse(JSON.parse(sent))
        const problems = [...(read.error?.issues ?? []), ...findCardData(sent)]
        if (problems.length > 0 || !isDeepStrictEqual(read.data, event))
          expect([problems, read.data]).toEqual([[], event])
      }),
      often,
    )
  })

  it.each<Tender>(['check', 'card-partial'])('paid by %s are what the gateway could send', tender => {
    const facts = gatewayEvent(type, type, tender)
    for (let seed = 0; seed < 100; seed++) {
      const event = sampleEvent(type, seed, when, tender)
      // Nobody captures, queues or adjusts a check sale.
      if (tender === 'check' && /captured|queued|adjusted/.test(type)) continue
      expect(facts.safeParse(event).error?.issues).toBeUndefined()
    }
  })

  it('come with and without each optional field, and never without another', () => {
    const optional = new Set(optionalFields(type).map(name => `event_body.object.${name}`))
    for (const field of sampleFields(type)) {
      const parent = field.path.slice(0, field.path.lastIndexOf('.'))
      if (field.always) expect([field.path, optional.has(field.path)]).toEqual([field.path, false])
      else expect([field.path, optional.has(field.path) || optional.has(parent)]).toEqual([field.path, true])
    }
    const known = sampleFields(type).map(field => field.path)
    expect([...optional].filter(path => !known.includes(path))).toEqual([])
  })

  it('have no field that sampleFields does not name, and each of the kind it says', () => {
    const fields = new Map(sampleFields(type).map(field => [field.path, field]))
    fc.assert(
      fc.property(seeds, seed => {
        const event = sampleEvent(type, seed, when)
        const kinds = new Map(
          Array.from(placesIn(event), ({ steps, value }) => [pathText(steps), value === null ? 'null' : typeof value]),
        )
        const other = [...kinds].filter(([path, kind]) => fields.get(path)?.json !== kind)
        const missing = [...fields.values()].filter(field => field.always && !kinds.has(field.path))
        expect([other, missing]).toEqual([[], []])
      }),
      { numRuns: 200 },
    )
  })

  it('are the same for the same seed, and another for another', () => {
    expect(sampleEvent(type, 7, when)).toEqual(sampleEvent(type, 7, when))
    const bodies = Array.from({ length: 500 }, (_, seed) => sampleEvent(type, seed, when))
    expect(new Set(bodies.map(event => event['event_id'])).size).toBe(500)
    expect(new Set(bodies.map(event => JSON.stringify(event['event_body']))).size).toBe(500)
  })
})

describe('the time of a sample', () => {
  it('is the one given, as text without a zone', () => {
    expect(sampleEvent('ach.settled', 1, when)['event_triggered']).toBe('2026-11-01 12:30:05')
    const early = new Date(2026, 0, 2, 3, 4, 5)
    expect(sampleEvent('ach.settled', 1, early)['event_triggered']).toBe('2026-01-02 03:04:05')
  })

  it('changes nothing else than times and dates', () => {
    const [one, other] = [when, new Date(2027, 3, 9)].map(time => sampleEvent('transaction.sale.success', 5, time))
    expect({ ...one, event_triggered: '' }).toEqual({ ...other, event_triggered: '' })
  })

  it.each(['captured', 'voided', 'unvoided', 'adjusted', 'queued'])('of a sale %s is after its original_date', step => {
    fc.assert(
      fc.property(seeds, seed => {
        const event = sampleEvent(`transaction.sale.${step}`, seed, when)
        expect(String(at(event, 'original_date')) < String(event['event_triggered'])).toBe(true)
      }),
    )
  })
})

describe('the money of a sample', () => {
  it.each(['success', 'failure'] as const)('of a sale.%s adds up: subtotal, tax and duty less discount', outcome => {
    fc.assert(
      fc.property(seeds, seed => {
        const event = sampleEvent(`transaction.sale.${outcome}`, seed, when)
        const detail = objectAt(readEnvelope(event)?.object ?? null, 'amount_detail') ?? {}
        const total = at(event, 'amount') ?? at(event, 'auth_amount')
        const [subtotal, tax, duty, discount, short] = ['subtotal', 'tax', 'duty', 'discount', 'amount'].map(part =>
          centsOf(detail[part]),
        )
        const sum = (subtotal ?? 0) + (tax ?? 0) + (duty ?? 0) - (discount ?? 0) + (short ?? 0)
        expect(sum).toBe(centsOf(total))
        expect(sum).toBeGreaterThan(0)
      }),
      often,
    )
  })

  it('is authorised only where the sale was approved', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const failed = sampleEvent('transaction.sale.failure', seed, when)
        expect(['0.00', undefined]).toContain(at(failed, 'auth_amount'))
        const approved = sampleEvent('transaction.sale.success', seed, when)
        if (at(approved, 'auth_amount') !== undefined && at(approved, 'amount') !== undefined) {
          expect(at(approved, 'auth_amount')).toBe(at(approved, 'amount'))
        }
      }),
    )
  })

  it('of a batch is at least a dollar a sale, in cents, with 000 for none', () => {
    const credits = new Set<unknown>()
    fc.assert(
      fc.property(seeds, seed => {
        const event = sampleEvent('settlement.batch.success', seed, when)
        expect(Number(at(event, 'totalsales'))).toBeGreaterThanOrEqual(100 * Number(at(event, 'numsales')))
        credits.add(at(event, 'totalcredits'))
      }),
    )
    expect(credits).toContain('000')
    expect(credits.size).toBeGreaterThan(3)
  })
})

describe('what a card update finds', () => {
  it('is a later date on the same card, or another card of the same brand', () => {
    const monthOf = (expiration: unknown) => `${String(expiration).slice(2)}${String(expiration).slice(0, 2)}`
    fc.assert(
      fc.property(seeds, fc.constantFrom('updated_expiration', 'updated_card'), (seed, step) => {
        const event = sampleEvent(`cau.${step}`, seed, when)
        const [before, after] = [at(event, 'original_card'), at(event, 'updated_card')]
        expect(valueAt(after, ['type'])).toBe(valueAt(before, ['type']))
        expect(monthOf(valueAt(after, ['expiration'])) > monthOf(valueAt(before, ['expiration']))).toBe(true)
        const sameNumber = valueAt(after, ['number']) === valueAt(before, ['number'])
        expect(sameNumber).toBe(step === 'updated_expiration')
        const changes = ['event_body', 'changes']
        expect(valueAt(event, [...changes, 'old', 'original_card', 'expiration'])).toBe(valueAt(before, ['expiration']))
        expect(valueAt(event, [...changes, 'new', 'updated_card', 'expiration'])).toBe(valueAt(after, ['expiration']))
        expect(valueAt(event, [...changes, 'new', 'updated_card', 'number'])).toBe(
          step === 'updated_card' ? valueAt(after, ['number']) : undefined,
        )
      }),
    )
  })

  it('now and then starts from a card without a known date', () => {
    const dates = Array.from({ length: 100 }, (_, seed) =>
      at(sampleEvent('cau.created', seed), 'original_card.expiration'),
    )
    expect(dates).toContain('0000')
  })

  it.each(types.filter(type => type.startsWith('cau.')))(
    'of %s keeps the spelling cardupdate where it is asked for',
    type => {
      const spelling = type.replace('cau', 'cardupdate')
      const facts = gatewayEvent(type, spelling)
      for (let seed = 0; seed < 100; seed++)
        expect(facts.safeParse(sampleEvent(spelling, seed, when)).success).toBe(true)
      expect(sampleFields(spelling)).toEqual(sampleFields(type))
      expect(sampleEvent(spelling, 1)['event_id']).not.toBe(sampleEvent(type, 1)['event_id'])
    },
  )
})

describe('samples of one seed', () => {
  it('are about the same sale, and are events of their own', () => {
    const sale = sampleEvent('transaction.sale.success', 9, when)
    const voided = sampleEvent('transaction.sale.voided', 9, when)
    expect(at(voided, 'key')).toBe(at(sale, 'key'))
    expect(at(voided, 'refnum')).toBe(String(at(sale, 'refnum')))
    expect(new Set(types.map(type => sampleEvent(type, 9)['event_id'])).size).toBe(25)
  })
})

describe('what the fields of a sample are told as', () => {
  it('has an example of each, in the order of the event, objects before what they hold', () => {
    const fields = sampleFields('transaction.sale.success')
    expect(fields[0]).toMatchObject({ path: 'type', json: 'string', example: 'event', always: true })
    const paths = fields.map(field => field.path)
    expect(paths.indexOf('event_body.object')).toBeLessThan(paths.indexOf('event_body.object.key'))
    expect(paths.at(-1)).toBe('event_id')
    for (const { json, example } of fields) expect(example === null ? 'null' : typeof example).toBe(json)
    expect(fields.find(field => field.path.endsWith('.refnum'))?.note).toContain('JSON number')
  })

  it.each(['', 'transaction.sale', 'sale.success', '__proto__'])('there are none of %j', type => {
    expect(() => sampleFields(type)).toThrow(RangeError)
    expect(() => sampleEvent(type, 1)).toThrow(RangeError)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue, type EventType } from '../../../../core/events/catalogue.ts'
import { findScenario, type Scenario, scenarioEvents, scenarios } from '../../../../core/events/generator/scenarios.ts'
import { valueAt } from '../../../../core/text/json-steps.ts'
import { gatewayEvent } from '../gateway-facts.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const runs = { numRuns: 100 }
const when = new Date(2026, 9, 20, 18, 0, 0)
const all: readonly Scenario[] = scenarios
type Event = Record<string, unknown>

const at = (event: Event | undefined, path: string) => valueAt(event, ['event_body', 'object', ...path.split('.')])
const change = (event: Event | undefined, path: string) => valueAt(event, ['event_body', 'changes', ...path.split('.')])
const triggered = (event: Event | undefined) => String(event?.['event_triggered'])
/** What a transaction is about now, in dollars: of a partial approval what was authorized. */
const amount = (event: Event | undefined) =>
  at(event, 'result_code') === 'P' ? at(event, 'auth_amount') : (at(event, 'amount') ?? at(event, 'auth_amount'))

/** Looks at the scenarios of many seeds. */
function everySeed(name: string, look: (steps: ReadonlyMap<string, Event>, events: readonly Event[]) => void) {
  fc.assert(
    fc.property(seeds, seed => {
      const events = scenarioEvents(name, seed, when)
      look(new Map(events.map(event => [String(event['event_type']), event])), events)
    }),
    runs,
  )
}

describe.each(all.map(journey => [journey.name, journey] as const))(
  'journey %s',
  (name, { steps, title, what, tender }) => {
    it('is of events as the gateway sends them, each with an id of its own', () => {
      everySeed(name, (_, events) => {
        expect(events.map(event => event['event_type'])).toEqual(steps)
        for (const [index, event] of events.entries()) {
          const type = steps[index]
          expect(type && gatewayEvent(type, type, tender).safeParse(event).error?.issues).toBeUndefined()
        }
        expect(new Set(events.map(event => event['event_id'])).size).toBe(events.length)
      })
    })

    it('happens one after the other at one merchant, the last event at the given time', () => {
      everySeed(name, (_, events) => {
        const times = events.map(triggered)
        expect([...new Set(times)].sort()).toEqual(times)
        expect(times.at(-1)).toBe('2026-10-20 18:00:00')
        expect(new Set(events.map(event => valueAt(event, ['event_body', 'merchant', 'merch_key']))).size).toBe(1)
      })
    })

    it('is the same for the same seed, and another for another', () => {
      expect(scenarioEvents(name, 3, when)).toEqual(scenarioEvents(name, 3, when))
      const keys = Array.from({ length: 100 }, (_, seed) => at(scenarioEvents(name, seed, when)[0], 'key'))
      expect(new Set(keys).size).toBe(100)
    })

    it('has a title and a sentence', () => {
      expect(title).not.toBe('')
      expect(what).toMatch(/^[A-Z].*\.$/)
    })
  },
)

describe('the scenarios together', () => {
  it('pass through every event of the catalogue', () => {
    const passed = new Set(all.flatMap(journey => journey.steps))
    expect(catalogue.map(entry => entry.type).filter(type => !passed.has(type))).toEqual([])
  })

  it.each<[name: string, steps: string]>([
    ['card-sale', 'transaction.sale.success transaction.sale.captured settlement.batch.success'],
    ['card-decline', 'transaction.sale.failure transaction.sale.success'],
    ['card-void', 'transaction.sale.success transaction.sale.voided transaction.sale.unvoided'],
    [
      'refund-void',
      'transaction.sale.success settlement.batch.success transaction.refund.success transaction.refund.voided',
    ],
    ['card-queued', 'transaction.sale.success transaction.sale.queued transaction.sale.captured'],
    [
      'card-authorized',
      'transaction.sale.success transaction.sale.queued transaction.sale.captured transaction.sale.adjusted settlement.batch.success',
    ],
    ['card-released', 'transaction.sale.success transaction.sale.queued transaction.sale.voided'],
    ['card-partial', 'transaction.sale.success transaction.sale.captured settlement.batch.success'],
    ['check-sale', 'transaction.sale.success ach.submitted ach.settled'],
    ['ach-return', 'transaction.sale.success ach.submitted ach.settled ach.returned'],
    ['ach-return-early', 'transaction.sale.success ach.submitted ach.returned'],
    ['ach-failure', 'transaction.sale.success ach.submitted ach.failed'],
    ['ach-void', 'transaction.sale.success transaction.sale.voided ach.voided'],
    ['ach-note', 'transaction.sale.success ach.submitted ach.settled ach.note_added'],
    ['card-update', 'cau.created cau.submitted cau.updated_expiration'],
    ['stock', 'product.inventory.ordered product.inventory.ordered product.inventory.adjusted'],
  ])('tell %s from its first event to its last', (name, steps) => {
    expect(findScenario(name)?.steps.join(' ')).toBe(steps)
  })

  it('have names of their own that can be typed', () => {
    expect(new Set(all.map(journey => journey.name)).size).toBe(all.length)
    for (const { name } of all) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(findScenario('card-sale')?.title).toBe('Card sale')
    expect(findScenario('constructor')).toBeUndefined()
    expect(() => scenarioEvents('nowhere', 1)).toThrow(RangeError)
  })
})

describe('a card sale', () => {
  const paths = [
    'card-sale',
    'card-void',
    'card-tip',
    'card-queued',
    'card-authorized',
    'card-released',
    'card-partial',
    'refund',
    'refund-void',
    'settlement-retry',
  ] as const
  it.each(paths)(
    'in %s keeps its key, reference and card from step to step, and says what the amount was before',
    name => {
      everySeed(name, (_, events) => {
        const sales = events.filter(event => String(event['event_type']).startsWith('transaction.sale'))
        for (const field of ['key', 'creditcard.type']) expect(new Set(sales.map(sale => at(sale, field))).size).toBe(1)
        expect(new Set(sales.map(sale => String(at(sale, 'refnum')))).size).toBe(1)
        const invoices = new Set(sales.map(sale => at(sale, 'invoice')).filter(invoice => invoice !== undefined))
        expect(invoices.size).toBeLessThanOrEqual(1)
        for (const [place, sale] of sales.entries()) {
          if (place === 0) continue
          expect(at(sale, 'amount_detail.original_amount')).toBe(amount(sales[place - 1]))
          expect(at(sale, 'original_date')).toBe(triggered(sales[0]))
        }
      })
    },
  )

  it.each(['card-sale', 'card-tip', 'card-authorized', 'card-partial', 'refund', 'settlement-retry'])(
    'in %s settles with its batch, and is in its sum',
    name => {
      everySeed(name, steps => {
        const [sold, ...others] = [...steps.values()].filter(step => at(step, 'type') === 'transaction')
        const sale = others.findLast(step => !String(step['event_type']).includes('refund')) ?? sold
        const settled = steps.get('settlement.batch.success')
        expect(at(settled, 'key')).not.toBe(at(sale, 'batch.key'))
        expect(at(settled, 'batchrefnum')).toBe(at(sale, 'batch.batchrefnum'))
        expect(at(settled, 'batchnum')).toBe(at(sale, 'batch.sequence'))
        const paid = Math.round(Number(amount(sale)) * 100)
        const sum = Number(at(settled, 'totalsales'))
        if (at(settled, 'numsales') === 1) expect(sum).toBe(paid)
        else expect(sum).toBeGreaterThan(paid)
      })
    },
  )

  it('with a tip is captured at the amount it was adjusted to', () => {
    everySeed('card-tip', steps => {
      const [sold, adjusted, captured] = ['success', 'adjusted', 'captured'].map(step =>
        steps.get(`transaction.sale.${step}`),
      )
      expect(amount(adjusted)).not.toBe(amount(sold))
      expect(amount(captured)).toBe(amount(adjusted))
    })
  })

  it('that failed is paid with another card: same invoice and amount, another key', () => {
    everySeed('card-decline', (_, [failed, paid]) => {
      expect(at(paid, 'key')).not.toBe(at(failed, 'key'))
      expect(at(paid, 'refnum')).not.toBe(at(failed, 'refnum'))
      expect(at(paid, 'creditcard.number')).not.toBe(at(failed, 'creditcard.number'))
      expect(at(paid, 'creditcard.cardholder')).toBe(at(failed, 'creditcard.cardholder'))
      expect(amount(paid)).toBe(at(failed, 'amount'))
      if (at(paid, 'invoice') && at(failed, 'invoice')) expect(at(paid, 'invoice')).toBe(at(failed, 'invoice'))
    })
  })

  it('that is refunded gives its whole amount back, as a transaction of the next batch', () => {
    everySeed('refund-void', steps => {
      const sold = steps.get('transaction.sale.success')
      const refunded = steps.get('transaction.refund.success')
      const voided = steps.get('transaction.refund.voided')
      expect(at(refunded, 'auth_amount') ?? at(refunded, 'amount_detail.original_amount')).toBe(amount(sold))
      expect(at(refunded, 'key')).not.toBe(at(sold, 'key'))
      expect(Number(at(refunded, 'batch.sequence'))).toBe(Number(at(sold, 'batch.sequence')) + 1)
      expect(at(voided, 'key')).toBe(at(refunded, 'key'))
      expect(at(voided, 'refnum')).toBe(String(at(refunded, 'refnum')))
      expect(at(voided, 'original_date')).toBe(triggered(refunded))
    })
  })

  it('settles with the same batch after the batch failed', () => {
    everySeed('settlement-retry', steps => {
      for (const field of ['key', 'batchnum', 'batchrefnum', 'uri']) {
        expect(at(steps.get('settlement.batch.success'), field)).toBe(at(steps.get('settlement.batch.failure'), field))
      }
    })
  })
})

const nextDay = (stamp: string) => {
  const [year = 0, month = 1, day = 1] = stamp.slice(0, 10).split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, day + 1)).toISOString().slice(0, 10)
}

describe('an ACH payment', () => {
  it.each(all.filter(({ tender }) => tender === 'check').map(({ name }) => name))(
    'in %s goes from state to state',
    name => {
      everySeed(name, (_, events) => {
        for (const field of ['key', 'refnum', 'check.trackingcode'])
          expect(new Set(events.map(event => String(at(event, field)))).size).toBe(1)
        const moves = events.filter(event => String(event['event_type']).startsWith('ach.'))
        for (const field of ['orderid', 'uri']) expect(new Set(moves.map(event => at(event, field))).size).toBe(1)
        let state: unknown
        for (const event of moves) {
          const from = change(event, 'old.status')
          if (state !== undefined && from !== undefined) expect(from).toBe(state)
          if (event['event_type'] === 'ach.note_added') expect(change(event, 'new.status')).toBe(state)
          state = change(event, 'new.status')
          for (const date of ['processed', 'settled', 'returned']) {
            const said = change(event, `new.${date}`)
            if (said !== undefined) expect(said).toBe(nextDay(triggered(event)))
          }
        }
      })
    },
  )
})

describe('a card update', () => {
  const names = all.filter(({ name }) => name.startsWith('card-update')).map(({ name }) => name)
  it.each(names)('in %s is about one card, queued when it was created', name => {
    everySeed(name, (_, events) => {
      for (const field of ['key', 'original_card.number', 'original_card.expiration', 'source.key'])
        expect(new Set(events.map(event => at(event, field))).size).toBe(1)
      const dates = events.map(event => at(event, 'added')).filter(date => date !== undefined)
      expect(new Set(dates).size).toBeLessThanOrEqual(1)
      const added = at(events[0], 'added')
      if (added !== undefined) expect(added).toBe(triggered(events[0]))
      for (const [index, event] of events.entries()) {
        const from = change(event, 'old.status')
        if (typeof from === 'string' && from !== '') expect(from.toLowerCase()).toBe(at(events[index - 1], 'status'))
      }
    })
  })
})

describe('stock', () => {
  it('is what it was before, and the change', () => {
    everySeed('stock', (_, events) => {
      for (const [index, event] of events.entries()) {
        const before = events[index - 1]
        if (!before) continue
        expect(at(event, 'key')).toBe(at(before, 'key'))
        expect(at(event, 'locationid')).toBe(at(before, 'locationid'))
        const moved = Number(at(event, 'qtyonhand_change'))
        expect(at(event, 'qtyonhand')).toBe(Number(at(before, 'qtyonhand')) + moved)
      }
    })
  })
})

it('the steps of a journey are of one family, but for settlements, and for check sales at the bank', () => {
  const familyOf = (type: EventType) => catalogue.find(entry => entry.type === type)?.family
  for (const { steps, tender } of all) {
    const families = new Set(steps.map(familyOf).filter(family => family !== 'settlement'))
    expect([...families]).toEqual(tender === 'check' ? ['transaction', 'ach'] : [familyOf(steps[0])])
  }
})

/** What the gateway's events mean and what follows from it, one row a sentence: samples, scenarios and words are held to it. */
import { expect, it, describe as suite } from 'vitest'
import { describe } from '../../../core/deliveries/describe.ts'
import {
  catalogue,
  type EventType,
  findEvent,
  resultCodes,
  transactionStatuses,
} from '../../../core/events/catalogue.ts'
import { readEnvelope } from '../../../core/events/envelope.ts'
import { fieldNote, valueMeaning } from '../../../core/events/field-notes.ts'
import type { Tender } from '../../../core/events/generator/samples/moment.ts'
import { sampleEvent } from '../../../core/events/generator/samples.ts'
import { findScenario, type Scenario, scenarioEvents, scenarios } from '../../../core/events/generator/scenarios.ts'
import { standingOf } from '../../../core/events/standing.ts'
import { whatHappened } from '../../../core/events/what-happened.ts'
import { valueAt } from '../../../core/text/json-steps.ts'
import { deliverySummary } from '../../helpers/summaries.ts'

type Event = Record<string, unknown>
const seeds = Array.from({ length: 60 }, (_, seed) => seed * 7919)
const when = new Date(2026, 9, 20, 18, 0, 0)
const all: readonly Scenario[] = scenarios

const at = (event: Event | undefined, path: string) => valueAt(event, ['event_body', 'object', ...path.split('.')])
const change = (event: Event | undefined, path: string) => valueAt(event, ['event_body', 'changes', ...path.split('.')])
const secondsOf = (stamp: unknown) => new Date(String(stamp).replace(' ', 'T')).getTime() / 1000
const typeOf = (event: Event) => String(event['event_type'])
const told = (event: Event) => whatHappened(readEnvelope(event), findEvent(typeOf(event)))
const described = (event: Event) =>
  describe({
    method: 'POST',
    headers: [['Content-Type', 'application/json']],
    body: Buffer.from(JSON.stringify(event)),
    bodyKept: true,
  })
const noteOf = (family: 'transaction' | 'ach' | 'cau' | 'settlement', path: string) =>
  fieldNote(family, ['event_body', ...path.split('.')]) ?? ''
const whenOf = (type: EventType) => findEvent(type)?.when ?? ''

/** Samples of many seeds. */
const samples = (type: EventType, tender: Tender = 'card') => seeds.map(seed => sampleEvent(type, seed, when, tender))
/** The events of a scenario for many seeds, by type. */
const stories = (name: string) =>
  seeds.map(seed => {
    const events = scenarioEvents(name, seed, when)
    return { events, of: (type: EventType) => events.find(event => typeOf(event) === type) }
  })

/** Every sample has it so. */
const every = (events: readonly Event[], fact: (event: Event) => boolean) =>
  expect(events.filter(event => !fact(event))).toEqual([])
/** Some samples have it so, and some do not. */
const some = (events: readonly Event[], fact: (event: Event) => boolean) => {
  const count = events.filter(fact).length
  expect(count).toBeGreaterThan(0)
  expect(count).toBeLessThan(events.length)
}
const each = (name: string, fact: (story: ReturnType<typeof stories>[number]) => boolean) =>
  expect(stories(name).filter(story => !fact(story))).toEqual([])

const facts: readonly (readonly [sentence: string, holds: () => void])[] = [
  [
    'transaction.* fires for checks, too: no creditcard, trantype “Check Sale”, a check object',
    () => {
      for (const type of ['transaction.sale.success', 'transaction.sale.failure', 'transaction.sale.voided'] as const)
        every(
          samples(type, 'check'),
          event =>
            at(event, 'creditcard') === undefined &&
            at(event, 'trantype') === 'Check Sale' &&
            typeof at(event, 'check') === 'object',
        )
      expect(whenOf('transaction.sale.success')).toContain('by check')
      expect(noteOf('transaction', 'object.creditcard')).toContain('Only when it was paid by card')
    },
  ],
  [
    'ach.* comes in addition: each ACH scenario begins with the sale’s own event, about the same transaction',
    () => {
      const ofAch = all.filter(({ steps }) => steps.some(step => step.startsWith('ach.')))
      expect(ofAch.length).toBeGreaterThanOrEqual(6)
      for (const { name, steps } of ofAch) {
        expect([name, steps[0]]).toEqual([name, 'transaction.sale.success'])
        each(
          name,
          ({ events }) =>
            new Set(events.map(event => `${at(event, 'key')} ${at(event, 'refnum')}`)).size === 1 &&
            new Set(events.map(event => at(event, 'check.trackingcode'))).size === 1,
        )
      }
    },
  ],
  [
    'a check sale’s success is not money in the bank',
    () => {
      for (const event of samples('transaction.sale.success', 'check')) {
        expect(told(event)).toMatch(/^A check sale of \S+ \(\d+\) was approved; the bank settles or returns it later$/)
        expect(described(event).summary).toMatch(/ approved · check · \d+$/)
      }
      expect(noteOf('transaction', 'object.check')).toMatch(/approved is not paid.*book it once/)
    },
  ],
  [
    'a sale and its settlement have different batch keys, the same batchrefnum, and sequence is batchnum',
    () => {
      for (const name of ['card-sale', 'card-authorized', 'card-partial', 'refund'])
        each(name, ({ of }) => {
          const [sale, settled] = [of('transaction.sale.success'), of('settlement.batch.success')]
          return (
            at(sale, 'batch.key') !== at(settled, 'key') &&
            at(sale, 'batch.batchrefnum') === at(settled, 'batchrefnum') &&
            at(sale, 'batch.sequence') === at(settled, 'batchnum') &&
            at(settled, 'uri') === `batches/${at(settled, 'key')}`
          )
        })
      expect(noteOf('transaction', 'object.batch.key')).toContain('merchant and batchrefnum')
      expect(noteOf('settlement', 'object.key')).toContain('merchant and batchrefnum')
      expect(noteOf('transaction', 'object.batch.sequence')).toContain('batchnum')
    },
  ],
  [
    'a sale and its settlement are linked by merchant and batchrefnum, and by nothing of another merchant',
    () => {
      const links = (event: Event | undefined) => (event ? described(event).keys : [])
      each('card-sale', ({ of }) => {
        const shared = links(of('transaction.sale.success')).filter(key =>
          links(of('settlement.batch.success')).includes(key),
        )
        return shared.length === 1
      })
      const [sale] = samples('transaction.sale.success')
      const other = JSON.parse(JSON.stringify(sale).replace(/"merch_key":"\w+"/, '"merch_key":"another"'))
      expect(links(sale).at(-1)).not.toBe(links(other).at(-1))
      expect(links(JSON.parse(JSON.stringify(sale).replace(/"merch_key":"\w+"/, '"x":1')))).toHaveLength(2)
    },
  ],
  [
    'queued comes after an approval: A, Approved, an authcode, seconds after original_date, refnum a string',
    () => {
      every(samples('transaction.sale.queued'), event => {
        const seconds = secondsOf(event['event_triggered']) - secondsOf(at(event, 'original_date'))
        return (
          at(event, 'result_code') === 'A' &&
          at(event, 'result') === 'Approved' &&
          /^\d{6}$/.test(String(at(event, 'authcode'))) &&
          typeof at(event, 'refnum') === 'string' &&
          seconds >= 1 &&
          seconds <= 120
        )
      })
      for (const { steps } of all) {
        const place = steps.indexOf('transaction.sale.queued')
        if (place >= 0) expect(steps.slice(0, place)).toContain('transaction.sale.success')
      }
      expect(whenOf('transaction.sale.queued')).toContain('approved sale')
      expect(told(sampleEvent('transaction.sale.queued', 1))).toContain('was approved and queued')
    },
  ],
  [
    'a queued sale has its amount beside another original_amount',
    () =>
      every(
        samples('transaction.sale.queued'),
        event =>
          /^\d+\.\d\d$/.test(String(at(event, 'amount'))) &&
          at(event, 'amount') !== at(event, 'amount_detail.original_amount'),
      ),
  ],
  [
    'what is queued is later captured, then adjusted, under the same key, then settles',
    () => {
      expect(findScenario('card-authorized')?.steps.map(step => step.split('.').at(-1))).toEqual([
        'success',
        'queued',
        'captured',
        'adjusted',
        'success',
      ])
      each('card-authorized', ({ events }) => new Set(events.slice(0, 4).map(event => at(event, 'key'))).size === 1)
    },
  ],
  [
    'adjusted can come after captured, and also with the amount unchanged',
    () => {
      const adjusted = stories('card-authorized').map(({ of }) => of('transaction.sale.adjusted') ?? {})
      const same = (event: Event) =>
        (at(event, 'amount') ?? at(event, 'auth_amount')) === at(event, 'amount_detail.original_amount')
      some(adjusted, same)
      some(samples('transaction.sale.adjusted'), same)
      for (const event of adjusted)
        expect(described(event).summary).toMatch(same(event) ? /adjusted · same amount/ : /adjusted · was \$/)
      expect(whenOf('transaction.sale.adjusted')).toMatch(/amount .*signature or Level 3 data/)
    },
  ],
  [
    'original_amount is the amount before that step, not always the first one',
    () => {
      const amount = (event: Event | undefined) => at(event, 'amount') ?? at(event, 'auth_amount')
      each('card-authorized', ({ events }) =>
        events
          .slice(1, 4)
          .every((event, place) => at(event, 'amount_detail.original_amount') === amount(events[place])),
      )
      expect(noteOf('transaction', 'object.amount_detail.original_amount')).toContain('not always the first amount')
    },
  ],
  [
    'queued, captured and adjusted of one key carry three different authcodes',
    () => {
      each(
        'card-authorized',
        ({ events }) => new Set(events.slice(0, 4).map(event => at(event, 'authcode'))).size === 4,
      )
      for (const seed of seeds) {
        const codes = (['success', 'queued', 'captured', 'adjusted', 'voided'] as const).map(step =>
          at(sampleEvent(`transaction.sale.${step}`, seed), 'authcode'),
        )
        expect(new Set(codes).size).toBe(5)
      }
      expect(noteOf('transaction', 'object.authcode')).toContain('changes from step to step')
    },
  ],
  [
    'on refund.success the authcode is the refnum as text',
    () => every(samples('transaction.refund.success'), event => at(event, 'authcode') === String(at(event, 'refnum'))),
  ],
  [
    'on refund.voided and sale.failure the authcode is empty',
    () => {
      every(samples('transaction.refund.voided'), event => at(event, 'authcode') === '')
      every(samples('transaction.sale.failure'), event => at(event, 'authcode') === '')
    },
  ],
  [
    'sale.voided also fires when funds are released',
    () => {
      expect(whenOf('transaction.sale.voided')).toContain('funds are released')
      expect(told(sampleEvent('transaction.sale.voided', 1))).toContain('or its funds were released')
      expect(findScenario('card-released')?.steps.at(-1)).toBe('transaction.sale.voided')
      expect(findScenario('card-released')?.steps).not.toContain('transaction.sale.captured')
    },
  ],
  [
    'refund.success has no amount, original_date, trantype or invoice, and of the card only its type',
    () => {
      every(
        samples('transaction.refund.success'),
        event =>
          ['amount', 'original_date', 'trantype', 'invoice'].every(field => at(event, field) === undefined) &&
          Object.keys(at(event, 'creditcard') ?? {}).join() === 'type',
      )
      some(samples('transaction.refund.success'), event => at(event, 'auth_amount') === undefined)
      for (const event of samples('transaction.refund.success')) expect(described(event).amount).toBeGreaterThan(0)
    },
  ],
  [
    'the batch of a refund is the next one: another batchrefnum, sequence + 1',
    () =>
      each('refund', ({ of }) => {
        const [sale, refund] = [of('transaction.sale.success'), of('transaction.refund.success')]
        return (
          Number(at(refund, 'batch.sequence')) === Number(at(sale, 'batch.sequence')) + 1 &&
          at(refund, 'batch.batchrefnum') !== at(sale, 'batch.batchrefnum')
        )
      }),
  ],
  [
    'ach.submitted ends the time in which a void is possible',
    () => {
      expect(whenOf('ach.submitted')).toMatch(/from then on it can be refunded, not voided/)
      expect(told(sampleEvent('ach.submitted', 1))).toContain('can no longer be voided, only refunded')
      for (const { steps } of all) {
        const submitted = steps.indexOf('ach.submitted')
        if (submitted >= 0) expect(steps.slice(submitted).filter(step => step.endsWith('.voided'))).toEqual([])
      }
    },
  ],
  [
    'ach.returned comes before settlement (old status B) or after it (S)',
    () => {
      each('ach-return-early', ({ of }) => change(of('ach.returned'), 'old.status') === 'B')
      each('ach-return', ({ of }) => change(of('ach.returned'), 'old.status') === 'S')
      some(samples('ach.returned'), event => change(event, 'old.status') === 'B')
      for (const event of samples('ach.returned')) {
        const early = change(event, 'old.status') === 'B'
        expect(told(event)).toContain(early ? 'was returned before it settled' : 'was returned after it settled')
        expect(described(event).summary).toMatch(early ? /^submitted → returned/ : /^settled → returned/)
      }
      expect(whenOf('ach.returned')).toContain('before or after')
    },
  ],
  [
    'an ach.settled that is delivered late does not undo an ach.returned triggered after it',
    () => {
      const came = (id: number, eventType: string, eventTriggered: string, more = {}) =>
        deliverySummary({ id, eventType, eventTriggered, objectKey: 'k', family: 'ach', ...more })
      const returned = came(3, 'ach.returned', '2026-10-20 09:00:00')
      const before = [came(1, 'transaction.sale.success', '2026-10-17 10:00:00'), returned]
      const late = came(4, 'ach.settled', '2026-10-19 08:00:00')
      expect(standingOf([...before, late], 'k')).toMatchObject({ word: 'returned', by: { id: 3 } })
      // In one second the return is the later step.
      const same = came(5, 'ach.settled', '2026-10-20 09:00:00')
      expect(standingOf([same, ...before], 'k')?.word).toBe('returned')
      expect(standingOf([...before, same], 'k')?.word).toBe('returned')
      // What was rejected, a note, and an event about another object say nothing.
      const others = [
        came(6, 'ach.settled', '2026-10-21 09:00:00', { verdict: 'rejected' }),
        came(7, 'ach.note_added', '2026-10-21 09:00:00'),
        came(8, 'ach.settled', '2026-10-21 09:00:00', { objectKey: 'other' }),
      ]
      expect(standingOf([...before, ...others], 'k')?.word).toBe('returned')
      expect(standingOf(others, 'k')).toBeNull()
      expect(noteOf('ach', 'changes.new.status')).toContain('event_triggered')
    },
  ],
  [
    'ach.failed fires on some processors only, after a first approval',
    () => {
      expect(whenOf('ach.failed')).toMatch(/after its first approval.*some processors only/)
      expect(findScenario('ach-failure')?.steps[0]).toBe('transaction.sale.success')
    },
  ],
  [
    'processed, settled and returned are the day after event_triggered',
    () => {
      for (const [type, field] of [
        ['ach.submitted', 'processed'],
        ['ach.settled', 'settled'],
        ['ach.returned', 'returned'],
      ] as const)
        for (const [last, next] of [
          [new Date(2026, 9, 20, 18), '2026-10-21'],
          [new Date(2026, 11, 31, 23, 59, 59), '2027-01-01'],
          [new Date(2028, 1, 28, 0, 0, 1), '2028-02-29'],
        ] as const)
          expect([type, change(sampleEvent(type, 1, last), `new.${field}`)]).toEqual([type, next])
      expect(noteOf('ach', 'changes.new.settled')).toContain('the day after event_triggered')
    },
  ],
  [
    'masked numbers have nine x in the card updater (17 characters) and eight on transactions (16)',
    () => {
      const numbers = (event: Event) =>
        ['original_card', 'updated_card'].flatMap(card => at(event, `${card}.number`) ?? [])
      for (const type of catalogue.map(entry => entry.type).filter(type => type.startsWith('cau.')))
        every(samples(type), event => numbers(event).every(number => /^\d{4}x{9}\d{4}$/.test(String(number))))
      for (const event of samples('cau.updated_card')) {
        expect(change(event, 'new.updated_card.number')).toHaveLength(17)
        expect(described(event).notes).toEqual([])
      }
      every(samples('transaction.sale.success'), event =>
        /^\d{4}x{8}\d{4}$/.test(String(at(event, 'creditcard.number'))),
      )
      expect(noteOf('cau', 'object.original_card.number')).toContain('nine x')
      expect(noteOf('transaction', 'object.creditcard.number')).toContain('eight x')
    },
  ],
  [
    'changes of cau.submitted are “Pending” → “Submitted”, while object.status is “submitted”',
    () => {
      every(
        samples('cau.submitted'),
        event =>
          change(event, 'old.status') === 'Pending' &&
          change(event, 'new.status') === 'Submitted' &&
          at(event, 'status') === 'submitted',
      )
      expect(noteOf('cau', 'changes.new.status')).toContain('capital')
    },
  ],
  [
    'changes of cau.updated_* are in lower case',
    () => {
      for (const type of ['cau.updated_card', 'cau.updated_expiration'] as const)
        every(
          samples(type),
          event => change(event, 'old.status') === 'submitted' && change(event, 'new.status') === 'matched',
        )
    },
  ],
  [
    'contact_customer and account_closed are “pending”, without added and status_description',
    () => {
      for (const [type, flag] of [
        ['cau.contact_customer', 'contact_cusomer'],
        ['cau.account_closed', 'cardaccount_closed'],
      ] as const)
        every(
          samples(type),
          event =>
            at(event, 'status') === 'pending' &&
            at(event, 'added') === undefined &&
            at(event, 'status_description') === undefined &&
            JSON.stringify(valueAt(event, ['event_body', 'changes'])) ===
              JSON.stringify({ old: { [flag]: '' }, new: { [flag]: true } }),
        )
    },
  ],
  [
    'cau.created has the status_description “No Response”',
    () => every(samples('cau.created'), event => at(event, 'status_description') === 'No Response'),
  ],
  [
    'keys of card updates have 17 characters, of products 16, of transactions, batches and merchants 15: lower case and digits',
    () => {
      const lengths = { transaction: 15, ach: 15, settlement: 15, inventory: 16, cau: 17 } as const
      for (const { type, family } of catalogue)
        every(
          samples(type),
          event =>
            new RegExp(`^[0-9a-z]{${lengths[family]}}$`).test(String(at(event, 'key'))) &&
            /^[0-9a-z]{15}$/.test(String(valueAt(event, ['event_body', 'merchant', 'merch_key']))) &&
            /^([0-9a-z]{15}|undefined)$/.test(String(at(event, 'batch.key'))),
        )
    },
  ],
  [
    'numsales is a number, totalsales and totalcredits are strings of cents',
    () => {
      every(
        samples('settlement.batch.success'),
        event =>
          Number.isInteger(at(event, 'numsales')) &&
          ['totalsales', 'totalcredits'].every(field => /^\d{3,}$/.test(String(at(event, field)))) &&
          ['totalsales', 'totalcredits'].every(field => typeof at(event, field) === 'string'),
      )
      expect(valueMeaning('settlement', ['event_body', 'object', 'totalsales'], '617799')).toBe('$6177.99')
    },
  ],
  [
    'a failed batch has none of the three',
    () =>
      every(samples('settlement.batch.failure'), event =>
        ['numsales', 'totalsales', 'totalcredits'].every(field => at(event, field) === undefined),
      ),
  ],
  [
    'the vendor’s examples share event ids: ours never do, across types, steps and spellings',
    () => {
      const ids = seeds
        .slice(0, 10)
        .flatMap(seed => [
          ...catalogue.map(({ type }) => sampleEvent(type, seed)),
          ...catalogue.flatMap(entry => ('alternative' in entry ? [sampleEvent(entry.alternative, seed)] : [])),
        ])
        .map(event => event['event_id'])
      expect(new Set(ids).size).toBe(ids.length)
    },
  ],
  [
    'a body with a comma before a closing brace is not JSON, and is said to be none',
    () => {
      const body = Buffer.from(JSON.stringify(sampleEvent('cau.submitted', 1)).replace(/}$/, ',}'))
      const { notes } = describe({
        method: 'POST',
        headers: [['Content-Type', 'application/json']],
        body,
        bodyKept: true,
      })
      expect(notes).toEqual(['body-not-json'])
    },
  ],
  [
    'cardupdate.submitted over changes of another kind is told by its type',
    () => {
      const event = { ...sampleEvent('cau.account_closed', 1), event_type: 'cardupdate.submitted' }
      expect(described(event)).toMatchObject({ type: 'cau.submitted', notes: ['event-type-alternative'] })
    },
  ],
  [
    'result codes: A approved, D declined, E error, P partial approval, V verification',
    () => {
      expect(resultCodes).toEqual({
        A: 'approved',
        D: 'declined',
        E: 'error',
        P: 'approved in part',
        V: 'verification',
      })
      const path = ['event_body', 'object', 'result_code']
      expect(['A', 'D', 'E', 'P', 'V', 'X'].map(code => valueMeaning('transaction', path, code))).toEqual([
        ...Object.values(resultCodes),
        null,
      ])
      const verified = sampleEvent('transaction.sale.success', 1)
      const text = JSON.stringify(verified).replace('"result_code":"A"', '"result_code":"V"')
      expect(described(JSON.parse(text)).summary).toContain('verified only')
      expect(told(JSON.parse(text))).toContain('was a verification only')
    },
  ],
  [
    'a partial approval authorizes less than was asked for',
    () => {
      for (const event of samples('transaction.sale.success', 'card-partial')) {
        const [part, whole] = [at(event, 'auth_amount'), at(event, 'amount')].map(Number)
        expect(at(event, 'result_code')).toBe('P')
        expect([0.5, 0.75].some(share => Math.abs((part ?? 0) - (whole ?? 0) * share) < 0.011)).toBe(true)
        expect(described(event).amount).toBe(part)
        expect(described(event).summary).toMatch(/^\$\S+ of \$\S+ approved in part · \d+$/)
        expect(told(event)).toMatch(/^A sale of \$\S+ \(\d+\) was approved in part: \$\S+$/)
      }
      each(
        'card-partial',
        ({ of }) =>
          at(of('transaction.sale.captured'), 'amount_detail.original_amount') ===
          at(of('transaction.sale.success'), 'auth_amount'),
      )
    },
  ],
  [
    'status letters: H on hold for the processor’s review; R of a card authorization released',
    () => {
      const letter = (family: 'transaction' | 'ach', code: string) => [
        valueMeaning(family, ['event_body', 'object', 'status'], code),
        valueMeaning(family, ['event_body', 'changes', 'new', 'status'], code),
      ]
      expect(letter('ach', 'H')).toEqual(Array(2).fill('on hold, the processor reviews it'))
      expect(letter('ach', 'R')).toEqual(['returned', 'returned'])
      expect(letter('transaction', 'H')[0]).toBe('on hold, the processor reviews it')
      expect(letter('transaction', 'R')[0]).toContain('of a card sale: authorization released')
      expect(Object.keys(transactionStatuses).join('')).toBe('NPBFSEVRTMH')
    },
  ],
]

suite('the gateway says that', () => {
  it.each(facts)('%s', (_sentence, holds) => holds())
})

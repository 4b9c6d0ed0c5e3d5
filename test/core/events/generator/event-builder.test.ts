import { describe, expect, it } from 'vitest'
import { mostEvents } from '../../../../core/api/limits.ts'
import { catalogue } from '../../../../core/events/catalogue.ts'
import { type BuiltEvent, buildEvents } from '../../../../core/events/generator/event-builder.ts'
import { sampleEvent } from '../../../../core/events/generator/samples.ts'
import { scenarioEvents } from '../../../../core/events/generator/scenarios.ts'
import type { Sample, SimulationItem } from '../../../../core/simulate/simulation.ts'

const when = new Date(2026, 10, 1, 12)
type Asked = {
  items: [SimulationItem, ...SimulationItem[]]
  count?: number
  seed?: number
  samples?: readonly Sample[]
}
const build = ({ items, count = 1, seed = 7, samples = [] }: Asked) =>
  buildEvents({ items, count, seed }, samples, when)

function built(asked: Asked): { events: BuiltEvent[]; remarks: readonly string[] } {
  const outcome = build(asked)
  if (!outcome.ok) throw new Error(`${outcome.message} ${outcome.hint}`)
  const events = [...outcome.events]
  expect(events).toHaveLength(outcome.total)
  return { events, remarks: outcome.remarks }
}

const saved = (body: unknown, name = 'mine'): Sample => ({
  name,
  eventType: null,
  body: JSON.stringify(body),
  createdAt: '2026-11-01T10:00:00.000Z',
  delivery: 4,
})

describe('building events', () => {
  it.each(catalogue.map(entry => entry.type))('of %s: the seed’s own sample first, told in words', type => {
    const { events, remarks } = built({ items: [{ kind: 'event', type }] })
    const sample = sampleEvent(type, 7, when)
    expect(remarks).toEqual([])
    expect(events).toEqual([
      {
        eventId: sample['event_id'],
        eventType: type,
        type,
        summary: expect.stringMatching(/\w/),
        body: JSON.stringify(sample),
      },
    ])
  })

  it('in the other spelling leaves it as written, and knows the type', () => {
    const [event] = built({ items: [{ kind: 'event', type: 'cardupdate.created' }] }).events
    expect(event).toMatchObject({ eventType: 'cardupdate.created', type: 'cau.created' })
    expect(event?.body).toContain('"event_type":"cardupdate.created"')
  })

  it('several times makes events that all differ, the same ones each time they are asked for', () => {
    const items: Asked['items'] = [
      { kind: 'event', type: 'transaction.sale.success' },
      { kind: 'journey', name: 'card-sale' },
    ]
    const outcome = build({ items, count: 250 })
    if (!outcome.ok) throw new Error(outcome.message)
    const first = [...outcome.events]
    expect(outcome.total).toBe(1000)
    expect(new Set(first.map(event => event.eventId)).size).toBe(1000)
    expect([...outcome.events]).toEqual(first)
    expect(first.slice(0, 4).map(event => event.type)).toEqual([
      'transaction.sale.success',
      'transaction.sale.success',
      'transaction.sale.captured',
      'settlement.batch.success',
    ])
    expect(built({ items, count: 250, seed: 8 }).events[0]?.eventId).not.toBe(first[0]?.eventId)
  })

  it('a hundred thousand of them are made as they are asked for', () => {
    const outcome = build({ items: [{ kind: 'event', type: 'ach.settled' }], count: mostEvents })
    if (!outcome.ok) throw new Error(outcome.message)
    expect(outcome.total).toBe(100_000)
    const [first] = outcome.events
    expect(first?.type).toBe('ach.settled')
  })

  it('more than that are refused', () => {
    expect(build({ items: [{ kind: 'journey', name: 'card-sale' }], count: 50_000 })).toEqual({
      ok: false,
      message: 'That would be 150,000 events.',
      hint: 'Send at most 100,000 at once.',
    })
  })

  it('of a journey are its events', () => {
    const bodies = built({ items: [{ kind: 'journey', name: 'refund' }] }).events.map(event => event.body)
    expect(bodies).toEqual(scenarioEvents('refund', 7, when).map(event => JSON.stringify(event)))
  })
})

describe('changes of an item', () => {
  it('are made to each of its events, and to no other item’s', () => {
    const { events } = built({
      items: [
        {
          kind: 'event',
          type: 'ach.settled',
          set: [{ path: 'event_body.object.orderid', value: 'A1' }],
          unset: ['event_id'],
        },
        { kind: 'event', type: 'ach.settled' },
      ],
      count: 3,
    })
    const changed = events.map(({ body }) => JSON.parse(body).event_body.object.orderid === 'A1')
    expect(changed).toEqual([true, false, true, false, true, false])
    expect(events.map(event => event.eventId === null)).toEqual(changed)
  })

  it('to an optional field hold for every seed', () => {
    const set = [{ path: 'event_body.object.cvc.result', value: 'No Match' }]
    const { events, remarks } = built({ items: [{ kind: 'event', type: 'transaction.sale.success', set }], count: 100 })
    expect(events.every(({ body }) => JSON.parse(body).event_body.object.cvc.result === 'No Match')).toBe(true)
    expect(remarks).toEqual([])
  })

  it('to a journey are made where a step has the field', () => {
    const set = [{ path: 'event_body.object.totalsales', value: '100' }]
    const { events } = built({
      items: [{ kind: 'journey', name: 'card-sale', set, unset: ['event_body.object.batch'] }],
    })
    const objects = events.map(({ body }) => JSON.parse(body).event_body.object)
    expect(objects.map(object => object.totalsales)).toEqual([undefined, undefined, '100'])
    expect(objects.map(object => object.batch)).toEqual([undefined, undefined, undefined])
  })

  it('to one event of a journey are made to that one alone, after those to all', () => {
    const path = 'event_body.object.amount_detail.original_amount'
    const { events, remarks } = built({
      items: [
        {
          kind: 'journey',
          name: 'card-sale',
          set: [{ path: 'event_body.object.authcode', value: 'ALL' }],
          steps: [
            { step: 2, set: [{ path: 'event_body.object.authcode', value: 'TWO' }] },
            { step: 2, set: [{ path, value: '1.00' }] },
            { step: 3, unset: ['event_id'] },
          ],
        },
      ],
    })
    const bodies = events.map(({ body }) => JSON.parse(body))
    expect(bodies.map(({ event_body }) => event_body.object.authcode)).toEqual(['ALL', 'TWO', undefined])
    expect(bodies[1].event_body.object.amount_detail.original_amount).toBe('1.00')
    expect(bodies.map(body => 'event_id' in body)).toEqual([true, true, false])
    expect(remarks).toEqual(['It is no longer the gateway’s envelope: event_id is missing or not text.'])
  })

  it.each([0, 4, 1.5])('to event %s of a journey of three are refused', step => {
    const made = buildEvents(
      { items: [{ kind: 'journey', name: 'card-sale', steps: [{ step, unset: ['event_id'] }] }], count: 1, seed: 7 },
      [],
      when,
    )
    expect(made).toMatchObject({ ok: false, message: `The scenario has no event ${step}.` })
  })

  it('to one event are refused when only another one has the field', () => {
    const steps = [{ step: 1, unset: ['event_body.object.totalsales'] }]
    const made = buildEvents({ items: [{ kind: 'journey', name: 'card-sale', steps }], count: 1, seed: 7 }, [], when)
    expect(made).toMatchObject({ ok: false, message: expect.stringContaining('event_body.object.totalsales') })
  })

  it('that break the envelope are made, and said once', () => {
    const { remarks } = built({ items: [{ kind: 'event', type: 'ach.settled', unset: ['type'] }], count: 20 })
    expect(remarks).toEqual(['It is no longer the gateway’s envelope: type is not “event”.'])
  })
})

describe('a sample of one’s own', () => {
  const body = { ...sampleEvent('ach.returned', 1), extra: [1, 2] }

  it('is sent as another event: a new id and the time of now, all else as it was saved', () => {
    const { events } = built({ items: [{ kind: 'sample', name: 'mine' }], count: 2, samples: [saved(body)] })
    const [one, other] = events.map(event => JSON.parse(event.body))
    expect(one).toEqual({
      ...body,
      event_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      event_triggered: '2026-11-01 12:00:00',
    })
    expect(one.event_id).not.toBe(body['event_id' as never])
    expect(other.event_id).not.toBe(one.event_id)
    expect(events[0]).toMatchObject({ type: 'ach.returned', eventType: 'ach.returned' })
  })

  it('can be changed where it has something, or where its type can have it', () => {
    const item: SimulationItem = {
      kind: 'sample',
      name: 'mine',
      set: [{ path: 'extra[0]', value: 5 }],
      unset: ['event_body.object.uri'],
    }
    const [event] = built({ items: [item], samples: [saved(body)] }).events
    expect(JSON.parse(event?.body ?? '')).toMatchObject({ extra: [5, 2] })
    expect(event?.body).not.toContain('"uri"')
  })

  it.each<[what: string, body: unknown]>([
    ['no envelope', { hello: 1 }],
    ['a list', [1]],
    ['null', null],
  ])('may be %s', (_, odd) => {
    const [event] = built({ items: [{ kind: 'sample', name: 'mine' }], samples: [saved(odd)] }).events
    expect(event).toEqual({ eventId: null, eventType: null, type: null, summary: '', body: JSON.stringify(odd) })
  })
})

describe('a body of one’s own', () => {
  it.each(['', 'not json', '{"a": 1,  "n": 12345678901234567890}', '\ufeff{}', '['.repeat(100_000)])(
    'is sent to the letter: %.40j',
    text => {
      expect(built({ items: [{ kind: 'body', text }] }).events[0]?.body).toBe(text)
    },
  )

  it('is told apart by what it says', () => {
    const text = JSON.stringify({ ...sampleEvent('ach.voided', 1), event_type: 'ach.unknown' }, null, 2)
    expect(built({ items: [{ kind: 'body', text }] }).events[0]).toMatchObject({
      eventType: 'ach.unknown',
      type: null,
      body: text,
    })
  })

  it('can be changed when it is JSON', () => {
    const item: SimulationItem = { kind: 'body', text: '{ "a": {"b": 1} }', set: [{ path: 'a.b', value: '2' }] }
    const { events, remarks } = built({ items: [item] })
    expect(events[0]?.body).toBe('{"a":{"b":"2"}}')
    expect(remarks).toEqual(['a.b is text now; the sample has a number there.'])
  })

  it.each<[text: string, message: string]>([
    ['{"key":S3CR3T}', 'Nothing can be set in a body that is not JSON: it breaks at line 1, column 8.'],
    ['', 'Nothing can be set in a body that is not JSON: it breaks at line 1, column 1.'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'The body is nested too deeply to be changed.'],
    ['{"b":1}', 'There is no “a” in this body.'],
    ['5', 'Only JSON objects have fields to change.'],
  ])('cannot be changed when it is %.20j', (text, message) => {
    const outcome = build({ items: [{ kind: 'body', text, unset: ['a'] }] })
    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining(message) })
  })

  it('cannot hold a value that is nested too deeply to be written', () => {
    const value: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    const outcome = build({ items: [{ kind: 'event', type: 'ach.settled', set: [{ path: 'event_id', value }] }] })
    expect(outcome).toMatchObject({ ok: false, message: 'The value to set is nested too deeply.' })
  })

  it('shows no card number that someone put where an id should be', () => {
    const text = JSON.stringify({ ...sampleEvent('ach.voided', 1), event_id: 'x', event_type: '4111111111111111' })
    expect(built({ items: [{ kind: 'body', text }] }).events[0]?.eventType).toBe('4111xxxxxxxx1111')
  })
})

describe('a name that is not there', () => {
  const own = [saved({}, 'big-order')]
  it.each<[item: SimulationItem, message: string, hint: string]>([
    [
      { kind: 'event', type: 'transaction.sale.sucess' },
      'There is no event type “transaction.sale.sucess”.',
      'Did you mean transaction.sale.success',
    ],
    [
      { kind: 'event', type: 'sale.success' },
      'There is no event type “sale.success”.',
      'Did you mean transaction.sale.success',
    ],
    [
      { kind: 'event', type: 'cardupdate.createt' },
      'There is no event type “cardupdate.createt”.',
      'cardupdate.created',
    ],
    [{ kind: 'event', type: 'big-ordr' }, 'There is no event type “big-ordr”.', 'Did you mean big-order?'],
    [{ kind: 'event', type: '' }, 'There is no event type “”.', 'hookscope trigger --list'],
    [{ kind: 'event', type: `x${'\u001b'}[2J` }, 'There is no event type “x\ufffd[2J”.', 'hookscope trigger --list'],
    [{ kind: 'journey', name: 'card-sail' }, 'There is no scenario “card-sail”.', 'Did you mean card-sale?'],
    [{ kind: 'journey', name: 'zzz' }, 'There is no scenario “zzz”.', 'There are: card-sale, '],
    [{ kind: 'sample', name: 'big-odrer' }, 'There is no sample “big-odrer”.', 'Did you mean big-order?'],
    [{ kind: 'sample', name: 'zzz' }, 'There is no sample “zzz”.', 'hookscope samples list'],
  ])('%j is refused with the nearest', (item, message, hint) => {
    const outcome = build({ items: [item], samples: own })
    expect(outcome).toMatchObject({ ok: false, message, hint: expect.stringContaining(hint) })
  })

  it('is found before anything is made, wherever it stands', () => {
    const outcome = build({
      items: [
        { kind: 'event', type: 'ach.settled' },
        { kind: 'sample', name: 'mine' },
      ],
    })
    expect(outcome).toEqual({
      ok: false,
      message: 'There is no sample “mine”.',
      hint: 'None is saved yet: save one from a delivery.',
    })
  })
})

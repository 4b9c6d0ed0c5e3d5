import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeEvent } from '../../../../core/events/generator/event-changes.ts'
import { sampleEvent, sampleFields } from '../../../../core/events/generator/samples.ts'
import { pathText, placesIn, readPath, valueAt, withoutValue, withValue } from '../../../../core/text/json-steps.ts'

describe('a path', () => {
  it.each<[text: string, steps: readonly (string | number)[]]>([
    ['type', ['type']],
    ['event_body.object.key', ['event_body', 'object', 'key']],
    ['items[3].a', ['items', 3, 'a']],
    ['items.3.a', ['items', '3', 'a']],
    ['a["odd name"].b', ['a', 'odd name', 'b']],
    ['["a.b"]["c\\"d"]', ['a.b', 'c"d']],
    ['[0]', [0]],
    ['ключ.名', ['ключ', '名']],
  ])('%s is read', (text, steps) => expect(readPath(text)).toEqual(steps))

  it.each(['', '.', 'a.', '.a', 'a..b', 'a[', 'a[]', 'a[-1]', 'a["b]', 'a["\\x"]', 'a]b', '["a"]b'])(
    '%j is none',
    text => expect(readPath(text)).toBeNull(),
  )

  it('leads back to the place it was written for, whatever the names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), json => {
        for (const { steps, value } of placesIn(json)) {
          expect(readPath(pathText(steps))).toEqual(steps)
          expect(valueAt(json, steps)).toBe(value)
        }
      }),
    )
  })
})

describe('JSON with something else at a place', () => {
  it('differs there and nowhere else, and the JSON before is not touched', () => {
    fc.assert(
      fc.property(fc.jsonValue(), json => {
        const before = JSON.stringify(json)
        for (const { steps } of placesIn(json)) {
          const changed = withValue(json, steps, 'here')
          expect(valueAt(changed, steps)).toBe('here')
          const back = withValue(changed, steps, valueAt(json, steps))
          expect(JSON.stringify(back)).toBe(before)
          const count = (value: unknown) => [...placesIn(value)].length
          expect(count(withoutValue(json, steps))).toBe(count(json) - 1 - count(valueAt(json, steps)))
        }
        expect(JSON.stringify(json)).toBe(before)
      }),
    )
  })

  it('is the same after many changes to one copy as after one by one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.infiniteStream(fc.boolean()), (json, coins) => {
        const before = JSON.stringify(json)
        const own = new WeakSet<object>()
        let [together, apart] = [json, json] as [unknown, unknown]
        for (const { steps } of placesIn(json)) {
          const isSet = coins.next().value
          together = isSet ? withValue(together, steps, 1, own) : withoutValue(together, steps, own)
          apart = isSet ? withValue(apart, steps, 1) : withoutValue(apart, steps)
          expect(together).toEqual(apart)
        }
        expect(JSON.stringify(json)).toBe(before)
      }),
    )
  })

  it('changes a thousand of a hundred thousand fields without a copy for each', () => {
    const json = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`field${n}`, n]))
    const set = Array.from({ length: 1000 }, (_, n) => ({ path: `field${n}`, value: 'new' }))
    const changed = changeEvent(json, { set, unset: ['field99999'] })
    expect(changed.ok && Object.keys(Object(changed.json)).length).toBe(99_999)
    expect(changed.ok && valueAt(changed.json, ['field999'])).toBe('new')
    expect(json['field999']).toBe(999)
  })

  it('has objects on the way that were missing, but no prototypes', () => {
    expect(withValue({}, ['a', 'b'], 1)).toEqual({ a: { b: 1 } })
    expect(withValue({ a: 5 }, ['a', 'b'], 1)).toEqual({ a: { b: 1 } })
    const odd = withValue({}, ['__proto__', 'polluted'], true)
    expect(JSON.stringify(odd)).toBe('{"__proto__":{"polluted":true}}')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('is as before when there is no such place to take away, or no such position to set', () => {
    const json = { list: [1, 2], a: { b: 1 } }
    expect(withoutValue(json, ['a', 'x', 'y'])).toEqual(json)
    expect(withoutValue(json, ['list', 5])).toEqual(json)
    expect(withValue(json, ['list', 2], 3)).toEqual(json)
    expect(withoutValue(json, ['list', '0'])).toEqual({ ...json, list: [2] })
    expect(withoutValue({ a: { __proto__: null, b: 1 } }, ['a', 'b'])).toEqual({ a: {} })
  })
})

const sale = sampleEvent('transaction.sale.success', 3)
const change = (set: Record<string, unknown>, unset: readonly string[] = [], json: unknown = sale) =>
  changeEvent(json, { set: Object.entries(set).map(([path, value]) => ({ path, value })), unset })

function changed(...args: Parameters<typeof change>) {
  const outcome = change(...args)
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome
}

describe('an event with changes', () => {
  it('has the values that were set, without a remark, and is otherwise the same', () => {
    const { json, remarks } = changed({
      'event_body.object.authcode': '111111',
      event_triggered: '2020-02-29 00:00:00',
    })
    expect(valueAt(json, ['event_body', 'object', 'authcode'])).toBe('111111')
    expect(json).toMatchObject({ event_triggered: '2020-02-29 00:00:00', event_id: sale['event_id'] })
    expect(remarks).toEqual([])
    expect(sale['event_triggered']).not.toBe('2020-02-29 00:00:00')
  })

  it('takes every path that a sample of its type can have, also where this one has it not', () => {
    for (let seed = 0; seed < 40; seed++) {
      for (const type of ['transaction.sale.success', 'cardupdate.updated_card', 'ach.note_added']) {
        const event = sampleEvent(type, seed)
        for (const { path, example } of sampleFields(type)) {
          const { json } = changed({ [path]: example }, [], event)
          expect(valueAt(json, path.split('.'))).toEqual(example)
          expect(valueAt(changed({}, [path], json).json, path.split('.'))).toBeUndefined()
        }
      }
    }
  })

  it('is set first, then unset', () => {
    const { json } = changed({ 'event_body.object': { type: 'transaction', key: 'k' } }, ['event_body.merchant'])
    expect(json).toMatchObject({ event_body: { object: { type: 'transaction', key: 'k' } } })
    expect(valueAt(json, ['event_body', 'merchant'])).toBeUndefined()
    expect(valueAt(changed({ event_id: 'x' }, ['event_id']).json, ['event_id'])).toBeUndefined()
  })

  it('takes positions in the lists of a body of one’s own', () => {
    const { json } = changed({ 'items[1].n': 5, 'items.0': null }, ['odd["a b"]'], {
      items: [1, { n: 4 }],
      odd: { 'a b': 1 },
    })
    expect(json).toEqual({ items: [null, { n: 5 }], odd: {} })
  })

  it.each<[path: string, hint: string]>([
    ['amount', 'Did you mean event_body.object.amount or event_body.object.amount_detail.amount?'],
    ['object.key', 'Did you mean event_body.object.key?'],
    ['event_body.object.amonut', 'Did you mean event_body.object.amount'],
    ['evnt_id', 'Did you mean event_id?'],
    ['event_body.object.creditcard.nubmer', 'Did you mean event_body.object.creditcard.number?'],
    ['refNum', 'Did you mean event_body.object.refnum?'],
    ['event_body.changes.new.banknote', 'Write the names from the top'],
    ['zzz', 'Write the names from the top'],
    ['', 'Write the names from the top'],
    ['event_body..object', 'Did you mean event_body.object?'],
    ['__proto__', 'Write the names from the top'],
    ['constructor.name', 'Write the names from the top'],
    ['x'.repeat(20_000), 'Write the names from the top'],
    ['\u001b[2J', 'Write the names from the top'],
  ])('has no %.30s, and says what is near', (path, hint) => {
    for (const outcome of [change({ [path]: 'x' }), change({}, [path])]) {
      expect(outcome).toMatchObject({ ok: false, hint: expect.stringContaining(hint) })
      if (outcome.ok) continue
      expect(outcome.message).toMatch(/^There is no “.{0,80}” in transaction\.sale\.success\.$/)
      expect(outcome.message).not.toContain('\u001b')
    }
  })

  it.each<[what: string, json: unknown]>([
    ['text', 'text'],
    ['a number', 5],
    ['null', null],
  ])('is none when the body is %s', (_, json) => {
    expect(change({ a: 1 }, [], json)).toMatchObject({ ok: false, message: 'Only JSON objects have fields to change.' })
    expect(changeEvent(json, {})).toEqual({ ok: true, json, remarks: [] })
  })

  it.each<[what: string, set: Record<string, unknown>, unset: string[], remark: string]>([
    [
      'another kind',
      { 'event_body.object.refnum': '7' },
      [],
      'event_body.object.refnum is text now; the sample has a number there.',
    ],
    [
      'null',
      { 'event_body.object.authcode': null },
      [],
      'event_body.object.authcode is null now; the sample has text there.',
    ],
    [
      'a type the catalogue has not',
      { event_type: 'transaction.sale.disputed' },
      [],
      'The catalogue has no event type “transaction.sale.disputed”.',
    ],
    [
      'the type of another body',
      { event_type: 'ach.settled' },
      [],
      'The body still has the shape of transaction.sale.success.',
    ],
    ['no id', {}, ['event_id'], 'It is no longer the gateway’s envelope: event_id is missing or not text.'],
    ['no object', {}, ['event_body.object'], 'It is no longer the gateway’s envelope: event_body.object is missing.'],
    [
      'an empty key',
      { 'event_body.object.key': '' },
      [],
      'It is no longer the gateway’s envelope: event_body.object.key is missing or not text.',
    ],
    [
      'an id of another form',
      { event_id: 'abc' },
      [],
      'It is no longer the gateway’s envelope: event_id is not 64 hex characters.',
    ],
    [
      'a time of another form',
      { event_triggered: '2026-11-01T12:00:00Z' },
      [],
      'It is no longer the gateway’s envelope: event_triggered is not YYYY-MM-DD HH:MM:SS.',
    ],
    [
      'no merchant',
      {},
      ['event_body.merchant'],
      'It is no longer the gateway’s envelope: event_body.merchant.merch_key is missing or not text.',
    ],
    ['another type', { type: 'test' }, [], 'It is no longer the gateway’s envelope: type is not “event”.'],
  ])('may have %s, which is said', (_, set, unset, remark) => {
    expect(changed(set, unset).remarks).toEqual([remark])
  })
})

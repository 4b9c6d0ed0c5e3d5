import fc from 'fast-check'
import { expect, it, describe as suite } from 'vitest'
import { type Description, describe } from '../../../core/deliveries/describe.ts'
import { catalogue } from '../../../core/events/catalogue.ts'
import { sampleEvent } from '../../../core/events/generator/samples.ts'
import type { HeaderList } from '../../../core/http/headers.ts'

const json: HeaderList = [['Content-Type', 'application/json']]

function read(body: unknown, headers: HeaderList = json, method = 'POST') {
  const bytes =
    body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  return describe({ method, headers, body: bytes, bodyKept: true })
}

const event = (object: object, event_type: string, changes?: object) => ({
  type: 'event',
  event_triggered: '2026-11-01 10:00:00',
  event_type,
  event_body: { merchant: { merch_key: 'm1' }, object: { type: 'transaction', key: 'k1', ...object }, changes },
  event_id: 'a'.repeat(64),
})

suite('describing a delivery', () => {
  it.each(catalogue.map(entry => entry.type))(
    'finds nothing remarkable in a sample of %s, and has a line for it',
    type => {
      for (let seed = 0; seed < 50; seed++) {
        const sample = sampleEvent(type, seed)
        const description = read(sample)
        expect(description.notes).toEqual([])
        expect(description).toMatchObject({ type, eventType: type, eventId: sample['event_id'] })
        expect(description.summary).not.toMatch(/undefined|null|NaN|^$/)
        expect(description.objectKey).toMatch(/^[0-9a-z]{15,17}$/)
      }
    },
  )

  it.each([
    [event({ auth_amount: '500.00', refnum: 98454685 }, 'transaction.sale.success'), '$500.00 approved · 98454685'],
    [event({ amount_detail: { amount: '1234567.5' } }, 'transaction.sale.success'), '$1,234,567.50 approved · k1'],
    [
      event({ amount: '20.00', result: 'Declined', result_code: 'D', refnum: 7 }, 'transaction.sale.failure'),
      '$20.00 declined · 7',
    ],
    [
      event({ auth_amount: '0.00', amount: '20.00', result: 'Declined', refnum: 7 }, 'transaction.sale.failure'),
      '$20.00 declined · 7',
    ],
    [
      event({ amount: '20.00', result_code: 'E', refnum: '7' }, 'transaction.sale.failure'),
      '$20.00 failed with an error · 7',
    ],
    [
      event(
        { refnum: '7', auth_amount: '5.00', amount_detail: { original_amount: '9.00' } },
        'transaction.sale.adjusted',
      ),
      '$5.00 adjusted · was $9.00 · 7',
    ],
    [
      event({ refnum: '7' }, 'ach.submitted', { old: { status: 'P' }, new: { status: 'B' } }),
      'pending → submitted · 7',
    ],
    [
      event({ refnum: '7' }, 'ach.returned', { old: { status: 'S' }, new: { status: 'R', reason: 'R01' } }),
      'settled → returned · R01 · 7',
    ],
    [
      event({ refnum: '7' }, 'ach.note_added', {
        old: { banknote: '' },
        new: { banknote: 'C02:Corrected', status: 'S' },
      }),
      'C02:Corrected · 7',
    ],
    [
      event({ qtyonhand: 127, qtyonhand_change: '-6', locationid: '13' }, 'product.inventory.ordered'),
      'stock −6 → 127 at 13 · k1',
    ],
    [
      event({ batchnum: '3', totalsales: '617799', totalcredits: '000', numsales: 9 }, 'settlement.batch.success'),
      'batch 3 settled · $6,177.99 sales (9)',
    ],
    [event({ batchnum: '3', reason: 'No line' }, 'settlement.batch.failure'), 'batch 3 failed · No line'],
    [
      event(
        { original_card: { type: 'Visa', number: '4xxx1', expiration: '0126' }, updated_card: { expiration: '0130' } },
        'cardupdate.updated_expiration',
      ),
      'Visa 4xxx1 · 0126 → 0130',
    ],
  ])('sums up %j', (body, summary) => {
    expect(read(body).summary).toBe(summary)
  })

  it('strips what could steer a terminal out of the summary', () => {
    const { summary } = read(
      event({ reason: '\u001b]0;owned\u0007\u202e\n', batchnum: '1' }, 'settlement.batch.failure'),
    )
    expect(summary).toBe('batch 1 failed · �]0;owned���')
  })

  it.each<[string, string | Uint8Array | object, string[]]>([
    ['an empty body', '', ['body-empty', 'body-not-json']],
    ['a body that is not JSON', 'a=1&b=2', ['body-not-json']],
    ['a JSON text', '"event"', ['envelope-invalid']],
    ['a JSON array', '[]', ['envelope-invalid']],
    ['JSON of another kind', '{"hello":"world"}', ['envelope-invalid']],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), ['body-not-utf8', 'body-not-json']],
    ['a byte order mark', `\ufeff${JSON.stringify(event({}, 'ach.settled'))}`, ['body-bom']],
    ['10,000 nested brackets', '['.repeat(10_000) + ']'.repeat(10_000), ['envelope-invalid']],
    ['10,000 brackets that never close', '['.repeat(10_000), ['body-not-json']],
    ['an unknown event type', event({}, 'transaction.sale.invented'), ['event-type-unknown']],
    ['the other spelling of the card updater', event({}, 'cardupdate.created'), ['event-type-alternative']],
    ['no event_id', { ...event({}, 'ach.settled'), event_id: undefined }, ['envelope-invalid']],
    ['event_id as a number', { ...event({}, 'ach.settled'), event_id: 5 }, ['envelope-invalid']],
    ['a full card number', event({ note: '4111111111111111' }, 'ach.settled'), ['card-number']],
    ['a security code', event({ cvv: '123' }, 'ach.settled'), ['card-secret']],
    ['fields named like object properties', '{"__proto__":{"event_type":"x"},"constructor":1}', ['envelope-invalid']],
  ])('notes %s', (_, body, notes) => {
    expect(read(body).notes).toEqual(notes)
  })

  it('notes another method, another content type, and what hookscope itself sent', () => {
    const body = event({}, 'ach.settled')
    expect(read(body, json, 'GET').notes).toEqual(['method-not-post'])
    expect(read(body, [['content-type', 'text/plain']]).notes).toEqual(['content-type-not-json'])
    expect(read(body, [['content-type', 'application/cloudevents+json; charset=utf-8']]).notes).toEqual([])
    const nmi = ['Webhook-Signature', `t=f3c1a2,s=${'ab'.repeat(32)}`] as const
    expect(read(body, [...json, nmi]).notes).toEqual(['sent-by-nmi'])
    expect(read(body, [...json, nmi, ['X-Signature', 'cd'.repeat(32)]]).notes).toEqual([])
    expect(read(body, [...json, ['Webhook-Signature', 'v1=abc']]).notes).toEqual([])
    expect(read(body, [...json, ['hookscope-source', 'replay']]).notes).toEqual(['loop'])
    expect(read(body, [...json, ['Hookscope-Source', 'test']]).notes).toEqual(['test'])
  })

  it('says nothing about a body that never came whole', () => {
    const refused = describe({ method: 'POST', headers: [], body: new Uint8Array(), bodyKept: false })
    expect(refused.notes).toEqual([])
  })

  it('links an event to its object, its batch and its source, and masks card data in what is searched', () => {
    const description = read(
      event({ batch: { key: 'b1' }, source: { key: 's1' }, note: 'x 4111111111111111' }, 'ach.settled'),
    )
    expect(description.keys).toEqual(['k1', 'b1', 's1'])
    expect(description.text).toContain('4111xxxxxxxx1111')
    expect(description.text).not.toContain('4111111111111111')
  })

  it.each<[string, object, Partial<Description>]>([
    [
      'the event type',
      { ...event({}, '4111111111111111'), event_triggered: '4111111111111111' },
      { eventType: '4111xxxxxxxx1111', eventTriggered: '4111xxxxxxxx1111' },
    ],
    [
      'an event type that is cut',
      event({}, `${'x'.repeat(245)} 4111111111111111`),
      { eventType: `${'x'.repeat(245)} 4111xxxxx…` },
    ],
    [
      'an amount',
      event({ amount: '378282246310005', refnum: '7' }, 'transaction.sale.success'),
      { summary: '3782xxxxxxx0005 approved · 7', amount: null },
    ],
    [
      'a sum in cents',
      event({ batchnum: '3', totalsales: '4111111111111111' }, 'settlement.batch.success'),
      { summary: 'batch 3 settled · 4111xxxxxxxx1111 sales' },
    ],
    [
      'a count',
      event({ batchnum: '3', totalsales: '100', numsales: 4111111111111111 }, 'settlement.batch.success'),
      { summary: 'batch 3 settled · $1.00 sales' },
    ],
    [
      'a key',
      event({ key: '4111111111111111' }, 'transaction.sale.voided'),
      { summary: 'voided · 4111xxxxxxxx1111', objectKey: '4111xxxxxxxx1111', keys: ['4111xxxxxxxx1111'] },
    ],
  ])('masks a full card number in the place of %s', (_, body, described) => {
    const description = read(body)
    expect(description).toMatchObject({ ...described, notes: expect.arrayContaining(['card-number']) })
    const { text: _text, ...shown } = description
    expect(JSON.stringify(shown).replaceAll(',', '')).not.toMatch(/4111111111111111|378282246310005/)
  })

  it.each([4111111111111111, '4111111111111111'])('leaves the reference number %j as it is', refnum => {
    const description = read(event({ amount: '5.00', refnum }, 'transaction.sale.success'))
    expect(description).toMatchObject({
      notes: [],
      refnum: '4111111111111111',
      summary: '$5.00 approved · 4111111111111111',
    })
  })

  it('finds an answer for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), body => {
        expect(read(body).eventId).toBeNull()
      }),
    )
    fc.assert(
      fc.property(fc.json(), body => {
        expect(read(body).notes).not.toContain('body-not-json')
      }),
    )
  })
})

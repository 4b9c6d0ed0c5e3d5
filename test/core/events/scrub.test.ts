import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCardData } from '../../../core/events/card.ts'
import { catalogue } from '../../../core/events/catalogue.ts'
import { sampleEvent } from '../../../core/events/generator/samples.ts'
import { scrubEvent } from '../../../core/events/scrub.ts'
import { kindOf, placesIn } from '../../../core/text/json-steps.ts'

const shape = (json: unknown) => [...placesIn(json)].map(({ steps, value }) => [steps.join('/'), kindOf(value)])

describe('a scrubbed event', () => {
  it.each<[what: string, before: object, after: object]>([
    ['a full card number', { number: '4111111111111111' }, { number: '4111xxxxxxxx1111' }],
    ['one printed in groups', { number: '5555 5555 5555 4444' }, { number: '5555 xxxx xxxx 4444' }],
    ['one that is a JSON number', { number: 4111111111111111 }, { number: 0 }],
    ['one inside a sentence', { comments: 'paid by 4111111111111111' }, { comments: 'paid by 4111xxxxxxxx1111' }],
    ['one that is a field’s name', { '4111111111111111': 1 }, { '4111xxxxxxxx1111': 1 }],
    ['security codes', { cvv: '123', cvv2: 999, card_code: '1234' }, { cvv: '', cvv2: 0, card_code: '' }],
    ['a track', { magstripe: '%B4111111111111111^DOE/J^30121010000?' }, { magstripe: '' }],
    [
      'a track inside a sentence',
      { comments: 'x ;4111111111111111=30121010000? y' },
      { comments: `x ${'x'.repeat(30)} y` },
    ],
    ['the card holder', { cardholder: 'Mary Major' }, { cardholder: 'Sample Person' }],
    [
      'the parts of a name',
      { first_name: 'Mary', lastName: 'Major', company: 'Major & Co' },
      { first_name: 'Sample', lastName: 'Person', company: 'Sample Company' },
    ],
    [
      'a name that a remark repeats',
      { cardholder: 'Mary Major', description: 'Table 4, MARY MAJOR' },
      { cardholder: 'Sample Person', description: 'Table 4, Sample Person' },
    ],
    [
      'one word of a name, where people write',
      { last_name: 'Sale', trantype: 'Credit Card Sale', memo: 'for Mrs Sale' },
      { last_name: 'Person', trantype: 'Credit Card Sale', memo: 'for Mrs Sample Person' },
    ],
    ['a mail', { email: 'mary@major.example' }, { email: 'person@example.com' }],
    [
      'a mail in a text',
      { receipts: { customer: 'Sent to m.m@a.example!' } },
      { receipts: { customer: 'Sent to person@example.com!' } },
    ],
    ['phones', { phone: '1-800-555-1212', fax: 5551212 }, { phone: '555-0100', fax: 0 }],
    ['phones in a text', { note: 'call (212) 555-0187 or +44 20 7946 0958' }, { note: 'call 555-0100 or 555-0100' }],
    [
      'an address',
      { billing_address: { street: '12 Elm', street2: '', city: 'Salem', postalcode: '01970', country: 'USA' } },
      {
        billing_address: {
          street: '1 Sample Street',
          street2: '',
          city: 'Sampletown',
          postalcode: '00000',
          country: 'USA',
        },
      },
    ],
    [
      'bank accounts',
      { account: '000123456789', routing: '121000358' },
      { account: 'xxxxxxxx6789', routing: 'xxxxx0358' },
    ],
    [
      'a check',
      {
        check: { accountholder: 'Mary Major', account_number: '000123456789', routing: '121000358', checknum: '10987' },
      },
      {
        check: {
          accountholder: 'Sample Person',
          account_number: 'xxxxxxxx6789',
          routing: 'xxxxx0358',
          checknum: 'x0987',
        },
      },
    ],
    [
      'who pays from an account, also where a note repeats it',
      { account_name: 'Mary Major', payee: 'Ann Other', comments: 'Mary Major to Ann Other' },
      { account_name: 'Sample Person', payee: 'Sample Person', comments: 'Sample Person to Sample Person' },
    ],
    ['a bank’s note', { banknote: 'C02:Corrected Routing:121000358' }, { banknote: 'C02:Corrected Routing:000000000' }],
    [
      'what is in lists',
      { items: [{ email: 'a@b.example' }, 'c@d.example'] },
      { items: [{ email: 'person@example.com' }, 'person@example.com'] },
    ],
    ['who sent it', { client_ip: '203.0.113.9', ssn: '078-05-1120' }, { client_ip: '192.0.2.1', ssn: '' }],
  ])('has no longer %s', (_, before, after) => {
    expect(scrubEvent(before)).toEqual(after)
  })

  it.each<[what: string, kept: unknown]>([
    ['money, reference numbers and keys', { auth_amount: '500.00', refnum: 98454685, key: '0nf9bd9v8dk7b2s' }],
    ['times', { event_triggered: '2026-11-01 10:00:00', original_date: '2026-10-31 09:00:00' }],
    [
      'what the issuer checked',
      { avs: { result_code: 'YYY', result: 'Address: Match & 5 Digit Zip: Match' }, cvc: { result_code: 'M' } },
    ],
    ['the gateway’s mask', { number: '4444xxxxxxxx1111', expiration: '0928' }],
    ['the card updater’s mask, one x longer', { number: '4444xxxxxxxxx1111', expiration: '0000' }],
    ['the authorization code of a refund', { refnum: 98454685, authcode: '98454685' }],
    ['the tracking code of a check', { check: { trackingcode: '20260312345678' } }],
    ['changes of stock', { qtyonhand: 127, qtyonhand_change: '-6', locationid: '13' }],
    ['cents', { totalsales: '617799', totalcredits: '000', numsales: 12 }],
    ['null, true and what is empty', { a: null, b: true, cardholder: '', email: '', phone: null }],
    ['what is no object', 'text'],
    ['the gateway’s spelling', { contact_cusomer: true, cardaccount_closed: '' }],
  ])('keeps %s', (_, kept) => {
    expect(scrubEvent(kept)).toEqual(kept)
  })

  it.each(catalogue.map(entry => entry.type))('of %s keeps every field, its kind and its money', type => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), seed => {
        const event = sampleEvent(type, seed)
        const scrubbed = scrubEvent(event)
        expect(shape(scrubbed)).toEqual(shape(event))
        expect(JSON.stringify(scrubbed).match(/\d+\.\d\d"/g)).toEqual(JSON.stringify(event).match(/\d+\.\d\d"/g))
        expect(scrubEvent(scrubbed)).toEqual(scrubbed)
      }),
      { numRuns: 50 },
    )
  })

  it('of any JSON keeps its shape, holds no card number, and is not touched itself', () => {
    const planted = fc.constantFrom<unknown>('4111111111111111', 5555555555554444, 'a@b.example', '(212) 555-0187')
    const named = fc.dictionary(fc.constantFrom('cvv', 'cardholder', 'number', 'x', '__proto__'), planted)
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), named, fc.array(named)), json => {
        const before = JSON.stringify(json)
        const scrubbed = scrubEvent(json)
        expect(JSON.stringify(json)).toBe(before)
        expect(findCardData(JSON.stringify(scrubbed)).filter(found => found.kind === 'number')).toEqual([])
        expect(JSON.stringify(scrubbed)).not.toContain('a@b.example')
        expect(shape(scrubbed).map(([, kind]) => kind)).toEqual(shape(json).map(([, kind]) => kind))
      }),
    )
  })

  it('looks into JSON that stands in a text', () => {
    const payload = (first: string, cvv: string) => JSON.stringify({ first_name: first, more: JSON.stringify({ cvv }) })
    const scrubbed = scrubEvent({ payload: payload('Jane', '987'), memo: 'for Jane', kept: '[1, 2]' })
    expect(scrubbed).toEqual({ payload: payload('Sample', ''), memo: 'for Sample Person', kept: '[1, 2]' })
  })

  it('leaves out what is nested deeper than any event, and takes no names for patterns', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)
    expect(JSON.stringify(scrubEvent({ deep })).length).toBeLessThan(300)
    expect(scrubEvent({ name: 'Ann (B) [c*', memo: 'by ann (b) [C*' })).toEqual({
      name: 'Sample Person',
      memo: 'by Sample Person',
    })
  })
})

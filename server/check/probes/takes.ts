/** It takes what the gateway sends: every event, every shape it may have. */
import type { Conclusion } from '../../../core/check/finding.ts'
import { catalogue, type EventType } from '../../../core/events/catalogue.ts'
import type { CheckEvent, Endpoint } from '../endpoint.ts'
import { allTaken, noSales, type ProbeRun } from '../probe.ts'
import { saleType } from '../sale.ts'

/** A probe whose events all ought to be answered 2xx. @param good the sentence for when they are */
function taking(
  good: string,
  events: (endpoint: Endpoint) => readonly { what: string; event: CheckEvent }[],
  count: number,
): ProbeRun {
  return {
    requests: () => count,
    async run(endpoint): Promise<Conclusion> {
      const exchanges = []
      // One after the other: a finding here is about the event, not about the load.
      for (const { what, event } of events(endpoint)) exchanges.push(await endpoint.send(event.body, { what }))
      return allTaken(exchanges, good)
    },
  }
}

/** The same with sales that differ from a plain one. */
function takingSales(...[good, events, count]: Parameters<typeof taking>): ProbeRun {
  const { requests, run } = taking(good, events, count)
  return { requests, run: async endpoint => (endpoint.plainType === saleType ? run(endpoint) : noSales) }
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** One sale that was changed. */
const takingSale = (good: string, what: string, change: (json: Json) => void): ProbeRun =>
  takingSales(good, endpoint => [{ what, event: endpoint.sale(change) }], 1)

/** The object concerned; every sample has one. */
export function objectOf(json: Json): Json {
  const body = json['event_body']
  const object = isObject(body) ? body['object'] : undefined
  return isObject(object) ? object : {}
}

/** One event whose object has these fields. */
const takingEvent = (good: string, what: string, type: EventType, fields: Json): ProbeRun =>
  taking(
    good,
    endpoint => [{ what, event: endpoint.event(type, json => void Object.assign(objectOf(json), fields)) }],
    1,
  )

const cardUpdater = catalogue.flatMap(entry => ('alternative' in entry ? [entry.type, entry.alternative] : []))

const largeBytes = 256 * 1024

export const takesProbes = {
  'every-event': taking(
    'Each of the 25 was answered 2xx.',
    endpoint => catalogue.map(({ type }) => ({ what: type, event: endpoint.event(type) })),
    catalogue.length,
  ),
  'card-updater-spellings': taking(
    'Both spellings were answered 2xx.',
    endpoint => cardUpdater.map(type => ({ what: type, event: endpoint.event(type) })),
    cardUpdater.length,
  ),
  'minimal-body': takingSale(
    'An event with a type, a key, an amount and an authorization code was answered 2xx.',
    'a sale with nothing but key, amount and authcode',
    json => {
      const object = objectOf(json)
      const { key } = object
      for (const name of Object.keys(object)) delete object[name]
      Object.assign(object, { type: 'transaction', key, amount_detail: { amount: '1.00' }, authcode: '012345' })
    },
  ),
  'new-fields': takingSale('Unknown fields were ignored.', 'a sale with fields that are new, at every level', json => {
    json['schema_revision'] = 7
    const object = objectOf(json)
    object['wallet'] = { type: 'device', tokens: ['one', 'two'], verified: true }
    object['network_reference'] = null
  }),
  'unknown-event': takingSale(
    'A type it cannot know was answered 2xx.',
    'transaction.sale.disputed, which does not exist yet',
    json => {
      json['event_type'] = 'transaction.sale.disputed'
    },
  ),
  unicode: takingSales(
    'Names in other scripts, emoji and escaped characters were answered 2xx.',
    endpoint => [
      {
        what: 'a sale with a name in several scripts and an emoji',
        event: endpoint.sale(json => {
          const object = objectOf(json)
          object['creditcard'] = {
            ...(isObject(object['creditcard']) ? object['creditcard'] : {}),
            cardholder: 'Ünïcödé 試験 اختبار 🛒',
          }
        }),
      },
      {
        what: 'an ACH note with accents, quotes and a line separator',
        event: endpoint.event('ach.note_added', json => {
          const body = json['event_body']
          if (isObject(body))
            body['changes'] = { old: { banknote: '' }, new: { banknote: 'C05: “dépôt” \u2028 ñ \\ / "', status: 'S' } }
        }),
      },
    ],
    2,
  ),
  'refnum-types': takingSales(
    'refnum was accepted as a number and as a string.',
    endpoint =>
      (['number', 'string'] as const).map(kind => ({
        what: `a sale whose refnum is a ${kind}`,
        event: endpoint.sale(json => {
          objectOf(json)['refnum'] = kind === 'number' ? 3_101_234_567 : '3101234567'
        }),
      })),
    2,
  ),
  nulls: takingSales(
    'null was accepted instead of values.',
    endpoint => [
      {
        what: 'a sale whose optional fields are null',
        event: endpoint.sale(json => {
          const object = objectOf(json)
          for (const name of ['invoice', 'avs', 'cvc', 'batch', 'receipts', 'authcode', 'creditcard'])
            object[name] = null
        }),
      },
      { what: 'a settled ACH payment, its old date null', event: endpoint.event('ach.settled') },
    ],
    2,
  ),
  'large-body': takingSale('A body of 256 KiB was answered 2xx.', 'a sale of 256 KiB', json => {
    // In a field that every shop may get: a strict schema is another question.
    objectOf(json)['receipts'] = { customer: 'x'.repeat(largeBytes), merchant: '' }
  }),
  'partial-approval': takingEvent(
    'A partial approval was answered 2xx.',
    'a sale of which a part was approved',
    'transaction.sale.success',
    {
      amount: '2.00',
      auth_amount: '1.00',
      amount_detail: { subtotal: '2.00' },
      result_code: 'P',
      result: 'Partial Approval',
    },
  ),
  'adjusted-equal': takingEvent(
    'An adjustment that kept the amount was answered 2xx.',
    'transaction.sale.adjusted with the amount it had before',
    'transaction.sale.adjusted',
    { amount: '5.00', auth_amount: '5.00', amount_detail: { original_amount: '5.00' } },
  ),
} as const satisfies Record<string, ProbeRun>

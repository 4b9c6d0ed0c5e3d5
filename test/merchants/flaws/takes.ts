/** Endpoints that refuse some of what the gateway sends. */
import { isObject, type Json, objectOf } from '../json.ts'
import { type Flaw, refusing, sale, textOf } from './flaw.ts'

export const takesFlaws: readonly Flaw[] = [
  {
    name: 'an event that nobody thought of is answered 500',
    plant: refusing(500, event => event['event_type'] === 'settlement.batch.failure'),
    red: ['every-event'],
  },
  {
    name: 'knows the card updater in one spelling only',
    plant: refusing(400, event => String(event['event_type']).startsWith('cardupdate.')),
    red: ['card-updater-spellings'],
  },
  {
    name: 'relies on a field that may be missing',
    plant: right => ({
      async act(event, came) {
        if (sale(event)) String((objectOf(event)['refnum'] as number).toString())
        return right.act(event, came)
      },
    }),
    red: ['minimal-body'],
  },
  {
    name: 'a strict schema',
    plant: refusing(
      422,
      event =>
        Object.keys(event).some(
          name => !['type', 'event_triggered', 'event_type', 'event_body', 'event_id'].includes(name),
        ) || objectOf(event)['wallet'] !== undefined,
    ),
    red: ['new-fields'],
  },
  {
    name: '500 on an unknown event',
    plant: refusing(500, event => event['event_type'] === 'transaction.sale.disputed'),
    red: ['unknown-event'],
  },
  {
    name: 'the body is decoded as Latin-1 and encoded as UTF-8 before it is verified',
    plant: right => ({
      signed: came => right.signed({ ...came, body: Buffer.from(came.body.toString('latin1'), 'utf8') }),
    }),
    red: ['unicode'],
  },
  {
    name: 'a column that takes no emoji',
    plant: refusing(500, (_event, came) => /[\u{10000}-\u{10ffff}]/u.test(textOf(came))),
    red: ['unicode'],
  },
  {
    name: 'refnum is computed with',
    plant: right => ({
      async act(event, came) {
        const { refnum } = objectOf(event)
        if (sale(event) && refnum !== undefined) (refnum as number).toFixed(0)
        return right.act(event, came)
      },
    }),
    red: ['refnum-types'],
  },
  {
    name: 'crashes on null where an object was before',
    plant: right => ({
      async act(event, came) {
        const { avs } = objectOf(event)
        if (avs !== undefined) String((avs as Json)['result_code'])
        return right.act(event, came)
      },
    }),
    red: ['nulls'],
  },
  {
    name: 'the 100 kB limit of a framework',
    plant: refusing(413, (_, { body }) => body.length > 100_000),
    red: ['large-body'],
  },
  {
    name: 'relies on the card of a sale',
    plant: right => ({
      async act(event, came) {
        const { creditcard, trantype } = objectOf(event)
        if (sale(event) && trantype === 'Check Sale') String((creditcard as Json)['type'])
        return right.act(event, came)
      },
    }),
    red: ['check-sale'],
    // A check sale that is not accepted cannot be returned.
    unknown: ['ach-returned', 'ach-settled-late'],
  },
  {
    name: 'books a check sale again when it settles',
    plant: right => ({
      async act(event, came) {
        if (event['event_type'] === 'ach.settled') right.order({ ...event, event_type: 'transaction.sale.success' })
        return right.act(event, came)
      },
    }),
    red: ['check-sale'],
  },
  {
    name: 'knows approved and declined only',
    plant: refusing(500, event => objectOf(event)['result_code'] === 'P'),
    red: ['partial-approval'],
  },
  {
    name: 'an adjustment has to change something',
    plant: (right, asked) =>
      refusing(422, event => {
        const { amount, amount_detail: detail } = objectOf(event)
        // Samples may leave the amount as well.
        return asked() === 'adjusted-equal' && isObject(detail) && detail['original_amount'] === amount
      })(right),
    red: ['adjusted-equal'],
  },
]

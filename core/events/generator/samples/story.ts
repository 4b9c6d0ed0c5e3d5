/** Everything a seed tells of: a merchant, and one of each thing that events are about. */
import { catalogue, type EventType, findEvent } from '../../catalogue.ts'
import { type AchPayment, achChanges, achObject, rollAchPayment } from './ach.ts'
import { nextBatch, rollBatch, settlementObject } from './batch.ts'
import { rollCard } from './card.ts'
import { type CardUpdate, cardUpdateChanges, cardUpdateObject, rollCardUpdate } from './card-update.ts'
import { Dice } from './dice.ts'
import { type Moment, typesBefore } from './moment.ts'
import { amountsAfter } from './sale-amounts.ts'
import { rollStock, stockObject } from './stock.ts'
import { rollSale, type Sale, transactionObject } from './transaction.ts'
import { type Fields, stamp } from './writing.ts'

/** Streams of a seed's dice. What a seed tells of is the same in all its events: its sale, its void, its refund. */
const streams = { merchant: 1, sale: 2, refund: 3, declined: 4, ach: 5, cardUpdate: 6, stock: 7, batch: 8 } as const
/** Each event of a seed has two streams of its own, for what is peculiar to it and for its id. */
const firstEventStream = 1000
const firstIdStream = 1_000_000

/** Tells the events of one seed apart: by type, by spelling, by place in a scenario. */
function eventNumber(type: EventType, spelling: string, step: number): number {
  const place = catalogue.findIndex(entry => entry.type === type)
  return (step * catalogue.length + place) * 2 + (spelling === type ? 0 : 1)
}

/** An `event_id` for an event that is no sample of a type: 64 hex characters. */
export function eventIdOf(seed: number): string {
  return new Dice(seed, firstIdStream - 1).hex(64)
}

function saleOf(seed: number): Sale {
  return rollSale(new Dice(seed, streams.sale), rollBatch(new Dice(seed, streams.batch)))
}

/** The sale first asked for with another card, which the issuer would not have. */
function declinedSaleOf(seed: number): Sale {
  const dice = new Dice(seed, streams.declined)
  const sale = saleOf(seed)
  return { ...sale, key: dice.key(), refnum: sale.refnum - dice.integer(1, 90), card: rollCard(dice) }
}

/** The sale's money back, in the next batch. */
function refundOf(seed: number): Sale {
  const dice = new Dice(seed, streams.refund)
  const sale = saleOf(seed)
  const batch = nextBatch(dice, sale.batch)
  return { ...sale, key: dice.key(), refnum: sale.refnum + dice.integer(100, 9000), batch }
}

function paymentOf(seed: number): AchPayment {
  return rollAchPayment(new Dice(seed, streams.ach))
}

function transaction(type: EventType, seed: number, dice: Dice, moment: Moment): Fields {
  const tell = (sale: Sale, payment: AchPayment | null = null) => ({
    object: transactionObject(type, sale, payment, dice, moment),
  })
  const failed = type === 'transaction.sale.failure'
  if (type.startsWith('transaction.refund')) return tell(refundOf(seed))
  if (moment.tender !== 'check') return tell(failed ? declinedSaleOf(seed) : saleOf(seed))
  // The sale and the payment at the bank are one transaction.
  const payment = failed ? rollAchPayment(new Dice(seed, streams.declined)) : paymentOf(seed)
  return tell({ ...saleOf(seed), key: payment.key, refnum: Number(payment.refnum) }, payment)
}

function settlement(type: EventType, seed: number, dice: Dice, moment: Moment): Fields {
  const { batch, amounts } = saleOf(seed)
  const { now } = amountsAfter(amounts, moment.tender, typesBefore(moment))
  return { object: settlementObject(type, batch, dice, now) }
}

function cardUpdate(type: EventType, update: CardUpdate, moment: Moment): Fields {
  const changes = cardUpdateChanges(type, update, moment)
  return { object: cardUpdateObject(type, update, moment), ...(changes ? { changes } : {}) }
}

function ach(type: EventType, payment: AchPayment, dice: Dice, moment: Moment): Fields {
  return { object: achObject(payment), changes: achChanges(type, dice, moment) }
}

function eventBody(type: EventType, seed: number, dice: Dice, moment: Moment): Fields {
  switch (findEvent(type)?.family) {
    case 'ach':
      return ach(type, paymentOf(seed), dice, moment)
    case 'cau':
      return cardUpdate(type, rollCardUpdate(new Dice(seed, streams.cardUpdate)), moment)
    case 'inventory': {
      const stock = rollStock(new Dice(seed, streams.stock))
      return { object: stockObject(type, stock, typesBefore(moment)) }
    }
    case 'settlement':
      return settlement(type, seed, dice, moment)
    default:
      return transaction(type, seed, dice, moment)
  }
}

/**
 * One event of a seed's story.
 * @param spelling what `event_type` says: the type, or its other spelling
 */
export function tellEvent(type: EventType, spelling: string, seed: number, moment: Moment): Fields {
  const number = eventNumber(type, spelling, moment.history.length)
  const merchant = { merch_key: new Dice(seed, streams.merchant).key() }
  const dice = new Dice(seed, firstEventStream + number)
  return {
    type: 'event',
    event_triggered: stamp(moment.at),
    event_type: spelling,
    event_body: { merchant, ...eventBody(type, seed, dice, moment) },
    event_id: new Dice(seed, firstIdStream + number).hex(64),
  }
}

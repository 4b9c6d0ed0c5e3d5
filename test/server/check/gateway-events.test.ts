/** The check's events are the gateway's: what the documents say of them holds for what a check sends, marked and renewed. */
import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../core/events/catalogue.ts'
import { valueAt } from '../../../core/text/json-steps.ts'
import { type CheckEvent, openEvents } from '../../../server/check/events.ts'

const at = ({ json }: CheckEvent, path: string) => valueAt(json, ['event_body', ...path.split('.')])
const object = (event: CheckEvent | undefined, path: string) => event && at(event, `object.${path}`)
const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1)
const of = (seed: number) => openEvents('hookscope check mark', seed)

const facts: readonly (readonly [sentence: string, holds: (seed: number) => void])[] = [
  [
    'a sale and its settlement differ in the batch’s key and share merchant, batchrefnum and number',
    seed => {
      const [sale, , settled] = of(seed).scenario('card-sale')
      expect(object(settled, 'key')).not.toBe(object(sale, 'batch.key'))
      expect(object(settled, 'batchrefnum')).toBe(object(sale, 'batch.batchrefnum'))
      expect(object(settled, 'batchnum')).toBe(object(sale, 'batch.sequence'))
      expect(object(settled, 'uri')).toBe(`batches/${String(object(settled, 'key'))}`)
      expect(sale && at(sale, 'merchant')).toEqual(settled && at(settled, 'merchant'))
    },
  ],
  [
    'an approved refund has its refnum for an authcode',
    seed => {
      const refund = of(seed).event('transaction.refund.success')
      expect(object(refund, 'authcode')).toBe(String(object(refund, 'refnum')))
    },
  ],
  [
    'a check sale has no card, and goes on at the bank under its key and refnum',
    seed => {
      const [sale, ...moves] = of(seed).scenario('ach-return')
      expect(object(sale, 'creditcard')).toBeUndefined()
      expect(object(sale, 'trantype')).toBe('Check Sale')
      for (const move of moves) {
        expect(object(move, 'key')).toBe(object(sale, 'key'))
        expect(object(move, 'refnum')).toBe(String(object(sale, 'refnum')))
      }
    },
  ],
  [
    'keys are as long as the gateway’s',
    seed => {
      const lengths = { transaction: 15, ach: 15, settlement: 15, inventory: 16, cau: 17 } as const
      const events = of(seed)
      for (const { type, family } of catalogue)
        expect([type, String(object(events.event(type), 'key')).length]).toEqual([type, lengths[family]])
    },
  ],
  [
    'the plain sale is of one amount in every field that tells it',
    seed => {
      const sale = of(seed).sale()
      expect([object(sale, 'amount') ?? '1.00', object(sale, 'auth_amount') ?? '1.00']).toEqual(['1.00', '1.00'])
    },
  ],
]

describe('what a check sends', () => {
  it.each(facts)('%s', (_, holds) => {
    for (const seed of seeds) holds(seed)
  })
})

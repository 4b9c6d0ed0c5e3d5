/** The plain sale of the check: one shape, so that whatever an answer tells is about the deviation and not about the sale. */
import type { EventType } from '../../core/events/catalogue.ts'
import { stamp } from '../../core/events/generator/samples/writing.ts'

export const saleType: EventType = 'transaction.sale.success'

/** An approved card sale of 1.00 with every field that a sale may have. @returns without ids; the mark is put in later */
export function plainSale(when: Date): Record<string, unknown> {
  return {
    type: 'event',
    event_triggered: stamp(when),
    event_type: saleType,
    event_body: {
      merchant: { merch_key: '' },
      object: {
        type: 'transaction',
        key: '0bcdfghjkmnpqrs',
        refnum: 1_310_123_456,
        auth_amount: '1.00',
        amount: '1.00',
        amount_detail: { tax: '0.00', discount: '0.00', subtotal: '1.00', duty: '0.00' },
        authcode: '012345',
        result_code: 'A',
        result: 'Approved',
        invoice: '',
        avs: { result_code: 'YYY', result: 'Address: Match & 5 Digit Zip: Match' },
        cvc: { result_code: 'M', result: 'Match' },
        trantype: 'Credit Card Sale',
        creditcard: {
          cardholder: 'Sample Buyer',
          number: '4444xxxxxxxx1111',
          type: 'V',
          entry_mode: 'Card Not Present, Manually Keyed',
        },
        batch: { type: 'batch', key: '0tvwxyz12345678', batchrefnum: '310123', sequence: '12' },
        receipts: { customer: 'No Receipt Sent', merchant: 'No Receipt Sent' },
      },
    },
    event_id: '',
  }
}

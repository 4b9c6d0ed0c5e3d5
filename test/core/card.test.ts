import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCardData, maskCardData } from '../../core/card.ts'

describe('card data in a body', () => {
  it.each([
    ['{"number":"4111111111111111"}', '{"number":"4111xxxxxxxx1111"}'],
    ['{"number":4111111111111111}', '{"number":4111xxxxxxxx1111}'],
    ['4000 0027 6000 3184', '4000 xxxx xxxx 3184'],
    ['378282246310005', '3782xxxxxxx0005'],
    ['{"cvv": "123"}', '{"cvv": "xxx"}'],
    ['{"card_code":1234,"x":1}', '{"card_code":xxxx,"x":1}'],
    ['%B4111111111111111^DOE/J^30121010000?', 'x'.repeat(37)],
    [';4111111111111111=30121010000?', 'x'.repeat(30)],
  ])('masks %s', (text, masked) => {
    expect(maskCardData(text)).toBe(masked)
  })

  it.each([
    ['the gateway’s own mask', '{"number":"4444xxxxxxxx1111"}'],
    ['a wrong check digit', '4111111111111112'],
    ['digits inside a digest', 'e4111111111111111a'],
    ['the gateway’s cvc result', '{"cvc":{"result_code":"M"}}'],
    ['an ACH tracking code with a valid check digit', '{"trackingcode": "4111111111111111"}'],
    ['the card updater’s mask of nine x', '{"number":"4444xxxxxxxxx1111"}'],
    ['an authorization code that is the refnum of a refund', '{"authcode":"4111111111111111"}'],
    ['a batch’s reference number', '{"batchrefnum":"4111111111111111"}'],
    ['a reference number', '{"refnum":98454685}'],
    ['a decimal', '0.4111111111111111'],
    ['nothing but zeros', '0000000000000000'],
    ['twenty digits', '41111111111111111111'],
  ])('leaves %s alone', (_, text) => {
    expect(findCardData(text)).toEqual([])
    expect(maskCardData(text)).toBe(text)
  })

  it('keeps the length of any text, and finds nothing more once masked', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('4111111111111111', '"cvv":"999"', '5555 5555 5555 4444', ' '))
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const text = pieces.join('\n')
        const masked = maskCardData(text)
        expect(masked).toHaveLength(text.length)
        expect(findCardData(masked).filter(found => found.kind === 'number')).toEqual([])
      }),
    )
  })

  it.each([
    ['tracks without an end', '%B4111111111111111^AB^', 45_000],
    ['card numbers', '4111111111111111 ', 60_000],
    ['security codes', '"cvv":"123",', 80_000],
  ])('a megabyte of %s is read in one go, not in hours', (_, piece, times) => {
    const text = piece.repeat(times)
    expect(maskCardData(text)).toHaveLength(text.length)
  })
})

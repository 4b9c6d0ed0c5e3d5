import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findCardData, maskCardData } from '../../../core/events/card.ts'

describe('card data in a body', () => {
  it.each([
    ['{"number":"4111111111111111"}', '{"number":"4111xxxxxxxx1111"}'],
    ['{"number":4111111111111111}', '{"number":4111xxxxxxxx1111}'],
    ['4000 0027 6000 3184', '4000 xxxx xxxx 3184'],
    ['378282246310005', '3782xxxxxxx0005'],
    ['number=4000+1000+1111+2224&x=1', 'number=4000+xxxx+xxxx+2224&x=1'],
    ['4000%201000%201111%202224', '4000%20xxxx%20xxxx%202224'],
    ['note=paid%204000%201000%201111%202224', 'note=paid%204000%20xxxx%20xxxx%202224'],
    ['3782%20822463%2010005', '3782%20xxxxxx%20x0005'],
    ['%22number%22%3A%224000100011112224%22', '%22number%22%3A%224000xxxxxxxx2224%22'],
    ['%2B4000100011112224', '%2B4000xxxxxxxx2224'],
    ['4000.1000.1111.2224', '4000.xxxx.xxxx.2224'],
    ['4000  1000  1111  2224', '4000  xxxx  xxxx  2224'],
    ['4000-1000-1111-2224', '4000-xxxx-xxxx-2224'],
    ['4000/1000/1111/2224 4000_1000_1111_2224', '4000/xxxx/xxxx/2224 4000_xxxx_xxxx_2224'],
    ['4000\u00a01000\u00a01111\u00a02224', '4000\u00a0xxxx\u00a0xxxx\u00a02224'],
    ['{"cvv": "123"}', '{"cvv": "xxx"}'],
    ['{"card_code":1234,"x":1}', '{"card_code":xxxx,"x":1}'],
    [JSON.stringify(JSON.stringify({ cvv: '987', cvc: 123 })), '"{\\"cvv\\":\\"xxx\\",\\"cvc\\":xxx}"'],
    ['card=1&cvv=987&cvv2=1234', 'card=1&cvv=xxx&cvv2=xxxx'],
    ['<cvv>987</cvv>', '<cvv>xxx</cvv>'],
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
    ['a reference number in a form', 'refnum=4111111111111111&batchnum=4000+1000+1111+2224'],
    ['a reference number in an encoded body', '%22refnum%22%3A%224111111111111111%22'],
    ['groups of a wrong check digit', '4000.1000.1111.2225 4000%201000%201111%202225'],
    ['groups that are parted in two ways', '4000.1000-1111 2224'],
    ['a version', '1.4000.1000.1111.2224'],
    ['a decimal', '0.4111111111111111'],
    ['nothing but zeros', '0000000000000000'],
    ['twenty digits', '41111111111111111111'],
  ])('leaves %s alone', (_, text) => {
    expect(findCardData(text)).toEqual([])
    expect(maskCardData(text)).toBe(text)
  })

  it('keeps the length of any text, and finds nothing more once masked', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '4111111111111111',
        '"cvv":"999"',
        '5555 5555 5555 4444',
        '4000%201000%201111%202224',
        '%22',
        ' ',
      ),
    )
    fc.assert(
      fc.property(fc.array(piece), pieces => {
        const text = pieces.join('\n')
        const masked = maskCardData(text)
        expect(masked).toHaveLength(text.length)
        expect(findCardData(masked).filter(found => found.kind === 'number')).toEqual([])
      }),
    )
  })

  const pieces = [
    ...['4111111111111111', '5555 5555 5555 4444', '3782 822463 10005', '0000000000000', '4', '1', '-', 'x', ' ', '\n'],
    ...['"cvv":"999"', '"cvv":', '"cvc": 1234}', '123,', '"refnum":', '"', '.', '?', '301210?'],
    ...['%B4111111111111111^AB^', '%B4111111111111111^DOE/J^30121010000?', ';4111111111111111=3012'],
  ] as const

  it('is found in order, without overlaps, and wherever a number stands by itself in one run', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), some => {
        const text = some.join('')
        const found = findCardData(text)
        for (const [index, one] of found.entries()) expect(one.start).toBeGreaterThanOrEqual(found[index - 1]?.end ?? 0)
        for (const { 0: match, index } of text.matchAll(/(?<![\w.-])4111111111111111(?![\w-])/g)) {
          const isIdentifier = /\brefnum["\s:]*$/.test(text.slice(0, index))
          // The number, or a track or code that it is a part of.
          const over = found.filter(({ start, end }) => start < index + match.length && end > index)
          if (!isIdentifier) expect(over.length, text).toBeGreaterThan(0)
        }
      }),
      { numRuns: 500 },
    )
  })

  // Work that grows with the square of the length would take hours here, and end the test by its time limit.
  it.each([
    ['card numbers', '4111111111111111 '],
    ['grouped card numbers', '4111 1111 1111 1111 '],
    ['security codes', '"cvv":"123",'],
    ['codes without an end', '"cvv"  '],
    ['codes without a value', '"cvv":\\\\'],
    ['codes in XML without an end', '<cvv>  '],
    ['tracks', ';4111111111111111=3012'],
    ['tracks without an end', '%B4111111111111111^AB^'],
    ['digits', '4'],
    ['groups', '4111-'],
    ['encoded groups', '4111%20'],
    ['two blanks', '4111  '],
    ['percent signs', '%20'],
    ['percent signs and digits', '%224111111111111111'],
    ['identifiers', 'refnum%3A%22%20%20'],
    ['brackets', '['],
  ])('eight megabytes of %s are read in one go', (_, piece) => {
    const text = piece.repeat(Math.ceil(8_388_608 / piece.length))
    expect(maskCardData(text)).toHaveLength(text.length)
  })
})

it('a number at the beginning of a line is masked as well in JSON, where the line’s end is a letter', () => {
  const shown = maskCardData(JSON.stringify({ note: 'card:\n4111111111111111\r\nthanks' }))
  expect(shown).toBe(String.raw`{"note":"card:\n4111xxxxxxxx1111\r\nthanks"}`)
})

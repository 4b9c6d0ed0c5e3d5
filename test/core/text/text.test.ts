/** Text on its way to a person: of strangers, as JSON, and numbers. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonText, printable, withCommas } from '../../../core/text/text.ts'

const steers = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u
const hostile = '\u001b[2J\u009b31m\u007f\u202e\u061c\u2028 é 試 🛒'

it('is one line without anything that steers it', () => {
  expect(printable(hostile)).toBe('\ufffd[2J\ufffd31m\ufffd\ufffd\ufffd\ufffd é 試 🛒')
})

it('is the same value as JSON, whatever it holds', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constant({ [hostile]: hostile })), value => {
      expect(jsonText(value)).not.toMatch(steers)
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  expect(jsonText({ a: 'é' }, 2)).toBe('{\n  "a": "é"\n}')
})

it('groups the digits of whole numbers as English has them', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), number => {
      expect(withCommas(number)).toBe(number.toLocaleString('en'))
    }),
  )
})

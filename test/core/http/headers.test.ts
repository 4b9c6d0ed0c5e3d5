import { expect, it } from 'vitest'
import { shownValue, typedValue } from '../../../core/http/headers.ts'

const wire = (...bytes: number[]) => String.fromCharCode(...bytes)

it.each<[what: string, came: string, shown: string]>([
  ['plain ASCII', 'application/json', 'application/json'],
  ['UTF-8', wire(0x4a, 0xc3, 0xbc, 0x72), 'Jür'],
  ['four bytes', wire(0xf0, 0x9f, 0x99, 0x82), '🙂'],
  ['Latin-1', wire(0x63, 0x61, 0x66, 0xe9), 'café'],
  ['UTF-8 that was cut', wire(0x61, 0xe2, 0x82), 'aâ\u0082'],
  ['UTF-8 beside Latin-1', wire(0xc3, 0xbc, 0xe9), 'Ã¼é'],
  ['a byte order mark', wire(0xef, 0xbb, 0xbf, 0x61), '\ufeffa'],
  ['text that was no header', 'Jürgen €', 'Jürgen €'],
  ['masked', 'Basic ••••', 'Basic ••••'],
])('a header value of %s is shown as its sender wrote it', (_, came, shown) => {
  expect(shownValue(came)).toBe(shown)
})

it.each(['plain', 'Jürgen', '€ 5', '🙂'])('what is typed goes out as UTF-8, and is shown as typed: %s', text => {
  expect(typedValue(text)).toMatch(/^[\0-\xff]*$/)
  expect(Buffer.from(typedValue(text), 'latin1').toString()).toBe(text)
  expect(shownValue(typedValue(text))).toBe(text)
})

import { expect, it } from 'vitest'
import { isCredentialHeader, maskHeaders, maskHeaderText, maskQuery } from '../../../core/http/credential-headers.ts'
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

it.each<[name: string, value: string, masked: string]>([
  ['Authorization', 'Basic c2hvcDpw', 'Basic ••••'],
  ['Proxy-Authorization', 'Bearer abc', 'Bearer ••••'],
  ...[
    ...['Cookie', 'X-Api-Key', 'Api-Key', 'Apikey', 'X-Auth-Token', 'X-Access-Token', 'X-Amz-Security-Token'],
    ...['Password', 'X-Password', 'Client-Secret', 'X-CLIENT-SECRET'],
  ].map((name): [string, string, string] => [name, 'one two', '••••']),
  ...['X-Signature', 'Content-Type', 'X-CSRF-Token', 'X-Key-Id', 'Keyed'].map((name): [string, string, string] => [
    name,
    'one two',
    'one two',
  ]),
])('%s: %s is shown to others as %s', (name, value, masked) => {
  expect(maskHeaders([[name, value]])).toEqual([[name, masked]])
})

it.each([
  ['token=abc&x=1', 'token=••••&x=1'],
  ['x=1&API_KEY=abc', 'x=1&API_KEY=••••'],
  ['apikey=a;secret=b', 'apikey=••••;secret=••••'],
  [
    '/hooks/main?key=abc&password=p%20q&access_token=t#part',
    '/hooks/main?key=••••&password=••••&access_token=••••#part',
  ],
  ['client-secret=a&auth_token=b&x-api-key=c', 'client-secret=••••&auth_token=••••&x-api-key=••••'],
  ['monkey=1&keys=2&tokens=3&orderid=key=4', 'monkey=1&keys=2&tokens=3&orderid=key=4'],
  ['token=&key', 'token=&key'],
  [
    '%74oken=a&user[password]=b&webhook_secret=c&jwt=d',
    '%74oken=••••&user[password]=••••&webhook_secret=••••&jwt=••••',
  ],
  [
    'sig=a&Authorization=b&sessionid=c&secretKey=d&pwd=e',
    'sig=••••&Authorization=••••&sessionid=••••&secretKey=••••&pwd=••••',
  ],
  ['page=2&merch_key=m&design=x&%ZZ=1', 'page=2&merch_key=m&design=x&%ZZ=1'],
])('the query %s is exported as %s', (query, masked) => {
  expect(maskQuery(query)).toBe(masked)
})

it('what leaves the machine has no header that is named as a credential is, and no secret in the URLs of others', () => {
  const secret = ['X-Vendor-Token', 'CF-Access-Client-Secret', 'X-Session-Id', 'Authentication', 'X-My-Api-Key']
  expect(secret.filter(name => !isCredentialHeader(name))).toEqual([])
  const told = ['X-Signature', 'Content-Type', 'X-Key-Id', 'Idempotency-Key', 'Keyed', 'X-Author', 'User-Agent']
  expect(told.filter(isCredentialHeader)).toEqual([])
  expect(maskHeaderText('https://shop:pw@shop.example/a?token=abc&b=1')).toBe(
    'https://••••@shop.example/a?token=••••&b=1',
  )
  expect(maskHeaderText('/hook?api_key=abc')).toBe('/hook?api_key=••••')
  expect(maskHeaderText('text/html; charset=utf-8')).toBe('text/html; charset=utf-8')
})

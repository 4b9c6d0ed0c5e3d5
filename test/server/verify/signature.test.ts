import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rejection, Verdict } from '../../../core/deliveries/delivery.ts'
import type { Hook } from '../../../core/hooks/hook.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { authenticationReport, sign, signatureReport, verify } from '../../../server/verify/signature.ts'
import { basicHeader, signatureOf } from '../../helpers/gateway.ts'

const body = Buffer.from('{"type":"event","event_id":"\u00e9"}')
const plain: Hook = {
  id: 'main',
  label: 'Main',
  path: '/hook/x',
  authentication: { kind: 'none' },
  signing: { kind: 'none' },
}
const signed: Hook = { ...plain, signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key: 'sig-key' }] } }
const guarded: Hook = { ...plain, authentication: { kind: 'basic', username: 'shop', password: 'pa:ss wörd' } }
const both: Hook = { ...guarded, signing: signed.signing }
const rightSignature = ['X-Signature', signatureOf('sig-key', body)] as const
const rightCredentials = ['Authorization', basicHeader('shop', 'pa:ss wörd')] as const

const rejected = (...reasons: [Rejection, ...Rejection[]]): Verdict => ({ kind: 'rejected', reasons })

test('a published HMAC-SHA256 example (RFC 4231, case 2) in lower-case hex', () => {
  expect(sign('Jefe', Buffer.from('what do ya want for nothing?'))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('a hook without key and credentials checks nothing, whatever comes', () => {
  expect(verify(plain, [], body)).toEqual({ kind: 'unchecked' })
  expect(verify(plain, [['X-Signature', 'junk'], rightCredentials], body)).toEqual({ kind: 'unchecked' })
})

test('header names are found in any case, as tunnels lower them', () => {
  const headers: HeaderList = [
    ['x-signature', rightSignature[1]],
    ['AUTHORIZATION', rightCredentials[1]],
  ]
  expect(verify(both, headers, body)).toEqual({ kind: 'verified', key: 'signature-key', basic: true })
})

describe('the signature', () => {
  const hex = rightSignature[1]
  test.each<[string, HeaderList, Verdict]>([
    ['fits', [rightSignature], { kind: 'verified', key: 'signature-key', basic: false }],
    ['is missing', [], rejected('signature-missing')],
    ['is empty', [['X-Signature', '']], rejected('signature-malformed')],
    ['is in upper case', [['X-Signature', hex.toUpperCase()]], rejected('signature-malformed')],
    ['has a prefix', [['X-Signature', `sha256=${hex}`]], rejected('signature-malformed')],
    ['is base64', [['X-Signature', Buffer.from(hex, 'hex').toString('base64')]], rejected('signature-malformed')],
    ['is cut', [['X-Signature', hex.slice(1)]], rejected('signature-malformed')],
    ['has a line after it', [['X-Signature', `${hex}\n`]], rejected('signature-malformed')],
    ['comes twice', [rightSignature, rightSignature], rejected('signature-malformed')],
    ['comes twice, joined', [['X-Signature', `${hex}, ${hex}`]], rejected('signature-malformed')],
    ['is of another key', [['X-Signature', signatureOf('source-key', body)]], rejected('signature-wrong')],
    ['is of another body', [['X-Signature', signatureOf('sig-key', Buffer.from('{}'))]], rejected('signature-wrong')],
  ])('%s', (_, headers, verdict) => {
    expect(verify(signed, headers, body)).toEqual(verdict)
  })

  test('of either key counts, and the verdict names which', () => {
    const either: Hook = {
      ...plain,
      signing: {
        kind: 'hmac',
        keys: [
          { kind: 'signature-key', key: 'sig-key' },
          { kind: 'source-key', key: 'src-key' },
        ],
      },
    }
    const headers: HeaderList = [['X-Signature', signatureOf('src-key', body)]]
    expect(verify(either, headers, body)).toEqual({ kind: 'verified', key: 'source-key', basic: false })
  })

  test('covers every byte: any change to body or key is rejected, the same bytes never are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, key, at, flip) => {
        const hook: Hook = { ...plain, signing: { kind: 'hmac', keys: [{ kind: 'source-key', key }] } }
        const headers: HeaderList = [['X-Signature', signatureOf(key, bytes)]]
        expect(verify(hook, headers, bytes).kind).toBe('verified')
        const changed = Uint8Array.from([...bytes, 0])
        if (bytes.length > 0) changed[at % bytes.length] = (changed[at % bytes.length] ?? 0) ^ flip
        expect(verify(hook, headers, changed)).toEqual(rejected('signature-wrong'))
      }),
    )
  })
})

describe('the credentials', () => {
  const encoded = rightCredentials[1].slice('Basic '.length)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  test.each<[string, HeaderList, Verdict]>([
    ['fit', [rightCredentials], { kind: 'verified', key: null, basic: true }],
    [
      'fit, scheme in lower case',
      [['Authorization', `basic  ${encoded}`]],
      { kind: 'verified', key: null, basic: true },
    ],
    ['are missing', [], rejected('credentials-missing')],
    ['are another scheme', [['Authorization', 'Bearer abc']], rejected('credentials-malformed')],
    ['are the scheme alone', [['Authorization', 'Basic']], rejected('credentials-malformed')],
    ['are not base64', [['Authorization', 'Basic shop:pass']], rejected('credentials-malformed')],
    ['lack the padding', [['Authorization', 'Basic YTpiYw']], rejected('credentials-malformed')],
    ['have no colon', [['Authorization', `Basic ${base64('shop')}`]], rejected('credentials-malformed')],
    [
      'hold a control character',
      [['Authorization', `Basic ${base64('shop:a\nb')}`]],
      rejected('credentials-malformed'),
    ],
    ['come twice', [rightCredentials, rightCredentials], rejected('credentials-malformed')],
    ['have another password', [['Authorization', basicHeader('shop', 'pa')]], rejected('credentials-wrong')],
    ['have another user', [['Authorization', basicHeader('Shop', 'pa:ss wörd')]], rejected('credentials-wrong')],
    ['have an empty password', [['Authorization', basicHeader('shop', '')]], rejected('credentials-wrong')],
    ['are empty', [['Authorization', basicHeader('', '')]], rejected('credentials-wrong')],
  ])('%s', (_, headers, verdict) => {
    expect(verify(guarded, headers, body)).toEqual(verdict)
  })

  test('with a colon in the password, any user and password come back', () => {
    const text = fc.string({ unit: 'grapheme' }).filter(value => !/\p{Cc}/u.test(value))
    fc.assert(
      fc.property(
        text.filter(value => !value.includes(':')),
        text,
        (username, password) => {
          const hook: Hook = { ...plain, authentication: { kind: 'basic', username, password } }
          const headers: HeaderList = [['Authorization', basicHeader(username, password)]]
          expect(verify(hook, headers, body).kind).toBe('verified')
          expect(authenticationReport(hook, headers).received.username).toBe(username)
        },
      ),
    )
  })
})

test('every reason is named at once, the signature first', () => {
  expect(verify(both, [], body)).toEqual(rejected('signature-missing', 'credentials-missing'))
  expect(verify(both, [rightSignature], body)).toEqual(rejected('credentials-missing'))
  expect(verify(both, [['X-Signature', 'x'], rightCredentials], body)).toEqual(rejected('signature-malformed'))
})

test('the reports show what came and what would have fitted, and no secret', () => {
  const wrong = signatureOf('other', body)
  expect(signatureReport(signed, [['x-signature', wrong]], body)).toEqual({
    received: [wrong],
    signedBytes: body.length,
    keys: [{ kind: 'signature-key', masked: '••••', expected: rightSignature[1], matches: false }],
  })
  expect(signatureReport(signed, [rightSignature], body).keys[0]?.matches).toBe(true)
  expect(signatureReport(plain, [rightSignature], body).keys).toEqual([])
  const report = authenticationReport(guarded, [rightCredentials])
  expect(report).toEqual({
    expectedUsername: 'shop',
    received: { count: 1, scheme: 'Basic', username: 'shop' },
    matches: true,
  })
  expect(authenticationReport(guarded, [['Authorization', 'Basic c2hvcDp3cm9uZw==']]).matches).toBe(false)
  expect(JSON.stringify(report)).not.toContain('pa:ss')
  expect(authenticationReport(plain, [])).toEqual({
    expectedUsername: null,
    received: { count: 0, scheme: null, username: null },
    matches: null,
  })
})

test('hostile headers end in a verdict, never in an exception', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('X-Signature', 'Authorization', 'Host'), fc.string())), headers => {
      expect(verify(both, headers, body).kind).toBe('rejected')
      authenticationReport(both, headers)
      signatureReport(both, headers, body)
    }),
  )
})

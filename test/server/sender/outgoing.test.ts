import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HeaderList, headerValue, headerValues } from '../../../core/http/headers.ts'
import { UserError } from '../../../server/lib/errors.ts'
import { isLoop, outgoing, targetFor } from '../../../server/sender/outgoing.ts'
import { parseTarget } from '../../../server/sender/target.ts'

const target = new URL('http://localhost:3000/webhooks?shop=1')
const body = Buffer.from('{}')

function headersFor(headers: HeaderList, changes: { method?: string; body?: Uint8Array } = {}): HeaderList {
  return outgoing({ method: 'POST', path: '/in', body, ...changes, headers }, 7, target, 'forward').headers
}

const marks: HeaderList = [
  ['Hookscope-Source', 'forward'],
  ['Hookscope-Delivery', '7'],
  ['Connection', 'keep-alive'],
]

describe('the URL', () => {
  test.each([
    ['http://localhost:3000/in', '/hook', 'http://localhost:3000/in'],
    ['http://localhost:3000/in', '/hook?', 'http://localhost:3000/in'],
    ['http://localhost:3000/in', '/hook?wc-api=usaepay&token=abc', 'http://localhost:3000/in?wc-api=usaepay&token=abc'],
    ['http://localhost:3000/?shop=1', '/hook?token=abc', 'http://localhost:3000/?shop=1&token=abc'],
    ['http://localhost:3000/?', '/hook?token=abc', 'http://localhost:3000/?token=abc'],
    [
      'http://localhost:3000/in',
      '/hook?a=b?c&d=%7b%22\'"|\\^`{}&e',
      'http://localhost:3000/in?a=b?c&d=%7b%22\'"|\\^`{}&e',
    ],
    ['http://localhost:3000/in', 'http://hook.example/hook?token=abc', 'http://localhost:3000/in?token=abc'],
  ])('of %s for what came to %s is %s', (to, path, url) => expect(targetFor(new URL(to), path)).toBe(url))
})

describe('outgoing', () => {
  test('keeps order, case and duplicates, names the target, and adds its marks', () => {
    expect(
      headersFor([
        ['hOST', 'abc.tunnel.example'],
        ['X-Signature', 'aa'],
        ['authorization', 'Basic YTpi'],
        ['x-signature', 'bb'],
        ['CONTENT-LENGTH', '2'],
      ]),
    ).toEqual([
      ['hOST', 'localhost:3000'],
      ['X-Signature', 'aa'],
      ['authorization', 'Basic YTpi'],
      ['x-signature', 'bb'],
      ['CONTENT-LENGTH', '2'],
      ...marks,
    ])
  })

  test('leaves out what concerned the connection it came by', () => {
    expect(
      headersFor([
        ['Host', 'a'],
        ['Connection', 'close, X-Hop'],
        ['connection', 'x-other'],
        ['x-hop', '1'],
        ['X-Other', '1'],
        ['Keep-Alive', 'timeout=5'],
        ['TE', 'trailers'],
        ['Trailer', 'X-T'],
        ['Transfer-Encoding', 'chunked'],
        ['Upgrade', 'h2c'],
        ['Proxy-Authorization', 'Basic x'],
        ['Proxy-Connection', 'keep-alive'],
        ['Expect', '100-continue'],
        ['X-Forwarded-For', '1.2.3.4'],
      ]),
    ).toEqual([['Host', 'localhost:3000'], ['X-Forwarded-For', '1.2.3.4'], ['Content-Length', '2'], ...marks])
  })

  test('replaces the marks of an earlier send', () => {
    const headers = headersFor([
      ['hookscope-source', 'replay'],
      ['Hookscope-Delivery', '3'],
    ])
    expect(headerValues(headers, 'Hookscope-Source')).toEqual(['forward'])
    expect(headerValues(headers, 'Hookscope-Delivery')).toEqual(['7'])
  })

  test.each([
    ['POST', 0, '0'],
    ['PUT', 3, '3'],
    ['GET', 0, undefined],
    ['HEAD', 0, undefined],
    ['DELETE', 2, '2'],
  ])('%s with %i bytes has Content-Length %s', (method, bytes, expected) => {
    expect(headerValue(headersFor([], { method, body: new Uint8Array(bytes) }), 'Content-Length')).toBe(expected)
  })

  test('one Content-Length and one Host go out, both right, whatever was typed', () => {
    const headers = headersFor([
      ['Content-Length', '99'],
      ['Host', 'a'],
      ['content-length', '98'],
      ['host', 'b'],
    ])
    expect(headers).toEqual([['Content-Length', '2'], ['Host', 'localhost:3000'], ...marks])
  })

  test('every other header of any delivery goes out unchanged and in order', () => {
    const own =
      /^(?:host|content-length|connection|keep-alive|te|trailer|transfer-encoding|upgrade|proxy-.*|hookscope-.*)$/i
    const name = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/).filter(text => !own.test(text))
    const value = fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,20}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), lines => {
        expect(headersFor(lines).filter(([key]) => !own.test(key))).toEqual(lines)
      }),
    )
  })

  test.each([
    [[['X A', '1']], /not a header name/],
    [[['', '1']], /not a header name/],
    [[['X-A', 'a\r\nX-B: 1']], /characters that a header cannot contain/],
    [[['Authorization', 'Basic ••••']], /characters that a header cannot contain/],
  ] as const)('refuses the header %j', (headers, message) => {
    expect(() => headersFor(headers)).toThrow(UserError)
    expect(() => headersFor(headers)).toThrow(message)
  })

  test.each(['', 'PO ST', 'CONNECT', 'POST\r\n'])('refuses the method %j', method => {
    expect(() => headersFor([], { method })).toThrow(UserError)
  })
})

test.each([
  ['forward', true],
  ['replay', true],
  ['check', false],
  ['simulate', false],
  ['test', false],
])('a delivery marked %s is a loop: %s', (source, loop) => {
  expect(isLoop([['hookscope-SOURCE', source]])).toBe(loop)
})

test('a delivery without a mark is no loop', () => {
  expect(isLoop([['X-Signature', 'a']])).toBe(false)
})

describe('parseTarget', () => {
  test.each([
    ['http://localhost:3000/webhooks', 'http://localhost:3000/webhooks'],
    [' https://shop.example/hook?a=1#part ', 'https://shop.example/hook?a=1'],
    ['http://[::1]:8080', 'http://[::1]:8080/'],
    ['HTTP://LocalHost:80/A', 'http://localhost/A'],
    [':3000/hook', 'http://localhost:3000/hook'],
  ])('reads %j', (text, href) => {
    expect(parseTarget(text).href).toBe(href)
  })

  test.each([
    ['/webhooks', /not a URL/, /full URL/],
    ['', /not a URL/, /full URL/],
    ['ftp://localhost/', /neither http nor https/, /full URL/],
    ['file:///etc/passwd', /neither http nor https/, /full URL/],
    ['http://', /not a valid URL/, /full URL/],
    ['http://exa mple/', /not a valid URL/, /full URL/],
    ['http://localhost:99999/', /not a valid URL/, /full URL/],
    ['http://localhost:0/', /port 0/, /full URL/],
    ['user:secret@localhost:3000', /^The target is not a URL/, /full URL/],
    ['http://user:secret@localhost/', /user name or a password/, /Remove them/],
  ])('refuses %j and says what to type', (text, message, hint) => {
    let caught: unknown
    try {
      parseTarget(text)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(UserError)
    if (!(caught instanceof UserError)) return
    expect(caught.message).toMatch(message)
    expect(caught.hint).toMatch(hint)
    expect(`${caught.message}${caught.hint}`).not.toContain('secret')
    expect(caught.exitCode).toBe(2)
  })
})

/** HARs as browsers and proxies write them, after what each of them documents: the bytes that were sent come out, or why not. */
import { expect, it } from 'vitest'
import { fromHar } from '../../../core/capture/from-har.ts'

const event = '{"amount":"10.00", "name":"Zo\u00eb \u2713"}'
const json = { name: 'Content-Type', value: 'application/json' }
const sizeOf = (text: string) => Buffer.byteLength(text)

/** What each writes of a webhook that was sent through it; `request` over what it has anyway. */
const writers = {
  Chrome: (request: object = {}) => ({
    ...{ _initiator: { type: 'script' }, _priority: 'High', _resourceType: 'fetch', connection: '443', cache: {} },
    startedDateTime: '2026-11-20T10:00:00.123Z',
    time: 12.5,
    request: {
      ...{
        method: 'POST',
        url: 'https://shop.example/hook?a=%20b&a=c+d',
        httpVersion: 'h3',
        cookies: [],
        headersSize: -1,
      },
      headers: [
        { name: ':authority', value: 'shop.example' },
        { name: 'content-type', value: 'application/json' },
      ],
      queryString: [
        { name: 'a', value: '%20b' },
        { name: 'a', value: 'c+d' },
      ],
      bodySize: sizeOf(event),
      postData: { mimeType: 'application/json', text: event },
      ...request,
    },
    response: { status: 200, statusText: '', headers: [], _transferSize: 120, _error: null },
    timings: { blocked: 1, send: 1, wait: 1, receive: 1, _blocked_queueing: 0.5 },
  }),
  Firefox: (request: object = {}) => ({
    ...{ pageref: 'page_1', serverIPAddress: '192.0.2.7', connection: '443', _securityState: 'secure', cache: {} },
    startedDateTime: '2026-11-20T11:00:00.123+01:00',
    time: 12,
    request: {
      ...{
        bodySize: sizeOf(event),
        method: 'POST',
        url: 'https://shop.example/hook?a=%20b&a=c+d',
        httpVersion: 'HTTP/2',
      },
      headers: [{ name: 'Host', value: 'shop.example' }, json],
      ...{ cookies: [], queryString: [], headersSize: 300 },
      postData: { mimeType: 'application/json', params: [], text: event },
      ...request,
    },
    response: { status: 200, statusText: 'OK', headers: [], redirectURL: '' },
  }),
  mitmproxy: (request: object = {}) => ({
    ...{ startedDateTime: '2026-11-20T10:00:00.123456+00:00', time: 12.25, cache: {}, serverIPAddress: '192.0.2.7' },
    request: {
      ...{ method: 'POST', url: 'https://shop.example/hook?a=%20b&a=c+d', httpVersion: 'HTTP/1.1', cookies: [] },
      ...{ headers: [json], queryString: [], headersSize: 100, bodySize: sizeOf(event) },
      postData: { mimeType: 'application/json', text: event, params: [] },
      ...request,
    },
    response: { status: 200, statusText: 'OK', headers: [], redirectURL: '' },
  }),
  Charles: (request: object = {}) => ({
    ...{
      startedDateTime: '2026-11-20T05:00:00.123-05:00',
      time: 12,
      serverIPAddress: '192.0.2.7',
      _charlesStatus: 'COMPLETE',
    },
    request: {
      ...{ method: 'POST', url: 'https://shop.example/hook?a=%20b&a=c+d', httpVersion: 'HTTP/1.1', cookies: [] },
      ...{ headers: [{ name: 'Host', value: 'shop.example' }, json], queryString: [], headersSize: 100 },
      ...{ postData: { mimeType: 'application/json', text: event }, bodySize: sizeOf(event) },
      ...request,
    },
    response: { status: 200, statusText: 'OK', headers: [], _charlesStatus: 'COMPLETE' },
  }),
}
const names = Object.keys(writers) as (keyof typeof writers)[]
const bodyOf = (entry: unknown) => Buffer.from(fromHar(entry).body, 'base64')

it.each(names)('reads what %s writes: body, query, time and headers', name => {
  const { target, receivedAt, httpVersion, headers, status, verdict, headersExact } = fromHar(writers[name]())
  expect(bodyOf(writers[name]()).toString()).toBe(event)
  expect([target, receivedAt, status]).toEqual(['/hook?a=%20b&a=c+d', '2026-11-20T10:00:00.123Z', 200])
  expect(['1.1', '2', '3']).toContain(httpVersion)
  expect(headers.map(([header]) => header.toLowerCase()).filter(header => header !== 'host')).toEqual(['content-type'])
  // Nobody but the hookscope that received a delivery says what it found, and none of these has the headers as they came.
  expect([verdict, headersExact]).toEqual([{ kind: 'unchecked' }, false])
})

it('takes the text of a form, and not the fields beside it', () => {
  const text = 'a=1+2&b=%c3%a9&a='
  const postData = { mimeType: 'application/x-www-form-urlencoded', text, params: [{ name: 'a', value: '1 2' }] }
  expect(bodyOf(writers.Chrome({ postData, bodySize: text.length })).toString()).toBe(text)
})

it('gives back the bytes that mitmproxy kept in text though they were no UTF-8', () => {
  const postData = { mimeType: 'application/json', text: '{"a":"\udcff\u00e9\ud83d\ude00\udc80"}', params: [] }
  const sent = Buffer.concat([
    Buffer.from('{"a":"'),
    Buffer.from([0xff]),
    Buffer.from('\u00e9\ud83d\ude00'),
    Buffer.from([0x80]),
    Buffer.from('"}'),
  ])
  expect(bodyOf(writers.mitmproxy({ postData, bodySize: sent.length }))).toEqual(sent)
})

it.each<[what: string, request: object, why: string]>([
  [
    'a body that was decompressed',
    { headers: [{ name: 'content-encoding', value: 'gzip' }], bodySize: 20 },
    'compressed, and the HAR has it decompressed',
  ],
  [
    'bytes that were replaced',
    { postData: { text: 'PK\ufffd\ufffd' }, bodySize: 4 },
    'not all text, and the HAR has other bytes',
  ],
  [
    'fields without the text',
    { postData: { params: [{ name: 'a', value: 'b' }] } },
    'the fields of its form, not its bytes',
  ],
])('leaves out %s: no signature would fit it', (_, request, why) => {
  expect(() => fromHar(writers.Charles(request))).toThrow(why)
})

it('takes a replacement character that was sent', () => {
  const text = '{"a":"\ufffd"}'
  expect(bodyOf(writers.Firefox({ postData: { text }, bodySize: sizeOf(text) })).toString()).toBe(text)
})

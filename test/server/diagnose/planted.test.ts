/** Every cause, planted, and the exact codes that must come of it. */
import { createHash, createHmac } from 'node:crypto'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type SignatureCause, signatureCauses } from '../../../core/deliveries/diagnosis.ts'
import type { Hook, SigningKey } from '../../../core/hooks/hook.ts'
import type { HeaderList } from '../../../core/http/headers.ts'
import { diagnose } from '../../../server/diagnose/diagnose.ts'

const keyText = 'a-signature-key-9c1d'
const hookWith = (key: string, id = 'main', label = 'Shop'): Hook => ({
  id,
  label,
  path: `/${id}`,
  authentication: { kind: 'none' },
  signing: { kind: 'hmac', keys: [{ kind: 'signature-key', key }] },
})
const hook = hookWith(keyText)
const other: Hook = {
  ...hookWith('', 'second', 'Warehouse'),
  signing: { kind: 'hmac', keys: [{ kind: 'source-key', key: 'the-warehouse-key-77aa' }] },
}
const spare: SigningKey = { kind: 'source-key', key: 'source-key-of-the-shop' }

const hmac = (key: string | Buffer, body: string | Uint8Array, hash = 'sha256') =>
  createHmac(hash, key).update(body).digest()
const signed = (body: string | Uint8Array, key: string | Buffer = keyText) => hmac(key, body).toString('hex')

/** As the gateway writes it. */
const event =
  '{"type":"event","event_type":"ach.settled","event_body":{"object":{"type":"transaction","key":"lnft","refnum":"98454685","uri":"transactions/lnft"}},"event_id":"e1"}'
const spoken = '{"name":"Zoë & <Co> 😀","uri":"a/b","n":12345678901234567890,"amount":10.50,"list":[],"none":{}}'

interface Planted {
  readonly name: string
  readonly causes: readonly SignatureCause[]
  readonly received: string | readonly string[]
  readonly body: string | Uint8Array
  readonly hook?: Hook
  readonly headers?: HeaderList
}

/** The body came as `body`; what was signed is `original`. */
const rewritten = (
  name: string,
  causes: readonly SignatureCause[],
  body: string | Uint8Array,
  original: string | Uint8Array,
): Planted => ({
  name,
  causes,
  body,
  received: signed(original),
})
const keyed = (name: string, causes: readonly SignatureCause[], known: string, used: string | Buffer): Planted => ({
  name,
  causes,
  body: event,
  received: signed(event, used),
  hook: hookWith(known),
})
const noted = (name: string, causes: readonly SignatureCause[], received: string | readonly string[]): Planted => ({
  name,
  causes,
  body: event,
  received,
})
const right = hmac(keyText, event)
const hex = right.toString('hex')
const hexKey = '00112233445566778899aabbccddeeff'
const base64Key = Buffer.from('sixteen bytes ok').toString('base64')

const pretty = (text: string, indent: string | number) => JSON.stringify(JSON.parse(text), null, indent)

const single: readonly Planted[] = [
  noted('the source key of the hook, which is not in force', ['key-other-kind'], signed(event, spare.key)),
  noted('the key of another hook', ['key-other-hook'], signed(event, 'the-warehouse-key-77aa')),
  keyed('a key that has blanks here', ['key-untrimmed'], ` ${keyText}\t`, keyText),
  keyed('a key that has quotation marks here', ['key-quoted'], `"${keyText}"`, keyText),
  keyed('a key with a line break', ['key-with-newline'], keyText, `${keyText}\n`),
  keyed('a key with a line break of Windows', ['key-with-newline'], keyText, `${keyText}\r\n`),
  keyed('a key read as hexadecimal', ['key-hex-decoded'], hexKey, Buffer.from(hexKey, 'hex')),
  keyed('a key read as base64', ['key-base64-decoded'], base64Key, Buffer.from(base64Key, 'base64')),
  keyed(
    'a key read as base64 without padding',
    ['key-base64-decoded'],
    'c2l4dGVlbg',
    Buffer.from('sixteen').subarray(0, 7),
  ),
  keyed('no key at all', ['key-empty'], keyText, ''),
  noted('base64', ['digest-base64'], right.toString('base64')),
  noted('base64 for URLs', ['digest-base64'], right.toString('base64url')),
  noted('base64 of the hexadecimal', ['digest-base64'], Buffer.from(hex).toString('base64')),
  noted('upper case', ['digest-upper-case'], hex.toUpperCase()),
  noted('a prefix', ['digest-prefixed'], `sha256=${hex}`),
  noted('another prefix', ['digest-prefixed'], `HMAC-SHA256 ${hex}`),
  noted('0x', ['digest-prefixed'], `0x${hex}`),
  noted('quotation marks', ['digest-quoted'], `"${hex}"`),
  noted('a line break', ['digest-quoted'], `${hex}\n`),
  noted('colons between the bytes', ['digest-quoted'], hex.replace(/..(?=.)/g, '$&:')),
  noted('two headers', ['digest-repeated'], [hex, hex]),
  noted('two joined headers', ['digest-repeated'], `${hex}, ${hex}`),
  noted('two headers, one of them wrong', ['digest-repeated'], ['0'.repeat(64), hex]),
  ...(['sha1', 'sha224', 'sha384', 'sha512', 'md5'] as const).map(hash =>
    noted(`HMAC with ${hash}`, [`digest-${hash}`], hmac(keyText, event, hash).toString('hex')),
  ),
  ...['sha256', 'sha1', 'md5'].map(hash =>
    noted(`plain ${hash}`, ['digest-unkeyed'], createHash(hash).update(event).digest('hex')),
  ),
  noted(
    'key and body',
    ['digest-concatenated'],
    createHash('sha256')
      .update(keyText + event)
      .digest('hex'),
  ),
  noted(
    'body and key',
    ['digest-concatenated'],
    createHash('sha256')
      .update(event + keyText)
      .digest('hex'),
  ),
  noted('arguments exchanged', ['digest-swapped'], hmac(event, keyText).toString('hex')),
  rewritten('mark lost', ['body-bom-removed'], event, `\ufeff${event}`),
  rewritten('mark added', ['body-bom-added'], `\ufeff${event}`, event),
  rewritten('line break lost', ['body-newline-removed'], event, `${event}\n`),
  rewritten('line break of Windows lost', ['body-newline-removed'], event, `${event}\r\n`),
  rewritten('line break added', ['body-newline-added'], `${event}\n`, event),
  rewritten('line break of Windows added', ['body-newline-added'], `${event}\r\n`, event),
  rewritten('CR LF became LF', ['body-crlf'], '{\n"a": 1\n}', '{\r\n"a": 1\r\n}'),
  rewritten('LF became CR LF', ['body-lf'], '{\r\n"a": 1\r\n}', '{\n"a": 1\n}'),
  rewritten('Latin-1 became UTF-8', ['body-charset'], '{"a":"é"}', Buffer.from('{"a":"é"}', 'latin1')),
  rewritten('UTF-8 became Latin-1', ['body-charset'], Buffer.from('{"a":"é"}', 'latin1'), '{"a":"é"}'),
  rewritten('UTF-8 read as Latin-1', ['body-charset'], Buffer.from('{"a":"é"}').toString('latin1'), '{"a":"é"}'),
  { ...rewritten('gzip', ['body-decompressed'], gzipSync(event), event), headers: [['Content-Encoding', 'gzip']] },
  rewritten('gzip that no header tells of', ['body-decompressed'], gzipSync(event), event),
  {
    ...rewritten('deflate', ['body-decompressed'], deflateRawSync(event), event),
    headers: [['content-encoding', 'deflate']],
  },
  rewritten('nothing', ['body-empty'], event, ''),
  rewritten('an object of a parser that parsed nothing', ['body-empty-object'], event, '{}'),
  rewritten('undefined', ['body-undefined'], event, 'undefined'),
  rewritten('null', ['body-null'], event, 'null'),
  rewritten('an object as text', ['body-object-object'], event, '[object Object]'),
  rewritten('JSON.stringify of the text', ['body-double-encoded'], event, JSON.stringify(event)),
  rewritten('the text of a JSON string', ['body-encoded-again'], JSON.stringify(event), event),
  rewritten('JSON.stringify of the Buffer', ['body-buffer-as-json'], event, JSON.stringify(Buffer.from(event))),
  rewritten(
    'a Buffer that a proxy sent as JSON',
    ['body-sent-as-buffer'],
    JSON.stringify(Buffer.from('{"é":1}', 'latin1')),
    Buffer.from('{"é":1}', 'latin1'),
  ),
  rewritten(
    'null for ""',
    ['body-nulls-for-empty'],
    '{"a":"","b":{"c":""},"d":"x"}',
    '{"a":null,"b":{"c":null},"d":"x"}',
  ),
  rewritten('"" for null', ['body-empty-for-nulls'], '{"a":null,"b":{"c":null}}', '{"a":"","b":{"c":""}}'),
  rewritten(
    '"" for null, where the gateway writes both',
    ['body-empty-for-nulls'],
    '{"changes":{"old":{"status":"S","returned":null,"reason":null}},"orderid":null}',
    '{"changes":{"old":{"status":"S","returned":null,"reason":""}},"orderid":""}',
  ),
  rewritten(
    'a refnum that became a string',
    ['body-numbers-for-strings'],
    '{"refnum":"3101234567","amount":"500.00","authcode":"012345","n":7}',
    '{"refnum":3101234567,"amount":"500.00","authcode":"012345","n":7}',
  ),
  rewritten(
    'JSON_NUMERIC_CHECK',
    ['body-numbers-for-strings'],
    '{"refnum":"3101234567","amount":"500.50","authcode":"012345"}',
    '{"refnum":3101234567,"amount":500.5,"authcode":"012345"}',
  ),
  rewritten(
    'a refnum that became a number',
    ['body-strings-for-numbers'],
    '{"refnum":3101234567,"batch":{"sequence":1},"qtyonhand":3}',
    '{"refnum":"3101234567","batch":{"sequence":1},"qtyonhand":3}',
  ),
  rewritten(
    'amounts that became numbers',
    ['body-strings-for-numbers'],
    '{"a":500.5,"b":1.25}',
    '{"a":"500.50","b":"1.25"}',
  ),
  rewritten(
    'compact',
    ['body-compact'],
    pretty(spoken, 2),
    '{"name":"Zoë & <Co> 😀","uri":"a/b","n":12345678901234567000,"amount":10.5,"list":[],"none":{}}',
  ),
  rewritten(
    'compact, digits kept',
    ['body-compact'],
    '{ "n" : 12345678901234567890 , "m" : 1.50 }',
    '{"n":12345678901234567890,"m":1.50}',
  ),
  rewritten('indented by two', ['body-indented'], event, pretty(event, 2)),
  rewritten('indented by four', ['body-indented'], event, pretty(event, 4)),
  rewritten('indented by tabs', ['body-indented'], event, pretty(event, '\t')),
  rewritten('indented by two on Windows', ['body-indented'], event, pretty(event, 2).replaceAll('\n', '\r\n')),
  rewritten(
    'indented as Jackson does',
    ['body-indented'],
    '{"a":[1,{"b":[]}],"c":{}}',
    '{\n  "a" : [ 1, {\n    "b" : [ ]\n  } ],\n  "c" : { }\n}',
  ),
  rewritten(
    'json.dumps',
    ['body-spaced'],
    '{"a":[1,2],"b":{"c":null},"d":[]}',
    '{"a": [1, 2], "b": {"c": null}, "d": []}',
  ),
  rewritten('json_encode, ASCII', ['body-escaped-slashes'], event, event.replaceAll('/', '\\/')),
  rewritten('slashes plain', ['body-unescaped-slashes'], event.replaceAll('/', '\\/'), event),
  rewritten('é as \\u00e9', ['body-escaped-unicode'], '{"a":"é😀"}', '{"a":"\\u00e9\\ud83d\\ude00"}'),
  rewritten('é as \\u00E9', ['body-escaped-unicode'], '{"a":"é😀"}', '{"a":"\\u00E9\\uD83D\\uDE00"}'),
  rewritten('\\u00e9 as é', ['body-unescaped-unicode'], '{"a":"\\u00e9\\ud83d\\ude00"}', '{"a":"é😀"}'),
  rewritten('< as \\u003c', ['body-escaped-html'], '{"a":"<b> & é"}', '{"a":"\\u003cb\\u003e \\u0026 é"}'),
  rewritten("= and ' as Gson writes them", ['body-escaped-html'], '{"a":"x=1 it\'s"}', '{"a":"x\\u003d1 it\\u0027s"}'),
  rewritten('\\u003c as <', ['body-unescaped-unicode'], '{"a":"\\u003cb\\u003e é"}', '{"a":"<b> é"}'),
  rewritten('escapes in upper case', ['body-escapes'], '{"a":"\\u00e9"}', '{"a":"\\u00E9"}'),
  rewritten('escapes in their short form', ['body-escapes'], '{"a":"\\u000a\\u0022\\u0008"}', '{"a":"\\n\\"\\b"}'),
  rewritten(
    'names sorted',
    ['body-sorted-keys'],
    '{"b":{"z":1,"a":2},"a":[{"d":1,"c":2}]}',
    '{"a":[{"c":2,"d":1}],"b":{"a":2,"z":1}}',
  ),
  rewritten('names sorted, blanks kept', ['body-sorted-keys'], '{ "b": 1,\n "a": 2 }', '{ "a": 2,\n "b": 1 }'),
  rewritten('names as JavaScript keeps them', ['body-reordered-keys'], '{"b":1,"10":2,"9":3}', '{"9":3,"10":2,"b":1}'),
  rewritten(
    'names as a HashMap keeps them',
    ['body-reordered-keys'],
    '{"apple":1,"banana":2,"cherry":3}',
    '{"banana":2,"apple":1,"cherry":3}',
  ),
  rewritten(
    'names that were sorted on the way',
    ['body-gateway-order'],
    '{"event_body":{"object":{"key":"lnft","refnum":"98454685","type":"transaction","uri":"transactions/lnft"}},"event_id":"e1","event_type":"ach.settled","type":"event"}',
    '{"type":"event","event_type":"ach.settled","event_body":{"object":{"type":"transaction","key":"lnft","refnum":"98454685","uri":"transactions/lnft"}},"event_id":"e1"}',
  ),
  rewritten('a name that comes twice', ['body-duplicate-names'], '{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'),
  rewritten(
    'the outermost names sorted',
    ['body-sorted-keys'],
    '{"type":"event","event_type":"a","event_body":{"object":{"type":"a","key":"b"}},"event_id":"c"}',
    '{"event_body":{"object":{"type":"a","key":"b"}},"event_id":"c","event_type":"a","type":"event"}',
  ),
  rewritten(
    'empty objects through PHP’s arrays',
    ['body-objects-as-arrays'],
    '{"none":{},"list":[],"counted":{"0":1,"1":{}},"other":{"1":2}}',
    '{"none":[],"list":[],"counted":[1,[]],"other":{"1":2}}',
  ),
  rewritten(
    'members that are null left out',
    ['body-left-out-nulls'],
    '{"old":{"status":"P","processed":null},"list":[null]}',
    '{"old":{"status":"P"},"list":[null]}',
  ),
  rewritten('half characters lost', ['body-lost-characters'], '{"a":"x\\ud83dy"}', '{"a":"x\ufffdy"}'),
  rewritten('1.0 as 1', ['body-reprinted-numbers'], '{"a":1.0,"b":2}', '{"a":1,"b":2}'),
  rewritten('1 as 1.0', ['body-reprinted-numbers'], '{"a":1,"b":2.5}', '{"a":1.0,"b":2.5}'),
  rewritten('10.5 as 10.50', ['body-reprinted-numbers'], '{"a":10.5,"b":2}', '{"a":10.50,"b":2}'),
  rewritten(
    'a big number through a double',
    ['body-reprinted-numbers'],
    '{"a":12345678901234567890}',
    '{"a":12345678901234567000}',
  ),
  rewritten(
    'a big number through PHP',
    ['body-reprinted-numbers'],
    '{"a":12345678901234567890}',
    '{"a":1.2345678901234567e+19}',
  ),
  rewritten(
    'a big number through Python’s float',
    ['body-reprinted-numbers'],
    '{"a":1e22,"b":0.00001}',
    '{"a":1e+22,"b":1e-05}',
  ),
  rewritten(
    'a big number through JavaScript',
    ['body-reprinted-numbers'],
    '{"a":1e22,"b":0.0000001}',
    '{"a":1e+22,"b":1e-7}',
  ),
  rewritten('a float through Java', ['body-reprinted-numbers'], '{"a":12345678.5,"b":7}', '{"a":1.23456785E7,"b":7}'),
]

const pairs: readonly Planted[] = [
  rewritten(
    'a Buffer as JSON of what was written anew',
    ['body-sent-as-buffer', 'body-indented'],
    JSON.stringify(Buffer.from(event)),
    pretty(event, 2),
  ),
  rewritten(
    'null for an empty string, without blanks',
    ['body-empty-for-nulls', 'body-compact'],
    '{"a": null, "b": 1}',
    '{"a":"","b":1}',
  ),
  {
    ...rewritten('{} with the key of another hook', ['key-other-hook', 'body-empty-object'], event, ''),
    received: signed('{}', 'the-warehouse-key-77aa'),
  },
  {
    ...rewritten(
      'a key with blanks here, and PHP',
      ['key-untrimmed', 'body-escaped-slashes', 'body-indented'],
      event,
      '',
    ),
    hook: hookWith(` ${keyText}`),
    received: signed(pretty(event, 4).replaceAll('/', '\\/')),
  },
  {
    ...rewritten('key of another hook and indented', ['key-other-hook', 'body-indented'], event, ''),
    received: signed(pretty(event, 2), 'the-warehouse-key-77aa'),
  },
  {
    ...rewritten('another hook’s key with a line break', ['key-other-hook', 'key-with-newline'], event, ''),
    received: signed(event, 'the-warehouse-key-77aa\n'),
  },
  {
    ...rewritten('a decoded key and a newline', ['key-hex-decoded', 'body-newline-removed'], event, ''),
    hook: hookWith(hexKey),
    received: signed(`${event}\n`, Buffer.from(hexKey, 'hex')),
  },
  noted(
    'another key in base64',
    ['key-other-hook', 'digest-base64'],
    hmac('the-warehouse-key-77aa', event).toString('base64'),
  ),
  noted('a prefix before base64', ['digest-prefixed', 'digest-base64'], `sha256=${right.toString('base64')}`),
  noted(
    'a prefix before another hash',
    ['digest-prefixed', 'digest-sha1'],
    `sha1=${hmac(keyText, event, 'sha1').toString('hex')}`,
  ),
  noted(
    'bytes as .NET prints them',
    ['digest-quoted', 'digest-upper-case'],
    hex.toUpperCase().replace(/..(?=.)/g, '$&-'),
  ),
  noted(
    'a plain hash in upper case',
    ['digest-upper-case', 'digest-unkeyed'],
    createHash('md5').update(event).digest('hex').toUpperCase(),
  ),
  {
    ...rewritten('sha512 over a body with a line break', ['digest-sha512', 'body-newline-added'], `${event}\n`, ''),
    received: hmac(keyText, event, 'sha512').toString('hex'),
  },
  {
    ...rewritten('base64 over an indented body', ['digest-base64', 'body-indented'], event, ''),
    received: hmac(keyText, pretty(event, 4)).toString('base64'),
  },
  rewritten(
    'PHP',
    ['body-escaped-slashes', 'body-escaped-unicode'],
    '{"n":"Zoë","uri":"a/b"}',
    '{"n":"Zo\\u00eb","uri":"a\\/b"}',
  ),
  rewritten(
    'PHP, pretty',
    ['body-escaped-slashes', 'body-indented'],
    '{"uri":"a/b","l":[]}',
    '{\n    "uri": "a\\/b",\n    "l": []\n}',
  ),
  rewritten(
    'Python',
    ['body-escaped-unicode', 'body-spaced'],
    '{"n":"Zoë 😀","a":[1,2]}',
    '{"n": "Zo\\u00eb \\ud83d\\ude00", "a": [1, 2]}',
  ),
  rewritten('Python, sorted', ['body-sorted-keys', 'body-spaced'], '{"b":1,"a":2}', '{"a": 2, "b": 1}'),
  rewritten(
    'jsonb',
    ['body-reordered-keys', 'body-spaced'],
    '{"type":"e","id":1,"z":2}',
    '{"z": 2, "id": 1, "type": "e"}',
  ),
  rewritten(
    'Go’s encoder',
    ['body-escaped-html', 'body-sorted-keys', 'body-newline-removed'],
    '{"b":"<é","a":1}',
    '{"a":1,"b":"\\u003cé"}\n',
  ),
  rewritten('.NET', ['body-escaped-unicode', 'body-escaped-html'], '{"n":"Zoë + 1"}', '{"n":"Zo\\u00EB \\u002B 1"}'),
  rewritten(
    'JSON.stringify of what Python wrote',
    ['body-unescaped-unicode', 'body-reprinted-numbers', 'body-compact'],
    '{"n": "Zo\\u00eb", "a": 1.0}',
    '{"n":"Zoë","a":1}',
  ),
  rewritten('mark and line break', ['body-bom-removed', 'body-newline-removed'], event, `\ufeff${event}\n`),
  rewritten('mark before an indented body', ['body-bom-added', 'body-compact'], `\ufeff${pretty(event, 2)}`, event),
  rewritten(
    'compressed after it was written anew',
    ['body-decompressed', 'body-spaced'],
    gzipSync('{"a":1,"b":2}'),
    '{"a": 1, "b": 2}',
  ),
  rewritten(
    'a name that comes twice, indented',
    ['body-duplicate-names', 'body-indented'],
    '{"a":1,"a":2}',
    '{\n  "a": 2\n}',
  ),
  rewritten(
    'JSON.stringify of all that it changes',
    ['body-unescaped-unicode', 'body-escapes', 'body-reprinted-numbers', 'body-reordered-keys', 'body-indented'],
    '{"b\\u00e9":2009235951006766207,"28":[2.1795459967376228e+16,9.0],"a":"x/y <&> \\u0001 \\u007f \\u000a it\'s"}',
    JSON.stringify(
      { 28: [21795459967376228, 9], bé: Number('2009235951006766207'), a: "x/y <&> \u0001 \u007f \n it's" },
      null,
      2,
    ),
  ),
]

const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? Buffer.from(body) : body)
const listOf = (received: Planted['received']) => (typeof received === 'string' ? [received] : received)
const run = (planted: Planted) =>
  diagnose({
    hook: planted.hook ?? hook,
    others: [other],
    spare: [spare],
    received: listOf(planted.received),
    body: bytesOf(planted.body),
    headers: planted.headers ?? [],
  })

describe.each([
  ['one cause', single],
  ['several causes', pairs],
])('%s', (_, table) => {
  it.each(table.map(planted => [planted.name, planted] as const))('%s', async (_name, planted) => {
    const found = await run(planted)
    expect(found).toMatchObject({ kind: 'found', causes: planted.causes })
  })
})

it('plants every cause there is', () => {
  const planted = new Set(single.flatMap(({ causes }) => causes))
  expect([...planted].sort()).toEqual(Object.keys(signatureCauses).sort())
})
